"""What is a word, and where does a sentence end?

A **word** is a run of letters, marks and digits of any script. A single joiner between two of these
belongs to the word: an apostrophe (' or ’), a hyphen, an underscore, a middle dot (Catalan *col·lecció*),
Hebrew's geresh or gershayim: *don't*, *well-known*, *new_york*. Anywhere else it does not: *'quoted'* is
*quoted*, and a run of joiners is a dash (*whale--it*). A full stop, comma or colon between two digits
belongs to a number: *1,000,000*, *3.14*, *10:30*. Web and e-mail addresses are one word each, or left
out; so are emoji. Runs of more than 1,000 characters are not words (encoded data, mostly).
``w2v_core.letters`` says which letters are the same. Nothing of this depends on what stands beyond a space.

With ``unit="characters"`` every letter or digit, with the marks that sit on it, is a token, and so are
addresses and emoji: for Chinese, Japanese, Thai and other scripts that write no spaces.

A **sentence** ends at a line end, at . ! ? … and at their kin in other scripts (。！？ । ؟ …). A full
stop between two digits (3.14) does not end one. With ``sentence_ends="marks"`` a line end does not end one
(texts wrapped at a column), only an empty line; with "lines" and "paragraphs" the marks do not: each
line is one, or each paragraph, up to an empty line.

A text is parted at its spaces first, as most of the pieces come again and again: each distinct one is
cut once. For that the letters are brought into one form, addresses and emoji are replaced by stand-ins that
look like words, and what is left is a matter of classes of bytes (see ``characters``, ``sentence_ends``).
"""

from __future__ import annotations

import bisect
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from w2v_core.letters import EMOJI, KEY_CAP, lower, plain_letters
from w2v_core.parameters import check
from w2v_core.text.addresses import addresses_in
from w2v_core.text.characters import (
    ENDS_NOT,
    LETTER,
    LINE_ENDS,
    OWN,
    SENTENCE_MARKS,
    STAND_IN,
    STAND_IN_DIGITS,
    classify,
)
from w2v_core.text.sentence_ends import end_characters, sentence_ends, sizes_at, word_mask

MAX_WORD_LENGTH = 1_000

_MOST_KNOWN = 1 << 18
"""Pieces of text that are remembered: some 40 MB."""

# Between pieces; where a text has it, it is a space.
_SEPARATOR = "\x1f"
_SEPARATOR_BYTE = 0x1F
# A piece begins after a space. After the end of a line (or any space, where empty lines count) it does
# not begin with what may be a further end: these are one end. (It begins where a value falls by two.)
_MAY_END = frozenset(
    char.encode()[0] for char in LINE_ENDS + SENTENCE_MARKS + ".\u200e\xad\ufeff\u061c"
)
_OF_LINE, _OF_BLANK = b"\n\r", b" \t"
_BEGINS = bytes(
    2 if code in _OF_LINE else 3 if code in _OF_BLANK else code in _MAY_END for code in range(256)
)
_BEGINS_IN_PARAGRAPHS = _BEGINS.replace(b"\x03", b"\x02")

_ENDINGS = frozenset(LINE_ENDS + SENTENCE_MARKS + ".")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PICTURE = re.compile("[\u20e3\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_ZERO_WIDTH = ("\u200c".encode(), "\u200d".encode())
_APART = "\u00a0"  # around a stand-in; no word has it, and no sentence ends at it
_OWN = re.compile(f"[{chr(OWN.start)}-{chr(OWN.stop - 1)}]")

# Articles and short words that lose their vowel before another word: they are words of their own.
_ELIDED = {
    "french": "l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    "italian": "l un d c s m t v n gl dell all dall nell sull coll quest quell bell sant nessun ciascun "
    "com cos dov anch quand",
}
_ELISION = {
    language: re.compile(
        rf"(?<![^\W_]['’·_-])(?<![^\W_])(?:{'|'.join(sorted(words.split(), key=len, reverse=True))})"
        r"'(?=[^\W\d_]|[\s\x1f]|\Z)",
        re.I,
    )
    for language, words in _ELIDED.items()
}


@dataclass(frozen=True)
class Cut:
    """The words and sentences of a piece of text, the words as numbers.

    Attributes
    ----------
    numbers : int32 (n_words,)
        The words in order.
    lengths : int64 (n_ends + 1,)
        How many of them stand before the first end of sentence, between two, and after the last.
    starts, stops : int64 (n_ends + 1,)
        Where these sentences begin and stop in the bytes of the text. An end of sentence belongs to
        the sentence it closes; further marks right after it (the stop in *?.*) to none.
    n_addresses, n_emoji : int
        How many addresses and emoji were left out.
    """

    numbers: np.ndarray
    lengths: np.ndarray
    starts: np.ndarray
    stops: np.ndarray
    n_addresses: int = 0
    n_emoji: int = 0


class WordNumbers(dict[str, int]):
    """Word → number in order of first appearance; words too long are -1."""

    def __missing__(self, word: str) -> int:
        if len(word) > MAX_WORD_LENGTH:
            return -1
        self[word] = number = len(self)
        return number


class _AllNumbers(dict[str, int]):
    """The same, however long they are."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class Numbers(Protocol):
    """What numbers words."""

    def __getitem__(self, word: str, /) -> int: ...


class Tokeniser:
    """Cuts a text into words and sentences, block by block.

    Parameters
    ----------
    numbers : mapping of str to int
        The number of each word; a new one is made by asking for it.
    lowercase, unit, sentence_ends, language, addresses, emoji
        As for ``Corpus.from_text``.

    Raises
    ------
    ValueError
        naming a bad parameter, its value and what is allowed.
    """

    def __init__(
        self,
        numbers: Numbers,
        *,
        lowercase: bool = True,
        unit: str = "words",
        sentence_ends: str = "marks and lines",
        language: str = "none",
        addresses: str = "keep",
        emoji: str = "keep",
    ):
        self._numbers = numbers
        self.lowercase = lowercase
        self.unit = check("unit", unit)
        self.sentence_ends = check("sentence_ends", sentence_ends)
        self.language = check("language", language)
        self._drop_addresses = check("addresses", addresses) == "drop"
        self._drop_emoji = check("emoji", emoji) == "drop"
        self._known = _Known()

    def cut(self, text: bytes) -> Cut:
        """The words and sentences of a block of UTF-8 text."""
        if _SEPARATOR.encode() in text:
            text = text.replace(_SEPARATOR.encode(), b" ")
        if len(self._known.rows) > _MOST_KNOWN:
            self._known = _Known()
        known = self._known
        offsets = _pieces(text, self.sentence_ends)
        encoded = pa.BinaryArray.from_buffers(
            pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(text)]
        ).dictionary_encode()
        # What .to_numpy() would give, which loads pandas first.
        places = np.frombuffer(encoded.indices.buffers()[1], np.int32, len(encoded))
        pieces = encoded.dictionary.to_pylist()
        rows = np.fromiter(map(known.rows.__getitem__, pieces), np.int32, len(pieces))
        if known.rows.new:
            found = self._analysed(_SEPARATOR.join([*_decoded(known.rows.new), ""]))
            numbers = map(self._numbers.__getitem__, found.words)
            known.add(found, np.fromiter(numbers, np.int32, len(found.words)))
            known.rows.new = []
        return known.cut(rows, places, offsets)

    def _analysed(self, text: str) -> _Analysis:
        """Pieces of text, each with a separator behind it, cut one for one."""
        marked = self._with_stand_ins(_in_one_form(text))
        folded = lower(marked.text, self.language) if self.lowercase else marked.text
        raw, data = text.encode("utf-8"), folded.encode("utf-8")
        letters, source = np.frombuffer(data, np.uint8), np.frombuffer(raw, np.uint8)
        classes = classify(data, own=bool(marked.spans))
        places = end_characters(letters, classes)
        # Both have the same end characters, one for one.
        same = raw.isascii() and not marked.spans and "&" not in text
        in_source = places if same else end_characters(source, classify(raw))
        ends = sentence_ends(data, classes, places, self.sentence_ends)

        mask = word_mask(classes, letters, joined=self.unit == "words")
        if self.unit == "words":
            edges = np.flatnonzero(mask[1:] != mask[:-1])
            begins, word_ends = edges[::2], edges[1::2]
            sizes = word_ends - begins
        else:
            begins = np.flatnonzero((classes & LETTER != 0) & (letters & 0xC0 != 0x80))
            for sign in _ZERO_WIDTH:  # they join characters to words, which these are not
                at = data.find(sign)
                while at >= 0:
                    mask[at + 1 : at + 4] = False
                    at = data.find(sign, at + 3)
            kept = np.flatnonzero(mask[1:-1])
            sizes = np.diff(np.searchsorted(kept, begins), append=len(kept))
            word_ends = kept[np.cumsum(sizes) - 1] + 1
        words = _strings(letters[mask[1:-1]], sizes).to_pylist()
        if marked.words:
            words = [marked.word(word) if word[0] == STAND_IN else word for word in words]

        separators = np.flatnonzero(letters == _SEPARATOR_BYTE)
        in_raw = np.flatnonzero(source == _SEPARATOR_BYTE)
        piece = np.searchsorted(in_raw, in_source[ends.first])
        first_byte = np.concatenate(([0], in_raw[:-1] + 1))[piece]
        after = in_source[ends.last] + sizes_at(source, in_source[ends.last])
        until = np.where(ends.stops >= 0, in_source[ends.stops], after)
        before = np.searchsorted(begins, separators)
        return _Analysis(
            text=folded,
            marked=marked,
            words=words,
            begins=begins,
            word_ends=word_ends,
            n_words=np.diff(before, prepend=0),
            piece=piece,
            words_before=np.searchsorted(begins, places[ends.first])
            - np.concatenate(([0], before[:-1]))[piece],
            stops=until - first_byte,
            ends=after - first_byte,
        )

    def _with_stand_ins(self, text: str) -> _Marked:
        """The text with stand-ins for addresses, emoji and, in some languages, articles."""
        spans: list[tuple[int, int, str]] = [(a, b, "address") for a, b in addresses_in(text)]
        if not text.isascii() and _PICTURE.search(text):
            found = [*KEY_CAP.finditer(text), *EMOJI.finditer(text)]
            spans += [(*match.span(), "emoji") for match in found]
        if (elision := _ELISION.get(self.language)) is not None and self.unit == "words":
            spans += [(*span, "article") for span in _between(elision, text, spans)]
        marked = _Marked(text)
        if not spans:
            return marked
        text = _OWN.sub("\ufffd", text)
        pieces: list[str] = []
        done = place = piece = 0
        for begin, end, kind in sorted(spans):
            if begin < done:
                continue
            piece += text.count(_SEPARATOR, done, begin)
            dropped = (kind == "address" and self._drop_addresses) or (
                kind == "emoji" and self._drop_emoji
            )
            stand_in = ""
            if dropped:
                marked.left_out[kind == "emoji"].append(piece)
            else:
                stand_in = _stand_in(len(marked.words))
                word = text[begin:end]
                marked.words.append(lower(word, self.language) if self.lowercase else word)
            stand_in += ENDS_NOT * sum(char in _ENDINGS for char in text[begin:end])
            pieces += (text[done:begin], _APART, stand_in, _APART)
            place += begin - done + 1
            marked.spans.append((place, place + len(stand_in) + 1, begin, end))
            place += len(stand_in) + 1
            done = end
        marked.text = "".join((*pieces, text[done:]))
        return marked

    def words_in(self, text: str) -> list[tuple[str, int, int]]:
        """The words of a text as ``as_read`` gives it, each with (first character, last + 1) in it."""
        found = self._analysed(text.replace(_SEPARATOR, " ") + _SEPARATOR)
        begins = _characters_before(found.text, found.begins)
        ends = _characters_before(found.text, found.word_ends)
        in_marked = _before_lower(found.marked.text, found.text, self.language)
        return [
            (word, *found.marked.before(in_marked[begin], in_marked[end]))
            for word, begin, end in zip(found.words, begins, ends, strict=True)
        ]


def _between(
    pattern: re.Pattern[str], text: str, spans: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int]]:
    """What a pattern finds between spans, none of which it sees: an address ends the word before it."""
    done = 0
    for begin, end, _ in (*sorted(spans), (len(text), len(text), "")):
        if begin >= done:
            for match in pattern.finditer(text[done:begin]):
                yield match.start() + done, match.end() + done
        done = max(done, end)


@dataclass(frozen=True)
class Block(Cut):
    """The same, with the words themselves.

    Attributes
    ----------
    words : pyarrow.DictionaryArray (n_words,)
        The words in order, folded.
    """

    words: pa.DictionaryArray = None


def tokenise(text: bytes, **settings: Any) -> Block:
    """Cut UTF-8 text into words and sentences (parameters and errors as for ``Tokeniser``)."""
    numbers = _AllNumbers()
    found = Tokeniser(numbers, **settings).cut(text)
    words = pa.DictionaryArray.from_arrays(
        pa.array(found.numbers), pa.array(list(numbers), pa.string())
    )
    return Block(**vars(found), words=words)


def tokens_of(text: str, **settings: Any) -> list[str]:
    """The tokens of a text, in order, as they are compared (parameters and errors as for ``Tokeniser``)."""
    return tokenise(text.encode("utf-8", "replace"), **settings).words.to_pylist()


def as_read(text: str) -> str:
    """A text as it is shown beside its words: letters in one form, entities as the characters they stand
    for; case, apostrophes, marks and spaces as they are."""
    return _in_one_form(text, apostrophes=False)


def _in_one_form(text: str, apostrophes: bool = True) -> str:
    """The text as its words are looked for: letters in one form, entities as characters, also where they
    were written as entities twice."""
    while True:
        text = plain_letters(text, apostrophes)
        if "&" not in text or (decoded := _ENTITY.sub(_character, text)) == text:
            return text
        text = decoded


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


@dataclass(frozen=True)
class _Analysis:
    """What pieces of text are: their words, one after the other, and their ends of sentences.

    ``begins`` and ``word_ends`` say where the words stand in the bytes of ``text``. Of each end of a
    sentence, ``piece`` is the piece, ``words_before`` the words of the piece before it, ``stops`` and
    ``ends`` its place in the piece.
    """

    text: str
    marked: _Marked
    words: list[str]
    begins: np.ndarray
    word_ends: np.ndarray
    n_words: np.ndarray
    piece: np.ndarray
    words_before: np.ndarray
    stops: np.ndarray
    ends: np.ndarray


class _Rows(dict[bytes, int]):
    """Piece of text → its row; ``new`` are those that were asked for and had none."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[bytes] = []

    def __missing__(self, piece: bytes) -> int:
        self.new.append(piece)
        self[piece] = row = len(self)
        return row


class _Known:
    """What each distinct piece of text is."""

    def __init__(self) -> None:
        self.rows = _Rows()
        self._numbers = np.zeros(0, np.int32)
        self._first_word = np.zeros(1, np.int64)  # of each row, and of the next one
        self._first_end = np.zeros(1, np.int64)
        self._ends = np.zeros((3, 0), np.int64)  # words before, where it stops, where it ends
        self._left_out = np.zeros((2, 0), np.int64)  # addresses, emoji

    def add(self, found: _Analysis, numbers: np.ndarray) -> None:
        """Remember new pieces."""
        n = len(found.n_words)
        n_ends = np.bincount(found.piece, minlength=n)
        self._numbers = np.append(self._numbers, numbers)
        for name, of_rows in (("_first_word", found.n_words), ("_first_end", n_ends)):
            first = getattr(self, name)
            setattr(self, name, np.append(first, first[-1] + np.cumsum(of_rows)))
        ends = np.stack((found.words_before, found.stops, found.ends))
        self._ends = np.concatenate((self._ends, ends), axis=1)
        left_out = np.zeros((2, n), np.int64)
        for which, pieces in enumerate(found.marked.left_out):
            left_out[which] = np.bincount(pieces, minlength=n)
        self._left_out = np.concatenate((self._left_out, left_out), axis=1)

    def cut(self, rows: np.ndarray, places: np.ndarray, offsets: np.ndarray) -> Cut:
        """A text from its pieces.

        Parameters
        ----------
        rows : int32 (n_distinct,)
        places : int32 (n_pieces,)
            Which of these rows each piece of the text is.
        offsets : int32 (n_pieces + 1,)
            Where each begins.
        """
        first_of = self._first_word[rows]
        n_of = self._first_word[rows + 1] - first_of
        n_words = n_of[places]
        stop = np.cumsum(n_words)
        total = int(stop[-1]) if len(stop) else 0
        if n_of.max(initial=0) <= 1:
            held = places[n_words == 1]
            numbers = self._numbers[first_of[held]]
        else:
            at = np.repeat(first_of[places] - (stop - n_words), n_words)
            at += np.arange(total)
            numbers = self._numbers[at]
        end_of = self._first_end[rows]
        n_ends_of = self._first_end[rows + 1] - end_of
        with_end = np.flatnonzero((n_ends_of > 0)[places])
        n_ends = n_ends_of[places[with_end]]
        piece = np.repeat(with_end, n_ends)
        behind = np.cumsum(n_ends) - n_ends
        which = np.repeat(end_of[places[with_end]] - behind, n_ends) + np.arange(len(piece))
        words_before, stops, ends = self._ends[:, which]
        words_before = words_before + stop[piece] - n_words[piece]
        begins = offsets[piece]
        times = np.bincount(places, minlength=len(rows))
        n_addresses, n_emoji = self._left_out[:, rows] @ times
        return Cut(
            numbers=numbers,
            lengths=np.diff(words_before, prepend=0, append=total),
            starts=np.concatenate(([0], ends + begins)),
            stops=np.append(stops + begins, offsets[-1]),
            n_addresses=int(n_addresses),
            n_emoji=int(n_emoji),
        )


class _Marked:
    """A text in which stand-ins have taken the place of whole words.

    Attributes
    ----------
    text : str
    words : list of str
        Those that are replaced.
    spans : list of (int, int, int, int)
        Of each that is replaced or left out: first character and last + 1 in ``text``, and before.
    left_out : tuple of list of int
        The numbers of the pieces with an address that is left out, and of those with an emoji.
    """

    def __init__(self, text: str):
        self.text = text
        self.words: list[str] = []
        self.spans: list[tuple[int, int, int, int]] = []
        self.left_out: tuple[list[int], list[int]] = ([], [])

    def word(self, stand_in: str) -> str:
        """The word that a stand-in stands for."""
        number = 0
        for digit in stand_in[1:]:
            number = 64 * number + ord(digit) - ord(STAND_IN_DIGITS[0])
        return self.words[number]

    def before(self, begin: int, end: int) -> tuple[int, int]:
        """Where a word of the text stood before."""
        at = bisect.bisect_right(self.spans, begin, key=lambda span: span[0]) - 1
        if at < 0:
            return begin, end
        _, last, begun, ended = self.spans[at]
        if begin < last:
            return begun, ended
        return begin - last + ended, end - last + ended


def _stand_in(number: int) -> str:
    digits = [STAND_IN_DIGITS[number & 63]]
    while number := number >> 6:
        digits.append(STAND_IN_DIGITS[number & 63])
    return STAND_IN + "".join(reversed(digits))


def _pieces(text: bytes, sentence_ends: str) -> np.ndarray:
    """int32 (n_pieces + 1,): where the text's pieces begin, each a run of what is no space and the spaces
    behind it; the last entry is the end."""
    lines = sentence_ends in ("marks and lines", "lines")
    kinds = np.frombuffer(text.translate(_BEGINS if lines else _BEGINS_IN_PARAGRAPHS), np.uint8)
    begins = np.flatnonzero(kinds[:-1] > kinds[1:] + 1) + 1
    return np.concatenate(([0], begins, [len(text)]), dtype=np.int32, casting="unsafe")


def _strings(letters: np.ndarray, sizes: np.ndarray) -> pa.StringArray:
    """Strings of so many bytes each, one after the other, without a copy of the letters."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(offsets), pa.py_buffer(letters))


def _character(entity: re.Match[str]) -> str:
    """The character that &amp; or &#39; stands for; the entity itself where it stands for none. What would
    end a line or a sentence becomes a space: only what is written so ends one."""
    char = html.unescape(entity[0])
    if char == entity[0] or char.endswith(";"):
        return entity[0]
    if any(
        c in _ENDINGS or ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or ord(c) == 127 for c in char
    ):
        return " "
    return char


def _decoded(pieces: list[bytes]) -> Iterator[str]:
    return (piece.decode("utf-8", "replace") for piece in pieces)


def _characters_before(text: str, places: np.ndarray) -> list[int]:
    """How many characters stand before places in the bytes of a text."""
    data = np.frombuffer(text.encode("utf-8"), np.uint8)
    return np.concatenate(([0], np.cumsum(data & 0xC0 != 0x80)))[places].tolist()


def _before_lower(text: str, folded: str, language: str) -> Sequence[int]:
    """For each place in a text in lower case, the place before: some letters become one character there
    that were two."""
    if len(text) == len(folded):
        return range(len(text) + 1)
    begins = [i for i, char in enumerate(text) if unicodedata.category(char)[0] != "M" or i == 0]
    places = [0]
    for begin, end in pairwise([*begins, len(text)]):
        places += [end] * len(lower(text[begin:end], language))
    return places
