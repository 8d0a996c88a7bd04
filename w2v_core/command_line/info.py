"""Tell how a model was made.

With --json: the methods record, as the Library page gives it.
"""

from __future__ import annotations

import argparse
from typing import Any

from w2v_core.command_line.opened_model import add_model, read_methods
from w2v_core.command_line.output import add_json, print_json, print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    add_json(parser)


def run(given: argparse.Namespace) -> None:
    record = read_methods(given.model)
    if given.json:
        print_json(record)
    else:
        print_table(_rows(record))


def _rows(record: dict[str, Any]) -> list[tuple[str, ...]]:
    """The record as rows to read: (what, value), and of settings (what, value, by)."""
    text, losses = record["text"], record["losses"]
    rows: list[tuple[str, ...]] = [
        ("name", record["name"]),
        ("made", record["made"]),
        ("source", str(record["source"] or "–")),
        ("words", f"{record['words']:,}"),
        ("dimensions", f"{record['dimensions']:,}"),
        ("vectors, SHA-256", record["vectors_sha256"]),
    ]
    if text is not None:
        said = f"{text['tokens']:,} words, {text['sentences']:,} sentences"
        rows += [("text", said), ("text, SHA-256", text["sha256"] or "not known")]
    if not record["trained_here"]:
        return [*rows, ("training", "elsewhere")]
    stopped = ", stopped by hand" if record["stopped"] else ""
    rows.append(("training", f"{record['passes']:,} passes, {record['seconds']:,.1f} s{stopped}"))
    rows.append(("loss, nats per pair", f"{losses[-1]:.4f}, from {losses[0]:.4f}"))
    if record["held_out_losses"]:
        rows.append(("loss, held-out text", f"{record['held_out_losses'][-1]:.4f}"))
    for name, value in {**(text["parameters"] if text else {}), **record["parameters"]}.items():
        chosen = record["chosen"].get(name)
        was_chosen = value is None and chosen is not None
        rows.append((name, str(chosen if was_chosen else value), "chosen" if was_chosen else ""))
    return rows
