"""Say how a model was made: its methods record.

With --json: the whole record, as the app's Library exports it.
"""

from __future__ import annotations

import argparse
import json

from w2v_core.command_line.opened_model import add_json, add_model, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    add_json(parser)


def run(given: argparse.Namespace) -> int:
    with opened(given.model) as model:
        record = model.record()
    if given.json:
        print(json.dumps(record, ensure_ascii=False))
        return 0
    print(f"name        {record['name']}")
    print(f"made        {record['made']}")
    print(f"size        {record['words']:,} words, {record['dimensions']:,} dimensions")
    if (text := record["text"]) is not None:
        print(f"text        {text['tokens']:,} words, {text['sentences']:,} sentences")
        print(f"SHA-256     {text['sha256']}")
    if record["trained_here"]:
        print(f"training    {record['passes']:,} passes, {record['seconds']:,.1f} s")
        print(f"loss        {record['losses'][-1]:.4f} nats per pair")
    for name, value in record["parameters"].items():
        chosen = record["chosen"].get(name)
        if value is not None or chosen is not None:
            print(f"{name:11} {chosen if value is None else value}")
    return 0
