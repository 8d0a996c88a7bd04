"""What is a word, and where does a sentence end?

A **word** is a run of letters, marks and digits of any script. Inside a word, between two of
these, an apostrophe (' or ’), a hyphen, an underscore, a middle dot (Catalan *col·lecció*) or
Hebrew's geresh and gershayim belong to it: *don't*, *well-known*, *new_york*. Outside they do
not: *'quoted'* is *quoted*. Runs of more than 1,000 characters are not words (encoded data, mostly).

With ``unit="characters"`` every letter or digit, with the marks that sit on it, is a token: for
Chinese, Japanese, Thai and other scripts that write no spaces.

A **sentence** ends at a line end, at . ! ? … and at their kin in other scripts (。！？ । ؟ …). A full
stop between two digits (3.14) does not end one. With ``sentence_ends="marks"`` a line end does not end one
(texts wrapped at a column), only an empty line; with "lines" and "paragraphs" the marks do not: each
line is one, or each paragraph, up to an empty line.

Text is handled as UTF-8 bytes, in arrays: each byte gets the class of its character, words are the
runs of a mask over them, and no Python object is made per word. Where characters must be folded one
by one (case and composition of accented letters), only the words concerned are.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from w2v_core.parameters import check
from w2v_core.vocabulary import normalise

MAX_WORD_LENGTH = 1_000

LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# Full stops and question marks of other scripts: full-width, Arabic, Urdu, Devanagari, Armenian,
# Ethiopic, Burmese, Khmer, Tibetan.
SENTENCE_MARKS = "!?…‼⁇⁈⁉。！？．｡؟۔।॥։።፧၊။။༎"

_JOINERS = "'’-‐‑_·\u05f3\u05f4"
# Invisible joiners inside Persian and Indic words.
_ZERO_WIDTH = "\u200c\u200d"
# Frequent, never part of a word, and without effect on how their neighbours are folded.
_INERT = "“”„–—―«»‹›•\u00a0"

# Classes of characters, one a byte. Those from _JOINER on are looked up one by one, being rare.
_LETTER, _DIGIT, _MARK, _JOINER, _END, _STOP, _BLANK = 1, 2, 4, 8, 16, 32, 64
_SPACE, _BREAK = b" \n"  # as numbers
_LINE_END = rb"(?>\r\n|[\n\r\x0b\x0c\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9])"
_LINES = re.compile(_LINE_END + rb"+")
_PARAGRAPHS = re.compile(_LINE_END + rb"[ \t]*" + _LINE_END + rb"(?:[ \t]*" + _LINE_END + rb")*")

_LAST_CLASSIFIED = 0xE01F0
"""Above the last letter and the last mark; private use only."""
_UNASSIGNED = range(0x40000, 0xE0000)  # planes 4 to 13

_FEW = 100
"""One character in so many: below this share, what is not ASCII is folded word by word (about 1 µs
each), above it the block is folded whole (about 12 ns a byte)."""


@dataclass(frozen=True)
class Block:
    """The words and sentences of a piece of text.

    Attributes
    ----------
    words : pyarrow.StringArray (n_words,)
        The words in order, folded.
    lengths : int64 (n_ends + 1,)
        How many of them stand before the first end of sentence, between two, and after the last.
    starts, stops : int64 (n_ends + 1,)
        Where these sentences begin and stop in the bytes of the text. An end of sentence belongs to
        the sentence it closes; further marks right after it (the stop in *?.*) to none.
    """

    words: pa.StringArray
    lengths: np.ndarray
    starts: np.ndarray
    stops: np.ndarray


def tokenise(
    text: bytes,
    *,
    lowercase: bool = True,
    unit: str = "words",
    sentence_ends: str = "marks and lines",
) -> Block:
    """Cut UTF-8 text into words and sentences.

    Raises
    ------
    ValueError
        when ``unit`` is neither "words" nor "characters", or ``sentence_ends`` is not one of the four.
    """
    check("unit", unit)
    check("sentence_ends", sentence_ends)
    classes = _classify(text)
    if sentence_ends == "marks and lines":
        stops, ends = _sentence_ends(classes)
    elif sentence_ends == "marks":
        stops, ends = _sentence_ends(_without_single_line_ends(text, classes))
    else:
        found = (_LINES if sentence_ends == "lines" else _PARAGRAPHS).finditer(text)
        ends = np.fromiter((match.end() for match in found), np.int64)
        stops = ends
    if text.isascii():
        folded = text.lower() if lowercase else text
        breaks = ends
    else:
        folded = _fold(_with_breaks(text, classes, ends), lowercase)
        classes = _classify(folded)
        breaks = np.flatnonzero(np.frombuffer(folded, np.uint8) == _BREAK)
    letters = np.frombuffer(folded, np.uint8)
    mask = _mask(classes, joined=unit == "words")
    edges = np.flatnonzero(mask[1:] != mask[:-1])
    if unit == "words":
        begins, sizes = edges[::2], edges[1::2] - edges[::2]
    else:
        begins = np.flatnonzero((classes & _LETTER != 0) & (letters & 0xC0 != 0x80))
        kept = np.flatnonzero(mask[1:-1])
        sizes = np.diff(np.searchsorted(kept, begins), append=len(kept))
    before = np.searchsorted(begins, breaks)
    return Block(
        words=_strings(letters[mask[1:-1]], sizes),
        lengths=np.diff(before, prepend=0, append=len(begins)),
        starts=np.concatenate(([0], ends)),
        stops=np.append(stops, len(text)),
    )


def tokens_of(text: str, *, lowercase: bool = True, unit: str = "words") -> list[str]:
    """The tokens of a text, in order, as they are compared.

    Raises
    ------
    ValueError
        when ``unit`` is neither "words" nor "characters".
    """
    data = text.encode("utf-8", "replace")
    return tokenise(data, lowercase=lowercase, unit=unit).words.to_pylist()


def is_written_without_spaces(text: str) -> bool:
    """Whether most letters belong to a script that writes no spaces between words
    (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan), so that characters serve better."""
    letters = [c for c in text if c.isalpha()]
    spaceless = sum(
        "\u2e80" <= c <= "\u312f"  # CJK radicals, kana
        or "\u31a0" <= c <= "\u9fff"  # CJK ideographs (Korean's Hangul lies higher)
        or "\uf900" <= c <= "\ufaff"
        or "\u0e00" <= c <= "\u0fff"  # Thai, Lao, Tibetan
        or "\u1000" <= c <= "\u109f"  # Burmese
        or "\u1780" <= c <= "\u17ff"  # Khmer
        or "\U00020000" <= c <= "\U0003134f"
        for c in letters
    )
    return len(letters) > 0 and spaceless > 0.5 * len(letters)


# Classes


def _classes_of(chars: str) -> np.ndarray:
    """uint8 (characters,): letters and numbers, marks, and what is named above; 0 is the rest."""
    categories = "".join(map(unicodedata.category, chars)).encode("ascii")
    major, minor = np.frombuffer(categories, "S1").reshape(-1, 2).T
    classes = np.zeros(len(chars), np.uint8)
    classes[(major == b"L") | (major == b"N")] = _LETTER
    classes[(major == b"N") & (minor == b"d")] |= _DIGIT
    classes[major == b"M"] = _MARK
    for members, kind in (
        (_ZERO_WIDTH, _MARK),
        (_JOINERS, _JOINER),
        (LINE_ENDS + SENTENCE_MARKS, _END),
        (".", _STOP),
        (_INERT, _BLANK),
    ):
        for char in members:
            if (place := ord(char) - ord(chars[0])) in range(len(chars)):
                classes[place] = kind
    return classes


_ASCII_CLASSES = _classes_of("".join(map(chr, range(128)))).tobytes() + bytes(128)


@functools.cache
def _all_classes() -> np.ndarray:
    """uint8 (0xE01F1,): the class of every code point; the last stands for all higher ones."""
    classes = np.zeros(_LAST_CLASSIFIED + 1, np.uint8)
    for codes in (range(_UNASSIGNED.start), range(_UNASSIGNED.stop, _LAST_CLASSIFIED)):
        classes[codes.start : codes.stop] = _classes_of("".join(map(chr, codes)))
    return classes


def _classify(text: bytes) -> np.ndarray:
    """uint8 (bytes,): every byte's class; the bytes of one character share theirs."""
    if text.isascii():
        return np.frombuffer(text.translate(_ASCII_CLASSES), np.uint8)
    classes = np.frombuffer(bytearray(text.translate(_ASCII_CLASSES)), np.uint8)
    data = np.frombuffer(text, np.uint8)
    first = np.flatnonzero(data >= 0xC0)
    lead = data[first].astype(np.int32)
    long, longest = lead >= 0xE0, lead >= 0xF0
    code = ((lead & 0x1F) << 6) | (data[first + 1] & 0x3F)
    third = first[long] + 2
    code[long] = ((code[long] & 0x3FF) << 6) | (data[third] & 0x3F)
    fourth = first[longest] + 3
    code[longest] = ((code[longest] & 0x7FFF) << 6) | (data[fourth] & 0x3F)
    found = _all_classes()[np.minimum(code, _LAST_CLASSIFIED)]
    classes[first] = found
    classes[first + 1] = found
    classes[third] = found[long]
    classes[fourth] = found[longest]
    return classes


def _runs(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of rising places, the indices of the first and the last of each run of neighbours."""
    gaps = np.flatnonzero(np.diff(places) != 1)
    return np.concatenate(([0], gaps + 1)), np.append(gaps, len(places) - 1)


# Sentences


def _sentence_ends(classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int64 (n_ends,) twice: where sentences stop, and where the next ones start.

    A run of end marks and full stops is one end. Where full stops follow other marks, the sentence
    stops before them already.
    """
    places = np.flatnonzero(classes >= _END)
    kinds = classes[places]
    marks = kinds != _BLANK
    stops = np.flatnonzero(kinds == _STOP)
    at = places[stops]
    before = (at > 0) & (classes[at - 1] & _DIGIT != 0)
    after = classes[np.minimum(at + 1, len(classes) - 1)] & _DIGIT != 0
    marks[stops[before & after]] = False
    places, kinds = places[marks], kinds[marks]
    if len(places) == 0:
        return places, places
    first, last = _runs(places)
    ends = places[last] + 1
    until = ends.copy()
    stops = np.append(np.flatnonzero(kinds == _STOP), len(places))
    next_stop = stops[np.searchsorted(stops, first)]
    split = (next_stop > first) & (next_stop <= last)
    until[split] = places[next_stop[split]]
    return until, ends


def _without_single_line_ends(text: bytes, classes: np.ndarray) -> np.ndarray:
    """The classes with line ends as blanks, but for those around an empty line."""
    classes = classes.copy()
    for match in _LINES.finditer(text):
        classes[match.start() : match.end()] = _BLANK
    for match in _PARAGRAPHS.finditer(text):
        classes[match.start() : match.end()] = _END
    return classes


def _with_breaks(text: bytes, classes: np.ndarray, ends: np.ndarray) -> bytes:
    """The text with a line feed at each end of sentence and nowhere else."""
    marked = bytearray(text)
    data = np.frombuffer(marked, np.uint8)
    data[np.flatnonzero(classes & (_END | _BLANK))] = _SPACE
    data[ends - 1] = _BREAK
    return bytes(marked)


# Words


def _fold(text: bytes, lowercase: bool) -> bytes:
    """The text as words are compared (see ``normalise``)."""
    text = text.replace("’".encode(), b"'")
    first = np.flatnonzero(np.frombuffer(text, np.uint8) >= 0xC0)
    if len(first) * _FEW > len(text):
        return normalise(text.decode("utf-8"), lowercase).encode("utf-8")
    plain = text.lower() if lowercase else text
    pieces: list[bytes] = []
    done = 0
    for place in first.tolist():
        if place < done:
            continue
        # Nothing composes with a space, and no letter's case depends on what is beyond one.
        begin = max(text.rfind(_SPACE, done, place), done)
        end = text.find(_SPACE, place)
        end = len(text) if end < 0 else end
        word = normalise(text[begin:end].decode("utf-8"), lowercase)
        pieces += (plain[done:begin], word.encode("utf-8"))
        done = end
    return b"".join((*pieces, plain[done:]))


def _mask(classes: np.ndarray, joined: bool) -> np.ndarray:
    """bool (bytes + 2,): which bytes are part of a token, with a False at both ends."""
    mask = np.zeros(len(classes) + 2, bool)  # byte i is at i + 1
    np.not_equal(classes & _LETTER, 0, out=mask[1:-1])
    places = np.flatnonzero(classes >= _MARK)
    kinds = classes[places]
    marks, joiners = places[kinds == _MARK], places[kinds == _JOINER]
    if len(marks):
        first, last = _runs(marks)
        on_letter = mask[marks[first]]
        mask[marks[np.repeat(on_letter, last - first + 1)] + 1] = True
    if joined and len(joiners):
        first, last = _runs(joiners)
        between = mask[joiners[first]] & mask[joiners[last] + 2]
        mask[joiners[np.repeat(between, last - first + 1)] + 1] = True
    return mask


def _strings(letters: np.ndarray, sizes: np.ndarray) -> pa.StringArray:
    """Strings of so many bytes each, one after the other, without a copy of the letters."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(offsets), pa.py_buffer(letters))
