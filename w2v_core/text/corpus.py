"""A text as token ids: the vocabulary, the encoded sentences, and the way back to the text."""

from __future__ import annotations

import codecs
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from w2v_core.parameters import check
from w2v_core.text import reading
from w2v_core.text.budget import Counted
from w2v_core.text.earlier_words import NEWEST
from w2v_core.text.line_wrapping import HEAD, WRAPPED, looks_wrapped
from w2v_core.text.number_words import NUMBER, is_number
from w2v_core.text.phrases import Phrases
from w2v_core.text.spool import Spool, release
from w2v_core.text.tokenizer import MAX_WORD_LENGTH, Tokeniser, WordNumbers
from w2v_core.text.word_lists import word_list
from w2v_core.vocabulary import Vocabulary

CONCORDANCE_WIDTH = 300
"""Characters of a concordance line; a longer sentence is clipped around the word."""
_CHUNK = 1 << 20
"""Words that are given their rows at a time."""


def default_min_count(n_tokens: int) -> int:
    """How often a word must occur to be in the vocabulary, when nobody says: 1 below 3,000 words of
    text, then one more for every factor of ten (2 from 3,000, 3 from 32,000, 4 from 320,000), at
    most 5 (from 3.2 million), word2vec's own default."""
    return int(np.clip(round(np.log10(max(n_tokens, 1))) - 2, 1, 5))


@dataclass(frozen=True, kw_only=True)
class CorpusSettings:
    """How a text becomes a corpus; ``Corpus.from_text`` says what each setting does.

    ``min_count`` None leaves the choice to ``default_min_count``.
    """

    min_count: int | None = None
    max_vocab: int | None = 10_000
    lowercase: bool = True
    unit: str = "words"
    sentence_ends: str = "automatic"
    numbers: str = "keep"
    addresses: str = "keep"
    emoji: str = "keep"
    language: str = "none"
    stop_most: int = 0
    stop_words: Sequence[str] = ()
    phrases: Sequence[str] = ()
    word_rules: int = NEWEST
    """By which rules words were cut; those of before only texts have that were read by them."""

    def checked(self) -> CorpusSettings:
        """The same settings, each in the form it is worked with.

        Raises
        ------
        ValueError
            naming the first setting that is not allowed, its value and what is.
        """
        lowercase, language = check("lowercase", self.lowercase), check("language", self.language)
        return CorpusSettings(
            min_count=check("min_count", self.min_count),
            max_vocab=check("max_vocab", self.max_vocab),
            lowercase=lowercase,
            unit=check("unit", self.unit),
            sentence_ends=check("sentence_ends", self.sentence_ends),
            numbers=check("numbers", self.numbers),
            addresses=check("addresses", self.addresses),
            emoji=check("emoji", self.emoji),
            language=language,
            stop_most=check("stop_most", self.stop_most),
            stop_words=word_list("stop_words", self.stop_words, lowercase, language),
            phrases=word_list("phrases", self.phrases, lowercase, language),
        )

    @property
    def of_tokens(self) -> dict[str, Any]:
        """The settings that say what a token is, as ``tokenise`` takes them."""
        return {
            "lowercase": self.lowercase,
            "unit": self.unit,
            "language": self.language,
            "addresses": self.addresses,
            "emoji": self.emoji,
        }


@dataclass(frozen=True, kw_only=True)
class EncodedText:
    """The arrays of a corpus, as ``Corpus`` describes them."""

    ids: np.ndarray
    sentence_starts: np.ndarray
    sentence_bytes: np.ndarray
    counts: np.ndarray
    all_counts: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often something was left out of a text or read otherwise than it stands there."""

    zeros: int = 0
    addresses: int = 0
    emoji: int = 0
    too_long: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{name: n + getattr(other, name) for name, n in vars(self).items()})

    def warnings(self, of_encoding: str | None, wrapped: bool) -> list[str]:
        """Sentences for the person.

        Parameters
        ----------
        of_encoding : str or None
            What is to be said of the text's encoding.
        wrapped : bool
            Whether it was asked how lines end, and they looked wrapped.
        """
        notes = [f"{self.zeros:,} NUL characters were read as spaces."] if self.zeros else []
        notes += [of_encoding] if of_encoding else []
        warnings = [" ".join(notes)] if notes else []
        if wrapped:
            warnings.append(WRAPPED)
        for number, what in (
            (self.addresses, "web and e-mail addresses"),
            (self.emoji, "emoji"),
        ):
            if number:
                warnings.append(f"{number:,} {what} were left out.")
        if self.too_long:
            warnings.append(
                f"{self.too_long:,} runs of more than {MAX_WORD_LENGTH:,} characters "
                "without a space were left out."
            )
        return warnings


class _NumberMapper:
    """The same, all numbers being one word."""

    def __init__(self, encoder: WordNumbers):
        self._encoder = encoder

    def __getitem__(self, word: str) -> int:
        return self._encoder[NUMBER if is_number(word) else word]


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
    sentence_ends, numbers, addresses, emoji, language, stop_most, stop_words, phrases
        How the text was prepared, as given to ``from_text``.
    encoding : str
        The name of the encoding the text was read in.
    warnings : list of str
        Sentences for the person: damaged bytes, a guessed encoding, things left out.
    """

    def __init__(
        self,
        words: list[str],
        encoded: EncodedText,
        text: bytes | Path | Counted,
        settings: CorpusSettings,
        *,
        encoding: str = "UTF-8",
        warnings: Sequence[str] = (),
        chosen: dict[str, Any] | None = None,
    ):
        self.vocabulary = Vocabulary(words, settings.lowercase)
        self.words = self.vocabulary.words
        self.counts = encoded.counts
        self.ids = encoded.ids
        self.sentence_starts = encoded.sentence_starts
        self.sentence_bytes = encoded.sentence_bytes
        self.all_counts = encoded.all_counts
        if settings.min_count is None:
            settings = replace(settings, min_count=default_min_count(self.n_tokens))
        self.settings = settings
        self.min_count = settings.min_count
        self.max_vocab = settings.max_vocab
        self.lowercase = settings.lowercase
        self.unit = settings.unit
        self.sentence_ends = settings.sentence_ends
        self.numbers = settings.numbers
        self.addresses = settings.addresses
        self.emoji = settings.emoji
        self.language = settings.language
        self.stop_most = settings.stop_most
        self.stop_words = list(settings.stop_words)
        self.phrases = list(settings.phrases)
        self.encoding = encoding
        self.warnings = list(warnings)
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
        **preparation: Any,
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
        sentence_ends : "automatic", "marks and lines", "marks", "lines" or "paragraphs"
            What ends a sentence (see ``w2v_core.text.tokenizer``). "automatic" is "marks" where the
            lines at the beginning look wrapped at a column (see ``looks_wrapped``), else "marks and
            lines"; the corpus then has the one that was taken.
        numbers : "keep", "map" or "drop"
            "map" makes all numbers the one word <number>, "drop" leaves them out.
        addresses : "keep" or "drop"
            "keep" makes each web or e-mail address one word, "drop" leaves them out.
        emoji : "keep" or "drop"
            "keep" makes each emoji one word, "drop" leaves them out.
        language : "none", "turkish", "azeri", "french" or "italian"
            Turkish and Azeri write I in lower case as ı. In French and Italian a short word that lost its
            vowel is a word of its own: *l'homme* is *l'* and *homme*.
        stop_most : int
            The most frequent so many words are left out.
        stop_words : sequence of str
            Words that are left out.
        phrases : sequence of str
            Two words joined by "_", as ``find_phrases`` gives them, that are one word wherever they
            stand side by side in a sentence.

        What is left out is left out of the vocabulary alone: it counts in ``n_tokens``, as all of
        the text does, and a window reaches across it.

        Raises
        ------
        ValueError
            for a bad parameter, a text without words, and a vocabulary that ``min_count`` empties.
        """
        settings = CorpusSettings(
            min_count=min_count,
            max_vocab=max_vocab,
            lowercase=lowercase,
            unit=unit,
            **preparation,
        )
        builder = CorpusBuilder(settings.checked())
        data = text.encode("utf-8", "replace")
        pieces = (data[i : i + reading.BLOCK] for i in range(0, len(data), reading.BLOCK))
        for block in reading.blocks(pieces):
            builder.add(block)
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
        **preparation: Any,
    ) -> Corpus:
        """Encode a .txt or .txt.gz file, streamed: never the whole text in memory.

        UTF-8, UTF-8 with a byte order mark and UTF-16 are recognised; other bytes are read as
        Windows-1252, which ``warnings`` then says.

        Parameters
        ----------
        path : str or Path
        min_count, max_vocab, lowercase, unit, and all other settings
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
        settings = CorpusSettings(
            min_count=min_count,
            max_vocab=max_vocab,
            lowercase=lowercase,
            unit=unit,
            **preparation,
        ).checked()  # bad settings are told before anything is read
        encoding = reading.guess_encoding(path)
        try:
            return cls._read(path, encoding, CorpusBuilder(settings), max_bytes, callback)
        except UnicodeDecodeError:
            encoding = reading.detect_encoding(path, max_bytes)
            return cls._read(path, encoding, CorpusBuilder(settings), max_bytes, callback)

    @classmethod
    def _read(
        cls,
        path: Path,
        encoding: reading.Encoding,
        builder: CorpusBuilder,
        max_bytes: int | None,
        callback: Callable[[float], bool | None] | None,
    ) -> Corpus:
        with reading.open_bytes(path) as file:
            packed = not isinstance(file, io.BufferedReader)
        keep: Path | Counted = path
        spool: Counted | None = None
        if encoding.codec == "utf-8-sig" and not packed and encoding.errors == "strict":
            builder.start_at(len(codecs.BOM_UTF8))
        elif encoding.codec != "utf-8" or packed or encoding.errors != "strict":
            # Sentences are found again by their place in UTF-8 bytes: keep a copy in UTF-8.
            keep = spool = Counted(tempfile.TemporaryFile(prefix="w2v-text-"), aside=True)  # noqa: SIM115
        total, done = path.stat().st_size, 0
        for block in reading.text_blocks(path, encoding, max_bytes):
            builder.add(block)
            if spool is not None:
                spool.write(block)
            done += len(block)
            # A packed file's final size is unknown: four times the packed size is usual for prose.
            share = min(done / max(total * (4 if packed else 1), 1), 1.0)
            if callback is not None and callback(share):
                raise InterruptedError("Reading the text was stopped.")
        builder.encoding = encoding
        return builder.corpus(keep)

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
        first = list(dict.fromkeys(numbers.tolist()))[:n]
        return [self._clip(self.sentence_text(i), self.words[row]) for i in first]

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


class CorpusBuilder:
    """Collects a text block by block; what grows with the text is spooled, and each distinct word
    is kept once."""

    def __init__(self, settings: CorpusSettings):
        self.settings = settings
        self.encoding = reading.Encoding("utf-8", "UTF-8")
        self.encoder = WordNumbers()
        self.lookup: WordNumbers | _NumberMapper = self.encoder
        if settings.numbers == "map":
            self.lookup = _NumberMapper(self.encoder)
        self.joined = Phrases(settings.phrases) if settings.phrases else None
        self.counts = np.zeros(0, np.int64)  # of each distinct word
        self.numbers = Spool(np.int32)  # of the words, in order of first appearance
        self.n_numbers = 0
        self.ends = Spool(np.int64)  # where each sentence ends among them
        self.spans = Spool(np.int64, width=2)  # its first byte, and the one after its last
        self.n_bytes = 0
        self.begun = (0, 0)  # byte and number at which the sentence that goes on began
        self.tally = Tally()
        self.tokeniser: Tokeniser | None = None
        self.wrapped = False  # whether the lines look so, where that was asked

    def start_at(self, byte: int) -> None:
        """Count bytes from here: what stands before is not text."""
        self.n_bytes = byte
        self.begun = (byte, 0)

    def add(self, data: bytes) -> None:
        """Take in the next block of UTF-8 text."""
        if self.settings.sentence_ends == "automatic":
            self.wrapped = begins_wrapped(data)
            found = "marks" if self.wrapped else "marks and lines"
            self.settings = replace(self.settings, sentence_ends=found)
        if self.tokeniser is None:
            how = {"sentence_ends": self.settings.sentence_ends, **self.settings.of_tokens}
            self.tokeniser = Tokeniser(self.lookup, **how)
        block = self.tokeniser.cut(data)
        numbers, lengths = block.numbers, block.lengths
        known = numbers >= 0
        self.tally += Tally(
            zeros=data.count(b"\0"),
            addresses=block.n_addresses,
            emoji=block.n_emoji,
            too_long=len(numbers) - int(known.sum()),
        )
        if self.joined is not None:
            numbers, lengths = self.joined.join(numbers, lengths, self.encoder)
            known = numbers >= 0
        self.counts = np.append(
            self.counts, np.zeros(len(self.encoder) - len(self.counts), np.int64)
        )
        self.counts += np.bincount(numbers[known], minlength=len(self.counts))
        self.numbers.append(numbers)

        starts, ends = block.starts + self.n_bytes, self.n_numbers + np.cumsum(lengths)
        starts[0], first = self.begun
        stops = block.stops + self.n_bytes
        self.begun = (int(starts[-1]), int(ends[-2]) if len(ends) > 1 else first)
        self._close(np.append(first, ends[:-1]), starts[:-1], stops[:-1])
        self.n_numbers += len(numbers)
        self.n_bytes += len(data)

    def _close(self, bounds: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> None:
        """Keep the sentences that hold words; ``bounds`` says between which words each stands."""
        held = np.diff(bounds) > 0
        self.ends.append(bounds[1:][held])
        self.spans.append(np.column_stack((starts[held], stops[held])))

    def end(self) -> None:
        """Close the last sentence: nothing is added after."""
        start, first = self.begun
        self._close(np.array([first, self.n_numbers]), np.array([start]), np.array([self.n_bytes]))

    def corpus(self, text: bytes | Path | Counted) -> Corpus:
        """The corpus of all that was added (errors as for ``choose_words``)."""
        self.end()
        types = list(self.encoder)
        order, min_count, chosen = choose_words(
            types, self.counts, self.settings, self.tally.too_long
        )
        row = np.full(len(types) + 1, -1, np.int32)  # its last is for words too long
        row[order] = np.arange(len(order), dtype=np.int32)
        ids, starts, spans = self.within(row)
        return Corpus(
            [types[i] for i in order],
            EncodedText(
                ids=ids,
                sentence_starts=starts,
                sentence_bytes=spans,
                counts=self.counts[order],
                all_counts=-np.sort(-self.counts[self.counts > 0]),
            ),
            text,
            replace(self.settings, min_count=min_count),
            encoding=self.encoding.label,
            warnings=self.tally.warnings(self.encoding.warning, self.wrapped),
            chosen=chosen,
        )

    def within(self, row: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """ids, sentence_starts and sentence_bytes of what is in the vocabulary; sentences that lose
        all their words go.

        Parameters
        ----------
        row : int32 (n_distinct + 1,)
            The row of each distinct word; -1 for those outside, and at the end for words too long.
        """
        numbers, ends, spans = self.numbers.array(), self.ends.array(), self.spans.array()
        ids, starts, kept_spans = Spool(np.int32), Spool(np.int64), Spool(np.int64, width=2)
        starts.append(np.zeros(1, np.int64))
        n_ids = sentence = last = 0
        for first in range(0, len(numbers), _CHUNK):
            rows = row[numbers[first : first + _CHUNK]]
            kept = rows >= 0
            before = n_ids + np.concatenate(([0], np.cumsum(kept)))
            stop = int(np.searchsorted(ends, first + len(rows), side="right"))
            closed = before[ends[sentence:stop] - first]
            present = np.diff(closed, prepend=last) > 0
            ids.append(rows[kept])
            starts.append(closed[present])
            kept_spans.append(spans[sentence:stop][present])
            n_ids, sentence = int(before[-1]), stop
            last = int(closed[-1]) if len(closed) else last
            for array in (numbers, ends, spans):
                release(array)
        return ids.array(), starts.array(), kept_spans.array()


def begins_wrapped(block: bytes) -> bool:
    """Whether the lines of a text look wrapped at a column, by its first block."""
    return looks_wrapped(block[: 4 * HEAD].decode("utf-8", "replace"))


def choose_words(
    types: Sequence[str], counts: np.ndarray, settings: CorpusSettings, n_too_long: int = 0
) -> tuple[np.ndarray, int, dict[str, Any]]:
    """The vocabulary of a text.

    Parameters
    ----------
    types : sequence of str
        Its distinct words, in order of first appearance.
    counts : int64 (n_distinct,)
        How often each occurs.
    settings : CorpusSettings
        Checked.
    n_too_long : int
        How many runs of characters were too long for a word.

    Returns
    -------
    order : int64 (|W|,)
        Which of the types are in the vocabulary, most frequent first.
    min_count : int
    chosen : dict
        What was chosen because nobody said.

    Raises
    ------
    ValueError
        for a text without words, and a vocabulary that the settings empty.
    """
    n_tokens = int(counts.sum())
    if n_tokens == 0:
        raise ValueError(
            "The text contains no words: it has no letters or digits. Choose a text with sentences."
            if not n_too_long
            else "The text contains no words, only runs of more than "
            f"{MAX_WORD_LENGTH:,} characters without a space. Choose a text with sentences."
        )
    chosen = {}
    min_count = settings.min_count
    if min_count is None:
        min_count = default_min_count(n_tokens)
        if not (counts >= min_count).any():
            min_count = 1
        chosen["min_count"] = min_count
    order = np.argsort(-counts, kind="stable")
    order = order[: int((counts >= min_count).sum())]
    if len(order):
        order = _wanted(order, types, settings)
    if len(order) == 0:
        raise ValueError(
            f"No word occurs {min_count:,} times (the most frequent, {types[int(counts.argmax())]!r}, "
            f"occurs {counts.max():,} times): lower the minimum count to at most "
            f"{counts.max():,}, "
            "or use a longer text."
        )
    return order[: settings.max_vocab], int(min_count), chosen


def _wanted(order: np.ndarray, types: Sequence[str], settings: CorpusSettings) -> np.ndarray:
    """Of types, most frequent first, those that are not to be left out."""
    order = order[settings.stop_most :]
    left_out = set(settings.stop_words)
    drop = settings.numbers == "drop"
    if left_out or drop:
        kept = [
            types[i] not in left_out and not (drop and is_number(types[i])) for i in order.tolist()
        ]
        order = order[np.array(kept, bool)]
    if len(order) == 0:
        raise ValueError(
            "Every word of the text is left out: shorten the stop list, or keep numbers."
        )
    return order
