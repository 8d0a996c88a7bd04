"""What a text becomes before it is learned from: lines that repeat, hyphens at line ends, numbers, phrases.

Two kinds of steps. The first change the text itself, which is then kept as it was changed: lines that
repeat across documents go, words that a line end cut are joined. The others decide which words the
text has (``Corpus`` takes them): the text stays as it was, so that its lines read well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from w2v_core.text import reading
from w2v_core.text.documents import BETWEEN, Documents
from w2v_core.text.tokenizer import tokenise
from w2v_core.vocabulary import normalise

NUMBER = "<number>"
"""The word that all numbers become; no word of a text is written so."""
MOST_LISTED = 20_000
"""Words of a stop list, phrases, repeated lines."""
NPMI = 0.5
"""The threshold of phrases, where nobody says."""

_JOINERS = str.maketrans("", "", "'’-‐‑_·.,:\u066b\u066c")
# Bounded, and begun at a word's begin: a run of a million letters costs no more than its length.
_HYPHEN = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{1,60})([-‐\u00ad])[ \t]{0,20}\r?\n[ \t]{0,200}"
    r"([^\W\d_]{1,60})(\S{0,60})[ \t]{0,20}(?:\r?\n)?"
)
_SHORTEST_LINE, _LONGEST_LINE = 1, 200  # characters of a line that may be a header
_BUCKETS = 1 << 22
_CHUNK = 1 << 22  # pairs of words counted at a time


def is_number(word: str) -> bool:
    """Whether a word is written in digits alone, of any script; what joins a word may join them."""
    return word.translate(_JOINERS).isdecimal()


def word_list(name: str, words: Any, lowercase: bool, language: str = "none") -> list[str]:
    """A list of words as they are compared, each once.

    Raises
    ------
    ValueError
        naming the list, when it is none or too long.
    """
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{name}: give a list of words.")
    found = list(
        dict.fromkeys(" ".join(normalise(word, lowercase, language).split()) for word in words)
    )
    found = [word for word in found if word]
    if len(found) > MOST_LISTED:
        raise ValueError(f"{name}: give at most {MOST_LISTED:,} of them, not {len(found):,}.")
    return found


# Phrases


class Phrases:
    """Joins pairs of words, *new york* → *new_york*, wherever they stand side by side in a sentence; from
    left to right, a word in one pair only.

    Parameters
    ----------
    phrases : sequence of str
        Two words each, a space between; others are passed over.
    """

    def __init__(self, phrases: Sequence[str]):
        self.pairs = {tuple(p): "_".join(p) for p in map(str.split, phrases) if len(p) == 2}

    def join(
        self, numbers: np.ndarray, lengths: np.ndarray, encoder: dict[str, int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Words as numbers, and how many stand in each sentence, with the pairs joined.

        Parameters
        ----------
        numbers : int32 (n_words,)
            −1 is no word.
        lengths : int (n_sentences,)
        encoder : dict of str → int
            Gives the numbers; one that is missing is made by asking for it.
        """
        known = [
            (encoder[a], encoder[b], joined)
            for (a, b), joined in self.pairs.items()
            if a in encoder and b in encoder
        ]
        if not known or len(numbers) < 2:
            return numbers, lengths
        n = len(encoder)
        codes = np.array([a * n + b for a, b, _ in known], np.int64)
        order = np.argsort(codes)
        codes = codes[order]
        begins = np.zeros(n + 1, bool)  # its last is for what is no word
        begins[[a for a, _, _ in known]] = True
        ends = np.cumsum(lengths)
        at = np.flatnonzero(begins[numbers[:-1]] & (numbers[1:] >= 0))
        code = numbers[at].astype(np.int64) * n + numbers[at + 1]
        where = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
        same = np.searchsorted(ends, at, side="right") == np.searchsorted(
            ends, at + 1, side="right"
        )
        found = (codes[where] == code) & same
        at, where = at[found], where[found]
        # Of pairs that overlap, every other one from the left.
        first = np.diff(at, prepend=-2) != 1
        run = np.flatnonzero(first)[np.cumsum(first) - 1] if len(at) else at
        taken = (np.arange(len(at)) - run) % 2 == 0
        at, where = at[taken], where[taken]
        joined = np.array([encoder[known[i][2]] for i in order], np.int32)
        numbers = numbers.copy()
        numbers[at] = joined[where]
        kept = np.ones(len(numbers), bool)
        kept[at + 1] = False
        before = np.concatenate(([0], np.cumsum(kept)))
        return numbers[kept], np.diff(before[ends], prepend=0)


def as_corpus_words(
    spans: Sequence[tuple[str, int, int]], numbers: str, phrases: Phrases | None
) -> list[tuple[str, int, int]]:
    """The words of one sentence with their places, as a corpus has them: the same steps as ``Corpus``
    takes, for the few words of a line."""
    if numbers == "map":
        spans = [(NUMBER if is_number(word) else word, a, b) for word, a, b in spans]
    if phrases is None:
        return list(spans)
    found, i = [], 0
    while i < len(spans):
        word, start, end = spans[i]
        joined = phrases.pairs.get((word, spans[i + 1][0])) if i + 1 < len(spans) else None
        if joined is not None:
            word, end = joined, spans[i + 1][2]
            i += 1
        found.append((word, start, end))
        i += 1
    return found


@dataclass(frozen=True)
class Phrase:
    """Two words that stand side by side more often than chance has it: ``words`` with a space between,
    ``count`` how often, ``npmi`` −1 to 1 (1: never apart)."""

    words: str
    count: int
    npmi: float


def find_phrases(
    words: Sequence[str],
    counts: np.ndarray,
    ids: np.ndarray,
    sentence_starts: np.ndarray,
    least: int = 5,
    threshold: float = NPMI,
    most: int = 2_000,
) -> list[Phrase]:
    """Pairs of neighbours by normalised pointwise mutual information (Bouma 2009),

        npmi(a, b) = log( p(a b) / (p(a) p(b)) ) / −log p(a b)

    the largest first; equal ones by count.

    Parameters
    ----------
    words, counts, ids, sentence_starts
        Of a corpus that left no word out (``min_count=1, max_vocab=None``): across a gap no two words are
        neighbours.
    least : int
        How often a pair must occur.
    threshold : float
        The least npmi.
    most : int
        Pairs given at most.
    """
    n, total = len(words), len(ids)
    frequent = np.asarray(counts) >= least
    inner = np.ones(max(total - 1, 0), bool)  # whether the word and the next share a sentence
    last = np.asarray(sentence_starts[1:-1], np.int64) - 1
    inner[last[(last >= 0) & (last < len(inner))]] = False
    codes, times = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for first in range(0, len(inner), _CHUNK):
        a = np.asarray(ids[first : first + _CHUNK])
        b = np.asarray(ids[first + 1 : first + 1 + _CHUNK])
        a = a[: len(b)]
        near = inner[first : first + len(b)] & frequent[a] & frequent[b]
        found, number = np.unique(a[near].astype(np.int64) * n + b[near], return_counts=True)
        codes, places = np.unique(np.concatenate((codes, found)), return_inverse=True)
        times = np.bincount(places, np.concatenate((times, number))).astype(np.int64)
    enough = times >= least
    codes, times = codes[enough], times[enough]
    pairs = max(int(inner.sum()), 1)
    a, b = codes // n, codes % n
    p = times / pairs
    p_a, p_b = (np.asarray(counts)[rows] / max(total, 1) for rows in (a, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(p < 1, np.log(p / (p_a * p_b)) / -np.log(p), 1.0)
    order = np.lexsort((-times, -npmi))
    order = order[npmi[order] >= threshold]
    alike = [i for i in order.tolist() if not any(map(is_number, (words[a[i]], words[b[i]])))]
    return [
        Phrase(f"{words[a[i]]} {words[b[i]]}", int(times[i]), float(min(npmi[i], 1.0)))
        for i in alike[:most]
    ]


# Lines that repeat


@dataclass(frozen=True)
class RepeatedLine:
    """A line that stands in many documents, numbers apart: ``folded`` as it is compared, ``example`` as it
    first stood, ``documents`` in how many, ``times`` how often in all."""

    folded: str
    example: str
    documents: int
    times: int


def folded_line(line: str) -> str:
    """A line as it is compared: white space and case folded, numbers written #; empty where it holds no
    word or is too long to be a header."""
    line = re.sub(r"\d+", "#", " ".join(line.split()).casefold())
    named = any(c.isalpha() or c == "#" for c in line)
    return line if named and _SHORTEST_LINE <= len(line) <= _LONGEST_LINE else ""


def repeated_lines(
    text: BinaryIO,
    documents: Documents,
    share: float = 0.5,
    most: int = 200,
    callback: Callable[[float], bool | None] | None = None,
) -> list[RepeatedLine]:
    """Headers, footers and other lines that many documents have, those in most documents first.

    Parameters
    ----------
    text : binary file
        In which the documents stand.
    documents : Documents
    share : float
        In how many of them a line must stand; at least in three, whatever the share.
    most : int
        Lines given at most.
    callback : callable, optional
        Called with the share done; True stops.
    """
    least = max(3, int(np.ceil(share * len(documents))))
    if len(documents) < least:
        return []
    # Hashes first: a text has far more distinct lines than lines that repeat.
    seen = np.zeros(_BUCKETS, np.uint32)
    for done, lines in _lines_of(text, documents):
        _tell(callback, done / 2)
        places = {hash(folded) % _BUCKETS for line in lines if (folded := folded_line(line))}
        seen[list(places)] += 1
    possible = seen >= least
    in_documents: Counter[str] = Counter()
    times: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for done, lines in _lines_of(text, documents):
        _tell(callback, 0.5 + done / 2)
        here = set()
        for line in lines:
            folded = folded_line(line)
            if folded and possible[hash(folded) % _BUCKETS]:
                times[folded] += 1
                here.add(folded)
                examples.setdefault(folded, " ".join(line.split()))
        in_documents.update(here)
    found = [
        RepeatedLine(line, examples[line], number, times[line])
        for line, number in in_documents.items()
        if number >= least
    ]
    return sorted(found, key=lambda r: (-r.documents, -r.times, r.folded))[:most]


def _tell(callback: Callable[[float], bool | None] | None, share: float) -> None:
    if callback is not None and callback(share):
        raise InterruptedError("Looking through the text was stopped.")


def _lines_of(text: BinaryIO, documents: Documents) -> Iterator[tuple[float, list[str]]]:
    """(share done, lines) of each document; only the first block of a very long one."""
    n = len(documents)
    for i, (start, end) in enumerate(zip(documents.starts, documents.ends, strict=True)):
        text.seek(start)
        data = text.read(min(end - start, 8 * reading.BLOCK))
        yield (i + 1) / n, data.decode("utf-8", "replace").splitlines()


# Hyphens at line ends


def hyphenated(text: str) -> list[tuple[str, str]]:
    """The words that a line end cut at a hyphen, as their two parts; the second in lower case, as it was
    cut within a word."""
    return [(m[1], m[3]) for m in _HYPHEN.finditer(text) if m[3][0].islower()]


def hyphens_kept(texts: Iterable[bytes]) -> set[str]:
    """Of the cut words of a text, in lower case, those that keep their hyphen when joined: the text
    elsewhere writes them with one (*well-known*) more often than without.

    Parameters
    ----------
    texts : iterable of bytes
        The text in blocks, UTF-8; it is gone through once.
    """
    cut: set[tuple[str, str]] = set()
    counts: Counter[str] = Counter()
    for block in texts:
        cut.update((a.lower(), b.lower()) for a, b in hyphenated(block.decode("utf-8", "replace")))
        encoded = tokenise(block).words.value_counts()
        for word, number in zip(
            encoded.field("values").to_pylist(), encoded.field("counts").to_pylist(), strict=True
        ):
            counts[word] += number
    return {f"{a}-{b}" for a, b in cut if counts[f"{a}-{b}"] > counts[a + b]}


def join_hyphens(text: str, kept: set[str]) -> str:
    """The text with the cut words whole, each in the line where it began."""

    def whole(match: re.Match) -> str:
        a, hyphen, b, tail = match.groups()
        if not b[0].islower():
            return match[0]
        sign = "-" if hyphen != "\u00ad" and f"{a}-{b}".lower() in kept else ""
        return f"{a}{sign}{b}{tail}\n"

    return _HYPHEN.sub(whole, text)


# The steps that change the text


@dataclass(frozen=True)
class Preparation:
    """The steps that change the text.

    Attributes
    ----------
    drop_lines : tuple of str
        Lines to leave out, as ``folded_line`` writes them.
    join_hyphens : bool
        Whether words that a line end cut are joined.
    """

    drop_lines: tuple[str, ...] = ()
    join_hyphens: bool = False

    def __bool__(self) -> bool:
        return bool(self.drop_lines) or self.join_hyphens


def prepare(
    text: BinaryIO,
    documents: Documents,
    out: BinaryIO,
    preparation: Preparation,
    callback: Callable[[float], bool | None] | None = None,
) -> Documents:
    """Write documents into a text of their own, prepared; those that lose all their text stay, empty.

    Parameters
    ----------
    text : binary file
        In which the documents stand, UTF-8.
    documents : Documents
        Those that go in (see ``Documents.part``).
    out : binary file
    preparation : Preparation
    callback : callable, optional
        Called with the share done; True stops.
    """
    dropped = set(preparation.drop_lines)
    size = sum(documents.ends) - sum(documents.starts) or 1
    passes = 2 if preparation.join_hyphens else 1
    done = 0

    def blocks(start: int, end: int) -> Iterator[bytes]:
        nonlocal done
        for block in reading.blocks(_pieces(text, start, end)):
            done += len(block)
            _tell(callback, done / size / passes)
            yield block

    spans = list(zip(documents.starts, documents.ends, strict=True))
    kept: set[str] = set()
    if preparation.join_hyphens:
        kept = hyphens_kept(
            _without_lines(block, dropped) for span in spans for block in blocks(*span)
        )
    starts, ends, place = [], [], out.tell()
    for span in spans:
        starts.append(place)
        rest = b""
        for block in blocks(*span):
            block = _without_lines(block, dropped)
            if preparation.join_hyphens:
                block = rest + block
                # A word that the block's end cuts waits for the next one.
                cut = block.rfind(b"\n", 0, max(len(block) - 1, 0)) + 1
                waits = block[cut:].rstrip().endswith((b"-", "‐".encode(), "\u00ad".encode()))
                block, rest = (block[:cut], block[cut:]) if waits else (block, b"")
                block = join_hyphens(block.decode("utf-8", "replace"), kept).encode("utf-8")
            out.write(block)
            place += len(block)
        out.write(rest)
        place += len(rest)
        ends.append(place)
        out.write(BETWEEN)
        place += len(BETWEEN)
    found = documents.part(range(len(documents)))
    found.starts, found.ends = starts, ends
    return found


def _pieces(text: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        text.seek(start)
        piece = text.read(min(end - start, reading.BLOCK))
        if not piece:
            return
        start += len(piece)
        yield piece


def _without_lines(block: bytes, dropped: set[str]) -> bytes:
    if not dropped:
        return block
    text = block.decode("utf-8", "replace")
    return "".join(
        line for line in text.splitlines(keepends=True) if folded_line(line) not in dropped
    ).encode("utf-8")
