"""Subtitles (.srt, .vtt): what is said, without numbers, times and tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from w2v_core.text.formats.format import Format, Head, OpenFile

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIME = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|</?>|\{\\[^}\n]{0,100}\}")
_BLOCKS = ("NOTE", "STYLE", "REGION")  # of WebVTT, up to the next empty line
_LOOKED_AT = 4_000  # characters


def _is_one(head: Head) -> bool:
    text = head.text.lstrip("\ufeff \r\n")
    if re.match(r"WEBVTT(\s|$)", text):
        return True
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    return any(_TIME.match(line) for line in lines[:2])


def _read(file: OpenFile) -> Iterator[bytes]:
    lines = file.text().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said: list[str] = []
    cues = 0
    passed_over = lines[0].startswith(("WEBVTT", "\ufeffWEBVTT"))
    for number, line in enumerate(lines):
        if not line.strip():
            passed_over = False
        elif _TIME.match(line):
            passed_over = False
            cues += 1
        elif number + 1 < len(lines) and _TIME.match(lines[number + 1]):
            # The cue's number or name; text that an empty line should part from it stays.
            if not line.strip().isdigit() and number and lines[number - 1].strip():
                said.append(line)
        elif passed_over or (line.split(maxsplit=1)[0] in _BLOCKS and _begins(lines, number)):
            passed_over = True
        else:
            said.append(line)
    file.account.rows = cues
    text = "\n".join(html.unescape(_TAG.sub("", line)).strip() for line in said)
    yield text.encode("utf-8", "replace")


def _begins(lines: list[str], number: int) -> bool:
    """Whether a line is the first of a block, in WebVTT."""
    return lines[0].lstrip("\ufeff").startswith("WEBVTT") and not lines[number - 1].strip()


SUBTITLES = Format("Subtitles (.srt, .vtt)", ("srt", "vtt"), _is_one, _read, told_by_name=True)
