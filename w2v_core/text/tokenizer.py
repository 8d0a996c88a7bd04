"""What is a word, and where does a sentence end?

A **word** is a run of letters, marks and digits of any script. A single joiner between two of these
belongs to the word: an apostrophe (' or ’), a hyphen, an underscore, a middle dot (Catalan *col·lecció*),
Hebrew's geresh or gershayim: *don't*, *well-known*, *new_york*. Anywhere else it does not: *'quoted'* is
*quoted*, and a run of joiners is a dash (*whale--it*). A full stop, comma or colon between two digits
belongs to a number: *1,000,000*, *3.14*, *10:30*. Web and e-mail addresses are one word each, or left
out; so are emoji. Runs of
more than 1,000 characters are not words (encoded data, mostly). ``w2v_core.letters`` says which letters are
the same.

With ``unit="characters"`` every letter or digit, with the marks that sit on it, is a token: for Chinese,
Japanese, Thai and other scripts that write no spaces.

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
import html
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from w2v_core.letters import EMOJI, apart, plain_letters
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

# What stands within numbers, beside the full stop: comma and colon, and the Arabic signs.
_NUMERICS = ",:\u066b\u066c"

# Classes of characters, one a byte. Those from _MARK on are looked up one by one, being rare.
_LETTER, _DIGIT, _MARK, _NUMERIC, _JOINER, _END, _STOP, _BLANK = 1, 2, 4, 8, 16, 32, 64, 128
_SPACE, _BREAK = b" \n"  # as numbers
_LINE_END = rb"(?>\r\n|[\n\r\x0b\x0c\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9])"
_LINES = re.compile(_LINE_END + rb"+")
_PARAGRAPHS = re.compile(_LINE_END + rb"[ \t]*" + _LINE_END + rb"(?:[ \t]*" + _LINE_END + rb")*")

_LAST_CLASSIFIED = 0xE01F0
"""Above the last letter and the last mark; private use only."""
_UNASSIGNED = range(0x40000, 0xE0000)  # planes 4 to 13

# While words are cut, the punctuation inside an address is written as control characters that count as
# letters: one byte for one byte, turned back at the end.
_PUNCTUATION = bytes(code for code in range(33, 127) if not chr(code).isalnum())
_CONTROLS = bytes(code for code in range(32) if code != 0x0A) + b"\x7f"
_HIDDEN = bytes.maketrans(_PUNCTUATION, _CONTROLS)
_SHOWN = np.frombuffer(bytes.maketrans(_CONTROLS, _PUNCTUATION), np.uint8)
_WITHOUT_CONTROLS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))

# The parts of an address, before and after the sign that it is looked for by.
_SCHEME = re.compile(rb"(?<![A-Za-z0-9_.])(?:https?|ftp)\Z", re.I)
_NO_WORD = re.compile(rb"(?<![A-Za-z0-9_.])\Z")
_REST = re.compile(rb"[^\s<>\"'`{}|\\^\x00-\x20\x7f]{1,2000}")
_LOCAL = re.compile(rb"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\Z")
_HOST = re.compile(rb"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])")
_FORMS = (
    (b"@", _LOCAL, _HOST),
    (b"://", _SCHEME, re.compile(rb"://" + _REST.pattern)),
    (b"www.", _NO_WORD, re.compile(rb"www\.(?=[A-Za-z0-9])" + _REST.pattern)),
)
# What ends a sentence or a bracket does not end an address, nor do typographic marks.
_AFTER_ADDRESS = re.compile(
    rb"(?:[.,:;!?)\]*_~]|\xe2\x80[\x98-\x9f\xa6]|\xe3\x80[\x81-\x91]|\xef\xbc[\x81\x88\x89\x8c\x9f]|\xc2\xbb)+$"
)
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WIDE_NUMBER = re.compile(rb"(?<=\xef\xbc[\x90-\x99])\xef\xbc\x8e(?=\xef\xbc[\x90-\x99])")
_TEXT_EMOJI = re.compile(
    rb"(?:\xe2[\x80-\xaf]|\xe3[\x80\x8a])[\x80-\xbf]\xef\xb8\x8f|\xf0\x9f\x85[\xb0-\xbf]\xef\xb8\x8f"
)

# Articles and short words that lose their vowel before another word: they are words of their own.
_ELIDED = {
    "french": "l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    "italian": "l un d c s m t v n gl dell all dall nell sull coll quest quell bell sant nessun ciascun "
    "com cos dov anch quand",
}
_ELISION = {
    language: re.compile(
        rb"(?<![A-Za-z0-9_'\x80-\xff-])("
        + "|".join(sorted(words.split(), key=len, reverse=True)).encode()
        + rb")'(?=[A-Za-z\x80-\xff])",
        re.I,
    )
    for language, words in _ELIDED.items()
}
_APOSTROPHE = b"'".translate(_HIDDEN)

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
    n_addresses, n_emoji : int
        How many addresses and emoji were left out.
    """

    words: pa.StringArray
    lengths: np.ndarray
    starts: np.ndarray
    stops: np.ndarray
    n_addresses: int = 0
    n_emoji: int = 0


def tokenise(
    text: bytes,
    *,
    lowercase: bool = True,
    unit: str = "words",
    sentence_ends: str = "marks and lines",
    language: str = "none",
    addresses: str = "keep",
    emoji: str = "keep",
) -> Block:
    """Cut UTF-8 text into words and sentences.

    Parameters
    ----------
    text : bytes
    lowercase, unit, sentence_ends, language, addresses, emoji
        As for ``Corpus.from_text``.

    Raises
    ------
    ValueError
        naming a bad parameter, its value and what is allowed.
    """
    check("unit", unit)
    check("sentence_ends", sentence_ends)
    check("language", language)
    check("addresses", addresses)
    check("emoji", emoji)
    classes = _classify(text)
    spans = _addresses(text)
    plain_ascii = text.isascii()
    if spans or not plain_ascii:
        classes = np.array(classes)
        for begin, end in spans:
            classes[begin:end] = _LETTER if addresses == "keep" else _BLANK
        if b"\xef\xbc\x8e" in text:
            for match in _WIDE_NUMBER.finditer(text):
                classes[match.start() : match.end()] = _NUMERIC
    if sentence_ends == "marks and lines":
        stops, ends = _sentence_ends(classes)
    elif sentence_ends == "marks":
        stops, ends = _sentence_ends(_without_single_line_ends(text, classes))
    else:
        found = (_LINES if sentence_ends == "lines" else _PARAGRAPHS).finditer(text)
        ends = np.fromiter((match.end() for match in found), np.int64)
        stops = ends
    elided = _ELISION.get(language) if unit == "words" else None
    hidden = bool(spans) or elided is not None
    turkish = lowercase and language in ("turkish", "azeri")
    if plain_ascii and not hidden and not turkish and not _ENTITY.search(text):
        folded = text.lower() if lowercase else text
        breaks = ends
    else:
        marked = _with_breaks(text, classes, ends)
        if hidden:
            marked = _with_hidden(marked, spans if addresses == "keep" else [])
        if b"&" in marked:
            marked = _ENTITY.sub(_character, marked)
        folded = _fold(marked, lowercase, language, emoji == "keep")
        if elided is not None:
            folded = elided.sub(rb"\1" + _APOSTROPHE + b" ", folded)
        classes = _classify(folded, hidden, emoji == "keep")
        breaks = np.flatnonzero(np.frombuffer(folded, np.uint8) == _BREAK)
    letters = np.frombuffer(folded, np.uint8)
    mask = _mask(classes, letters, joined=unit == "words")
    edges = np.flatnonzero(mask[1:] != mask[:-1])
    if unit == "words":
        begins, sizes = edges[::2], edges[1::2] - edges[::2]
    else:
        begins = np.flatnonzero((classes & _LETTER != 0) & (letters & 0xC0 != 0x80))
        kept = np.flatnonzero(mask[1:-1])
        sizes = np.diff(np.searchsorted(kept, begins), append=len(kept))
    before = np.searchsorted(begins, breaks)
    kept_letters = letters[mask[1:-1]]
    return Block(
        words=_strings(_SHOWN[kept_letters] if hidden else kept_letters, sizes),
        lengths=np.diff(before, prepend=0, append=len(begins)),
        starts=np.concatenate(([0], ends)),
        stops=np.append(stops, len(text)),
        n_addresses=len(spans) if addresses == "drop" else 0,
        n_emoji=0 if emoji == "keep" or plain_ascii else len(EMOJI.findall(text.decode("utf-8"))),
    )


def tokens_of(
    text: str, *, lowercase: bool = True, unit: str = "words", **settings: str
) -> list[str]:
    """The tokens of a text, in order, as they are compared (parameters and errors as for ``tokenise``)."""
    data = text.encode("utf-8", "replace")
    return tokenise(data, lowercase=lowercase, unit=unit, **settings).words.to_pylist()


def as_read(text: str) -> str:
    """A text as it is shown beside its words: letters in one form, entities as the characters they stand
    for; case, apostrophes, marks and spaces as they are."""
    if "&" in text:
        text = _ENTITY.sub(_character, text.encode("utf-8", "replace")).decode("utf-8")
    return plain_letters(text, apostrophes=False)


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
        (_NUMERICS, _NUMERIC),
        (LINE_ENDS + SENTENCE_MARKS, _END),
        (".", _STOP),
        (_INERT, _BLANK),
    ):
        for char in members:
            if (place := ord(char) - ord(chars[0])) in range(len(chars)):
                classes[place] = kind
    return classes


_ASCII_CLASSES = _classes_of("".join(map(chr, range(128)))).tobytes() + bytes(128)
_WITH_HIDDEN = bytes(
    _LETTER if code in _CONTROLS else kind for code, kind in enumerate(_ASCII_CLASSES)
)


@functools.cache
def _all_classes() -> np.ndarray:
    """uint8 (0xE01F1,): the class of every code point; the last stands for all higher ones."""
    classes = np.zeros(_LAST_CLASSIFIED + 1, np.uint8)
    for codes in (range(_UNASSIGNED.start), range(_UNASSIGNED.stop, _LAST_CLASSIFIED)):
        classes[codes.start : codes.stop] = _classes_of("".join(map(chr, codes)))
    return classes


@functools.cache
def _with_emoji() -> np.ndarray:
    """The same, with the pictures that emoji are made of as letters."""
    classes = _all_classes().copy()
    for code in (*range(0x2190, 0x2C00), *range(0x1F000, 0x1FB00)):
        if EMOJI.fullmatch(chr(code)) or 0x1F1E6 <= code <= 0x1F1FF or 0x1F3FB <= code <= 0x1F3FF:
            classes[code] = _LETTER
    classes[0xE0020:0xE0080] = _MARK  # of the flags of countries within countries
    return classes


def _classify(text: bytes, hidden: bool = False, emoji: bool = False) -> np.ndarray:
    """uint8 (bytes,): every byte's class; the bytes of one character share theirs. ``hidden``: control
    characters stand for the punctuation of addresses; ``emoji``: they are words."""
    table = _WITH_HIDDEN if hidden else _ASCII_CLASSES
    if text.isascii():
        return np.frombuffer(text.translate(table), np.uint8)
    classes = np.frombuffer(bytearray(text.translate(table)), np.uint8)
    data = np.frombuffer(text, np.uint8)
    first = np.flatnonzero(data >= 0xC0)
    lead = data[first].astype(np.int32)
    long, longest = lead >= 0xE0, lead >= 0xF0
    code = ((lead & 0x1F) << 6) | (data[first + 1] & 0x3F)
    third = first[long] + 2
    code[long] = ((code[long] & 0x3FF) << 6) | (data[third] & 0x3F)
    fourth = first[longest] + 3
    code[longest] = ((code[longest] & 0x7FFF) << 6) | (data[fourth] & 0x3F)
    found = (_with_emoji() if emoji else _all_classes())[np.minimum(code, _LAST_CLASSIFIED)]
    classes[first] = found
    classes[first + 1] = found
    classes[third] = found[long]
    classes[fourth] = found[longest]
    if emoji and b"\xef\xb8\x8f" in text:  # signs that are emoji only where it is asked for
        for match in _TEXT_EMOJI.finditer(text):
            classes[match.start() : match.end() - 3] = _LETTER
    return classes


# Addresses and entities


def _addresses(text: bytes) -> list[tuple[int, int]]:
    """(first byte, last + 1) of each web or e-mail address, in order."""
    found: list[tuple[int, int]] = []
    for sign, before, after in _FORMS:
        at = text.find(sign)  # rare enough to be looked for by what every address has
        while at >= 0:
            head = before.search(text, max(at - 70, 0), at)
            rest = after.match(text, at) if head is not None else None
            if head is None or rest is None:
                at = text.find(sign, at + 1)
                continue
            begin, end = head.start(), rest.end()
            whole = text[begin:end]
            if trailing := _AFTER_ADDRESS.search(whole):
                end = begin + trailing.start()
                if b"(" in whole and whole[trailing.start() : trailing.start() + 1] == b")":
                    end += 1  # of a pair of brackets within the address
            if end - begin > 4:
                found.append((begin, end))
            at = text.find(sign, max(end, at + 1))
    found.sort()
    apart: list[tuple[int, int]] = []
    for begin, end in found:  # https://www.… and https://me@… are one address
        if not apart or begin >= apart[-1][1]:
            apart.append((begin, end))
    return apart


def _with_hidden(text: bytes, spans: list[tuple[int, int]]) -> bytes:
    """The text without control characters, but for line feeds; with the punctuation of addresses written
    in them, and a space around each."""
    pieces: list[bytes] = []
    done = 0
    for begin, end in spans:
        pieces += (text[done:begin].translate(_WITHOUT_CONTROLS), b" ")
        address = _ENTITY.sub(_character, text[begin:end].translate(_WITHOUT_CONTROLS))
        pieces += (address.translate(_HIDDEN), b" ")
        done = end
    return b"".join((*pieces, text[done:].translate(_WITHOUT_CONTROLS)))


def _character(entity: re.Match[bytes]) -> bytes:
    """The character that &amp; or &#39; stands for; the entity itself where it stands for none. What would
    end a line or a sentence becomes a space: the ends were found before."""
    written = entity[0].decode("ascii")
    char = html.unescape(written)
    if char == written or char.endswith(";"):
        return entity[0]
    ends = LINE_ENDS + SENTENCE_MARKS + "."
    if any(c in ends or ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or ord(c) == 127 for c in char):
        return b" "
    return char.encode("utf-8")


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


def _fold(text: bytes, lowercase: bool, language: str = "none", emoji: bool = False) -> bytes:
    """The text as words are compared (see ``normalise``), with a space around each emoji where these are
    words."""

    def folded(piece: bytes) -> bytes:
        found = normalise(piece.decode("utf-8"), lowercase, language)
        return apart(found.encode("utf-8")) if emoji else found.encode("utf-8")

    text = text.replace("’".encode(), b"'")
    first = np.flatnonzero(np.frombuffer(text, np.uint8) >= 0xC0)
    turkish = lowercase and language in ("turkish", "azeri")
    if turkish or len(first) * _FEW > len(text):
        return folded(text)
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
        pieces += (plain[done:begin], folded(text[begin:end]))
        done = end
    return b"".join((*pieces, plain[done:]))


def _mask(classes: np.ndarray, letters: np.ndarray, joined: bool) -> np.ndarray:
    """bool (bytes + 2,): which bytes are part of a token, with a False at both ends."""
    mask = np.zeros(len(classes) + 2, bool)  # byte i is at i + 1
    np.not_equal(classes & _LETTER, 0, out=mask[1:-1])
    places = np.flatnonzero(classes >= _MARK)
    kinds = classes[places]
    marks = places[kinds == _MARK]
    if len(marks):
        first, last = _runs(marks)
        on_letter = mask[marks[first]]
        mask[marks[np.repeat(on_letter, last - first + 1)] + 1] = True
    if joined:
        numeric = places[(kinds == _NUMERIC) | (kinds == _STOP)]
        # Few of them have a digit before, and the rest of the bytes of one character.
        before = classes[np.maximum(numeric - 1, 0)]
        numeric = numeric[(before & _DIGIT != 0) | (letters[numeric] & 0xC0 == 0x80)]
        for joiners, digits in ((places[kinds == _JOINER], False), (numeric, True)):
            if len(joiners) == 0:
                continue
            first, last = _runs(joiners)
            alone = np.add.reduceat(letters[joiners] & 0xC0 != 0x80, first) == 1  # one character
            left, right = joiners[first], joiners[last] + 2
            between = alone & mask[left] & mask[right]
            if digits:
                between[between] = (classes[left[between] - 1] & _DIGIT != 0) & (
                    classes[right[between] - 1] & _DIGIT != 0
                )
            mask[joiners[np.repeat(between, last - first + 1)] + 1] = True
    return mask


def _strings(letters: np.ndarray, sizes: np.ndarray) -> pa.StringArray:
    """Strings of so many bytes each, one after the other, without a copy of the letters."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(offsets), pa.py_buffer(letters))
