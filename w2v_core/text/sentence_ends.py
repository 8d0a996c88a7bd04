"""Where the sentences of a text end, and which of its bytes belong to words; both in arrays."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from w2v_core.text.characters import DIGIT, END, JOINER, LETTER, MARK, NUMERIC, STOP

_LINE_END = rb"(?>\r\n|[\n\r\x0b\x0c\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9])"
_PARAGRAPHS = re.compile(_LINE_END + rb"[ \t]*" + _LINE_END + rb"(?:[ \t]*" + _LINE_END + rb")*")


@dataclass(frozen=True)
class Ends:
    """The ends of the sentences of a text, as numbers of its end characters: of those that may end one,
    whether they do or not (see ``end_characters``).

    Attributes
    ----------
    first, last : int64 (n_ends,)
        A run of marks is one end: its first character and its last.
    stops : int64 (n_ends,)
        Where full stops follow other marks, the sentence stops before the first of them; -1 elsewhere.
    """

    first: np.ndarray
    last: np.ndarray
    stops: np.ndarray


def end_characters(text: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """int64 (n,): where the characters begin that may end a sentence.

    Parameters
    ----------
    text : uint8 (bytes,)
        UTF-8.
    classes : uint8 (bytes,)
    """
    places = np.flatnonzero(classes >= END)
    return places[text[places] & 0xC0 != 0x80]


def sizes_at(text: np.ndarray, places: np.ndarray) -> np.ndarray:
    """int64 (n,): how many bytes the characters have that begin at places."""
    lead = text[places]
    sizes = np.ones(len(places), np.int64)
    for least in (0xC0, 0xE0, 0xF0):
        sizes += lead >= least
    return sizes


def sentence_ends(data: bytes, classes: np.ndarray, places: np.ndarray, sentence_ends: str) -> Ends:
    """The ends of sentences.

    Parameters
    ----------
    data : bytes
        UTF-8.
    classes : uint8 (bytes,)
    places : int64 (n,)
        Its end characters.
    sentence_ends : "marks and lines", "marks", "lines" or "paragraphs"
        What ends a sentence (see ``w2v_core.text.tokenizer``).
    """
    text = np.frombuffer(data, np.uint8)
    kinds = classes[places]
    counts = kinds == END
    if sentence_ends in ("marks and lines", "marks"):
        stops = kinds == STOP
        at = places[stops]
        before = (at > 0) & (classes[at - 1] & DIGIT != 0)
        after = classes[np.minimum(at + 1, len(classes) - 1)] & DIGIT != 0
        counts[stops] = ~(before & after)
    if sentence_ends != "marks and lines":
        lines = _line_ends(text, places)
        if sentence_ends != "lines":
            of_paragraphs = np.zeros(len(places), bool)
            for match in _PARAGRAPHS.finditer(data):
                a, b = np.searchsorted(places, match.span())
                of_paragraphs[a:b] = True
            counts &= ~lines | of_paragraphs
        if sentence_ends != "marks":
            counts &= lines
    held = np.flatnonzero(counts)
    if len(held) == 0:
        return Ends(held, held, held)
    at = places[held]
    gaps = np.flatnonzero(at[1:] != at[:-1] + sizes_at(text, at[:-1]))
    first = np.concatenate(([0], gaps + 1))
    last = np.append(gaps, len(held) - 1)
    stops = np.append(np.flatnonzero(kinds[held] == STOP), len(held))
    next_stop = stops[np.searchsorted(stops, first)]
    split = (next_stop > first) & (next_stop <= last)
    until = np.full(len(first), -1, np.int64)
    until[split] = held[next_stop[split]]
    return Ends(held[first], held[last], until)


def _line_ends(text: np.ndarray, places: np.ndarray) -> np.ndarray:
    """bool (n,): which end characters end lines."""
    lead = text[places]
    long = np.flatnonzero(lead == 0xE2)
    lines = (lead < 0x20) | (lead == 0xC2)
    at = places[long]
    lines[long] = (text[at + 1] == 0x80) & ((text[at + 2] == 0xA8) | (text[at + 2] == 0xA9))
    return lines


def word_mask(classes: np.ndarray, letters: np.ndarray, joined: bool) -> np.ndarray:
    """bool (bytes + 2,): which bytes are part of a token, with a False at both ends."""
    mask = np.zeros(len(classes) + 2, bool)  # byte i is at i + 1
    np.not_equal(classes & LETTER, 0, out=mask[1:-1])
    places = np.flatnonzero(classes >= MARK)
    kinds = classes[places]
    marks = places[kinds == MARK]
    if len(marks):
        first, last = _runs(marks)
        on_letter = mask[marks[first]]
        mask[marks[np.repeat(on_letter, last - first + 1)] + 1] = True
    if joined:
        numeric = places[(kinds == NUMERIC) | (kinds == STOP)]
        # Few of them have a digit before, and the rest of the bytes of one character.
        before = classes[np.maximum(numeric - 1, 0)]
        numeric = numeric[(before & DIGIT != 0) | (letters[numeric] & 0xC0 == 0x80)]
        for joiners, digits in ((places[kinds == JOINER], False), (numeric, True)):
            if len(joiners) == 0:
                continue
            first, last = _runs(joiners)
            alone = np.add.reduceat(letters[joiners] & 0xC0 != 0x80, first) == 1  # one character
            left, right = joiners[first], joiners[last] + 2
            between = alone & mask[left] & mask[right]
            if digits:
                between[between] = (classes[left[between] - 1] & DIGIT != 0) & (
                    classes[right[between] - 1] & DIGIT != 0
                )
            mask[joiners[np.repeat(between, last - first + 1)] + 1] = True
    return mask


def _runs(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of rising places, the indices of the first and the last of each run of neighbours."""
    gaps = np.flatnonzero(np.diff(places) != 1)
    return np.concatenate(([0], gaps + 1)), np.append(gaps, len(places) - 1)
