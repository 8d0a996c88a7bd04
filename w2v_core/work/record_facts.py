"""A methods record in words, for people to read."""

from __future__ import annotations

from typing import Any

from w2v_core.durations import duration
from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.parameters import PARAMETERS
from w2v_core.setting_names import SETTING_NAMES
from w2v_core.work.trials_account import what_was_tried


def facts(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A record as rows to read: (what, value, given or chosen)."""
    text, versions, sure = record["text"], record["versions"], record["certainty"]
    rows = []
    if text is not None:
        rows += [
            ("words of text", f"{text['tokens']:,}", ""),
            ("sentences", f"{text['sentences']:,}", ""),
        ]
    if record["trained_here"]:
        took = f"{record['passes']:,} passes, {duration(record['seconds'])}"
        rows += [
            ("training", took + (", stopped by hand" if record["stopped"] else ""), ""),
            (
                "loss, nats per pair",
                f"{record['losses'][-1]:.4f}, from {record['losses'][0]:.4f}",
                "",
            ),
        ]
        if record["held_out_losses"]:
            rows.append(("loss, held-out text", f"{record['held_out_losses'][-1]:.4f}", ""))
    else:
        rows.append(("training", "elsewhere", ""))
    if record["gain"] is not None:
        gain = Gain.from_json(record["gain"])
        rows.append(
            (
                "better than word frequency alone, nats per pair",
                f"{gain.gain:.4f} ± {gain.error:.4f}" if gain.sentences else "too few sentences",
                "",
            )
        )
    if record["trials"] is not None:
        rows += [
            (what, said, "") for what, said in what_was_tried(Trials.from_json(record["trials"]))
        ]
    if sure:
        nearest = f"of the {sure['nearest']} nearest words"
        rows += [
            (
                f"in both halves of the text, {sure['splits']} splits",
                f"{sure['share_in_both_halves']:.0%} {nearest}",
                "",
            ),
            (
                "expected in another text like this",
                f"{sure['share_expected_again']:.0%} {nearest}",
                "",
            ),
        ]
    if old := record["stability"]:
        rows.append(
            (
                f"found again in {old['resamples']} resamples (an earlier measure)",
                f"{old['share_found_again']:.0%} of the {old['nearest']} nearest words, which is "
                "too high",
                "",
            )
        )
    if record["trained_here"]:
        settings = {**(text["parameters"] if text else {}), **record["parameters"]}
        for name, value in settings.items():
            chosen = record["chosen"].get(name)
            by = "default" if value == PARAMETERS[name].default else "given"
            if value is None and chosen is not None:
                value, by = chosen, "chosen"
            if value is None:
                shown, by = "–", "not used"
            elif isinstance(value, bool):
                shown = "yes" if value else "no"
            elif isinstance(value, float):
                shown = f"{value:.6g}"
            else:
                shown = f"{value:,}" if isinstance(value, int) else str(value)
            rows.append((SETTING_NAMES[name], shown, by))
    if text is not None:
        rows += [
            ("size of the text", f"{text['bytes']:,} bytes, {text['encoding']}", ""),
            ("SHA-256 of the text", f"{text['sha256'][:16]}…", ""),
        ]
    rows.append(("SHA-256 of vectors", f"{record['vectors_sha256'][:16]}…", ""))
    rows += [(name, str(version), "") for name, version in (versions or {}).items()]
    return rows
