"""A text as token ids: the vocabulary, the encoded sentences, and the way back to the text."""

from __future__ import annotations

import io
import tempfile
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v_core.parameters import check
from w2v_core.text import reading
from w2v_core.text.tokenizer import (
    MAX_WORD_LENGTH,
    SENTENCE_BREAK,
    sentence_spans,
    tokens_of,
)
from w2v_core.vocabulary import Vocabulary

CONCORDANCE_WIDTH = 300
"""Characters of a concordance line; a longer sentence is clipped around the word."""


def default_min_count(n_tokens: int) -> int:
    """How often a word must occur to be in the vocabulary, when nobody says: 1 below 3,000 words of
    text, then one more for every factor of ten (2 from 3,000, 3 from 32,000, 4 from 320,000), at
    most 5 (from 3.2 million), word2vec's own default."""
    return int(np.clip(round(np.log10(max(n_tokens, 1))) - 2, 1, 5))


class _Encoder(dict):
    """Word → number in order of first appearance; sentence breaks are 0, words too long -1."""

    def __init__(self) -> None:
        super().__init__({SENTENCE_BREAK: 0})
        self.n_too_long = 0

    def __missing__(self, word: str) -> int:
        if len(word) > MAX_WORD_LENGTH:
            self.n_too_long += 1
            return -1
        self[word] = number = len(self)
        return number


class Corpus:
    """A text, encoded. Make one with ``Corpus.from_text`` or ``Corpus.from_file``.

    Attributes
    ----------
    words : list of str
        The vocabulary, most frequent first (equally frequent words in order of appearance).
    counts : int64 (|W|,)
        How often each stands in the text.
    ids : int32 (tokens,)
        The text as rows of ``words``; words outside the vocabulary are left out, as in word2vec, so
        that a window reaches across them.
    sentence_starts : int64 (n_sentences + 1,)
        Where each sentence begins in ``ids``; the last entry is the end.
    sentence_bytes : int64 (n_sentences, 2)
        Where each sentence begins and ends in the text's UTF-8 bytes.
    all_counts : int64 (n_distinct,)
        How often each distinct word of the text occurs, largest first, vocabulary or not.
    n_tokens, n_distinct, n_sentences : int
        Of the whole text: running words, distinct words, sentences with at least one word of the
        vocabulary.
    coverage : float
        Share of the running words that the vocabulary holds, 0 to 1.
    min_count : int
        The one given, or the one chosen; ``chosen`` holds what was chosen because nobody said.
    encoding : str
        The name of the encoding the text was read in.
    warnings : list of str
        Sentences for the person: damaged bytes, a guessed encoding, things left out.
    """

    def __init__(
        self,
        *,
        words: list[str],
        counts: np.ndarray,
        ids: np.ndarray,
        sentence_starts: np.ndarray,
        sentence_bytes: np.ndarray,
        all_counts: np.ndarray,
        text: bytes | Path | BinaryIO,
        min_count: int,
        max_vocab: int | None,
        lowercase: bool,
        unit: str,
        encoding: str = "UTF-8",
        warnings: list[str] | None = None,
        chosen: dict | None = None,
    ):
        self.vocabulary = Vocabulary(words, lowercase)
        self.words = self.vocabulary.words
        self.counts = counts
        self.ids = ids
        self.sentence_starts = sentence_starts
        self.sentence_bytes = sentence_bytes
        self.all_counts = all_counts
        self.min_count = min_count
        self.max_vocab = max_vocab
        self.lowercase = lowercase
        self.unit = unit
        self.encoding = encoding
        self.warnings = list(warnings or [])
        self.chosen = dict(chosen or {})
        self._text = text

    @property
    def n_tokens(self) -> int:
        return int(self.all_counts.sum())

    @property
    def n_distinct(self) -> int:
        return len(self.all_counts)

    @property
    def n_sentences(self) -> int:
        return len(self.sentence_bytes)

    @property
    def coverage(self) -> float:
        return len(self.ids) / self.n_tokens

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return (
            f"Corpus({self.n_tokens:,} tokens, {self.n_sentences:,} sentences, "
            f"vocabulary {len(self.words):,} of {self.n_distinct:,})"
        )

    @classmethod
    def from_text(
        cls,
        text: str,
        *,
        min_count: int | None = None,
        max_vocab: int | None = 10_000,
        lowercase: bool = True,
        unit: str = "words",
    ) -> Corpus:
        """Encode a text that is in memory.

        Parameters
        ----------
        text : str
        min_count : int, optional
            Words that occur less often are left out; None chooses by ``default_min_count``.
        max_vocab : int or None
            The most frequent so many words are kept; None keeps all.
        lowercase : bool
            Fold case, so that *The* and *the* are one word.
        unit : "words" or "characters"
            What a token is (see ``w2v_core.text.tokenizer``).

        Raises
        ------
        ValueError
            for a bad parameter, a text without words, and a vocabulary that ``min_count`` empties.
        """
        builder = _Builder(min_count, max_vocab, lowercase, unit)
        data = text.encode("utf-8", "replace")
        text = data.decode("utf-8")
        pieces = (text[i : i + reading.BLOCK] for i in range(0, len(text), reading.BLOCK))
        for block in reading.blocks(pieces):
            builder.add(block)
        if zeros := text.count("\0"):
            builder.warnings.append(f"{zeros:,} NUL characters were read as spaces.")
        return builder.corpus(data)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        min_count: int | None = None,
        max_vocab: int | None = 10_000,
        lowercase: bool = True,
        unit: str = "words",
        max_bytes: int | None = None,
        callback: Callable[[float], bool | None] | None = None,
    ) -> Corpus:
        """Encode a .txt or .txt.gz file, streamed: never the whole text in memory.

        UTF-8, UTF-8 with a byte order mark and UTF-16 are recognised; other bytes are read as
        Windows-1252, which ``warnings`` then says.

        Parameters
        ----------
        path : str or Path
        min_count, max_vocab, lowercase, unit
            As for ``from_text``.
        max_bytes : int, optional
            Refuse a file of more than so many bytes (after unpacking).
        callback : callable, optional
            Called with the share read so far (0 to 1) after every block; True stops the reading.

        Raises
        ------
        ValueError
            for the same reasons as ``from_text``, and for binary, damaged and oversized files.
        OSError
            when the file cannot be read.
        InterruptedError
            when the callback stopped the reading.
        """
        path = Path(path)
        builder = _Builder(min_count, max_vocab, lowercase, unit)
        encoding = reading.detect_encoding(path, max_bytes)
        keep: Path | BinaryIO = path
        offset = 0
        spool: BinaryIO | None = None
        with reading.open_bytes(path) as file:
            packed = not isinstance(file, io.BufferedReader)
        if encoding.codec == "utf-8-sig" and not packed:
            offset = 3
        elif encoding.codec != "utf-8" or packed or encoding.errors != "strict":
            # Sentences are found again by their place in UTF-8 bytes: keep a copy in UTF-8.
            keep = spool = tempfile.TemporaryFile(prefix="w2v-text-")  # noqa: SIM115
        builder.n_bytes = offset
        total, done = path.stat().st_size, 0
        for block in reading.file_blocks(path, encoding):
            added = builder.add(block)
            if spool is not None:
                spool.write(block.encode("utf-8"))
            done += added
            # A packed file's final size is unknown: four times the packed size is usual for prose.
            share = min(done / max(total * (4 if packed else 1), 1), 1.0)
            if callback is not None and callback(share):
                raise InterruptedError("Reading the text was stopped.")
        builder.encoding = encoding.label
        if encoding.warning:
            builder.warnings.append(encoding.warning)
        return builder.corpus(keep)

    def telling_words(self, n: int = 5) -> list[str]:
        """The n most frequent words that are not everywhere: at most twice as frequent as the
        mean word of the vocabulary."""
        rare = np.flatnonzero(self.counts <= 2 * self.counts.mean())
        return [self.words[row] for row in rare[:n]]

    def sentence(self, number: int) -> list[str]:
        """The words of a sentence, those outside the vocabulary left out."""
        a, b = self.sentence_starts[number : number + 2]
        return [self.words[i] for i in self.ids[a:b]]

    def sentences(self) -> Iterator[list[str]]:
        """All sentences, in order."""
        return (self.sentence(number) for number in range(self.n_sentences))

    def sentence_text(self, number: int) -> str:
        """A sentence as it stands in the text, white space folded."""
        start, end = self.sentence_bytes[number]
        with self.open_text() as file:
            file.seek(int(start))
            data = file.read(int(end - start))
        return " ".join(data.decode("utf-8", "replace").split())

    def concordance(self, word: str, n: int = 10) -> list[str]:
        """The first n sentences in which a word stands, as they are in the text.

        A sentence of more than ``CONCORDANCE_WIDTH`` characters is clipped around the word.

        Raises
        ------
        UnknownWord
            (a KeyError) when the vocabulary does not hold the word.
        """
        row = self.vocabulary.index(word)
        places = np.flatnonzero(self.ids == row)
        numbers = np.searchsorted(self.sentence_starts, places, side="right") - 1
        numbers = list(dict.fromkeys(numbers.tolist()))[:n]
        return [self._clip(self.sentence_text(i), self.words[row]) for i in numbers]

    def _clip(self, line: str, word: str) -> str:
        if len(line) <= CONCORDANCE_WIDTH:
            return line
        folded = line.lower() if self.lowercase else line
        at = max(folded.find(word) + len(word) // 2, 0)
        start = max(min(at - CONCORDANCE_WIDTH // 2, len(line) - CONCORDANCE_WIDTH), 0)
        end = start + CONCORDANCE_WIDTH
        return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")

    @property
    def text_path(self) -> Path | None:
        """The file the text stands in, if it is one that others can open."""
        return self._text if isinstance(self._text, Path) else None

    def open_text(self) -> BinaryIO:
        """The text's UTF-8 bytes, in which ``sentence_bytes`` points."""
        if isinstance(self._text, bytes):
            return io.BytesIO(self._text)
        if isinstance(self._text, Path):
            return open(self._text, "rb")
        self._text.flush()
        file = open(self._text.fileno(), "rb", closefd=False)  # noqa: SIM115
        file.seek(0)
        return file


class _Builder:
    """Collects a text block by block: 4 bytes a running word, and each distinct word once."""

    def __init__(self, min_count: int | None, max_vocab: int | None, lowercase: bool, unit: str):
        self.min_count = check("min_count", min_count)
        self.max_vocab = check("max_vocab", max_vocab)
        self.lowercase = check("lowercase", lowercase)
        self.unit = check("unit", unit)
        self.encoder = _Encoder()
        self.numbers: list[np.ndarray] = []  # first-appearance numbers, without breaks
        self.lengths = array("q")  # words of each sentence
        self.spans = array("q")  # its first and last byte, alternating
        self.n_bytes = 0
        self.open = False  # whether the last sentence goes on in the next block
        self.encoding = "UTF-8"
        self.warnings: list[str] = []

    def add(self, block: str) -> int:
        """Take in one block; returns its size in UTF-8 bytes."""
        spans = sentence_spans(block)
        marked = SENTENCE_BREAK.join(
            block[a:b].replace(SENTENCE_BREAK, " ") for a, b in spans
        )  # one break between two spans, and no other
        tokens = tokens_of(marked, lowercase=self.lowercase, unit=self.unit)
        numbers = np.fromiter(map(self.encoder.__getitem__, tokens), np.int32, len(tokens))
        breaks = np.flatnonzero(numbers == 0)
        lengths = np.diff(np.concatenate(([-1], breaks, [len(numbers)]))) - 1
        numbers = numbers[numbers != 0]

        if block.isascii():
            ends = [b for _, b in spans]
        else:
            sizes = (len(block[a:b].encode("utf-8")) for a, b in spans)
            ends = np.cumsum(np.fromiter(sizes, np.int64, len(spans))).tolist()
        start = self.n_bytes
        for length, end in zip(lengths.tolist(), ends, strict=True):
            stop = self.n_bytes + end
            if self.open:
                self.lengths[-1] += length
                self.spans[-1] = stop
                self.open = False
            elif length:
                self.lengths.append(length)
                self.spans.extend((start, stop))
            start = stop
        # The last span follows the last sentence end: a sentence begun, if it holds words.
        self.open = bool(self.lengths) and spans[-1][0] < spans[-1][1] and self.spans[-1] == start
        self.n_bytes += ends[-1]
        self.numbers.append(numbers)
        return ends[-1]

    def corpus(self, text: bytes | Path | BinaryIO) -> Corpus:
        numbers = np.concatenate(self.numbers) if self.numbers else np.zeros(0, np.int32)
        self.numbers.clear()
        lengths = np.frombuffer(self.lengths, np.int64) if self.lengths else np.zeros(0, np.int64)
        spans = np.frombuffer(self.spans, np.int64) if self.spans else np.zeros(0, np.int64)
        if self.encoder.n_too_long:
            self.warnings.append(
                f"{self.encoder.n_too_long:,} runs of more than {MAX_WORD_LENGTH:,} characters "
                "without a space were left out."
            )
        types = list(self.encoder)
        counts = np.bincount(np.maximum(numbers, 0), minlength=len(types))
        counts[0] = 0  # breaks and words too long
        n_tokens = int(counts.sum())
        if n_tokens == 0:
            raise ValueError(
                "The text holds no words: there is not one letter or digit in it. "
                "Choose a text with sentences."
                if not self.encoder.n_too_long
                else "The text holds no words, only runs of more than "
                f"{MAX_WORD_LENGTH:,} characters without a space. Choose a text with sentences."
            )
        chosen = {}
        min_count = self.min_count
        if min_count is None:
            min_count = default_min_count(n_tokens)
            if not (counts >= min_count).any():
                min_count = 1
            chosen["min_count"] = min_count
        order = np.argsort(-counts, kind="stable")
        order = order[: int((counts >= max(min_count, 1)).sum())]
        if len(order) == 0:
            raise ValueError(
                f"No word occurs {min_count:,} times (the most frequent, {types[counts.argmax()]!r}, "
                f"occurs {counts.max():,} times): lower min_count to at most {counts.max():,}, "
                "or use a longer text."
            )
        order = order[: self.max_vocab]
        row = np.full(len(types), -1, np.int32)
        row[order] = np.arange(len(order), dtype=np.int32)
        ids = np.where(numbers < 0, np.int32(-1), row[np.maximum(numbers, 0)])
        kept = ids >= 0
        # Sentence by sentence, how many words stay; sentences that lose all of them go.
        cumulated = np.concatenate(([0], np.cumsum(kept)))
        ends = np.cumsum(lengths)
        stay = cumulated[ends] - cumulated[ends - lengths]
        present = stay > 0
        return Corpus(
            words=[types[i] for i in order],
            counts=counts[order].astype(np.int64),
            ids=ids[kept],
            sentence_starts=np.concatenate(([0], np.cumsum(stay[present]))).astype(np.int64),
            sentence_bytes=spans.reshape(-1, 2)[present].copy(),
            all_counts=-np.sort(-counts[counts > 0]).astype(np.int64),
            text=text,
            min_count=int(min_count),
            max_vocab=self.max_vocab,
            lowercase=self.lowercase,
            unit=self.unit,
            encoding=self.encoding,
            warnings=self.warnings,
            chosen=chosen,
        )
