"""The words and vectors that are kept of a file, and the account of those that are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from w2v_core.exchange.row_checks import LARGEST, good_rows, is_text
from w2v_core.exchange.vector_formats.byte_stream import is_utf8
from w2v_core.storage.limits import max_words
from w2v_core.text.account import FileAccount, counted
from w2v_core.text.encoding_guess import best_codec, python_codec, sample_of
from w2v_core.text.gathering import ENCODINGS
from w2v_core.text.single_line import single_line
from w2v_core.text.tokenizer import MAX_WORD_LENGTH

LEAST_WORDS = 2
"""A file with fewer usable words is refused."""
LEAST_SHARE = 0.5
"""A file is refused where a smaller share of its rows is usable: it is damaged, or something else."""
MOST_EXAMPLES = 5
ROWS_AT_ONCE = 1_000
_MOST_COUNT = 1 << 40  # of a word: the sum of all stays a whole number of 64 bits
_SHOWN = 30  # characters of an example

Fault = Literal["twice", "no word", "long word", "no text", "numbers", "row", "cut off"]


@dataclass
class _Tally:
    """How many rows have a fault, and the first of them."""

    n: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str, n: int = 1) -> None:
        self.n += n
        if example and len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)

    def shown(self, most: int = MOST_EXAMPLES) -> str:
        more = ", …" if self.n > min(len(self.examples), most) else ""
        return f" ({', '.join(self.examples[:most])}{more})" if self.examples else ""


class KeptRows:
    """Takes rows as a reader comes to them, keeps the good ones, and counts the others.

    Parameters
    ----------
    account : FileAccount
        Of the file; ``whole`` adds its notes.
    first : int or None
        Keep only so many words, the first ones.

    Attributes
    ----------
    met : int
        Rows that were come to, good or not.
    in_file : int or None
        How many words the file says it has.
    dim : int
        Numbers of a vector; 0 before it is known.
    """

    def __init__(self, account: FileAccount, first: int | None = None):
        self.account, self.met, self.dim = account, 0, 0
        self.in_file: int | None = None
        self._first = first
        self._most = max_words() if first is None else min(first, max_words())
        self._places: dict[str, int] = {}
        self._chunks: list[np.ndarray] = []
        self._counts: list[np.ndarray] = []
        self._undecoded: dict[int, bytes] = {}
        self._faults: dict[Fault, _Tally] = {}
        self._more = False

    @property
    def most(self) -> int:
        """How many words are kept at most."""
        return self._most

    @property
    def room(self) -> int:
        """How many rows may be given at once: no more than are still wanted."""
        return min(self._most - len(self._places), ROWS_AT_ONCE)

    @property
    def is_full(self) -> bool:
        """Whether all words that were asked for are there, so that nothing has to be read any more."""
        return len(self._places) >= self._most

    def says_more(self) -> None:
        """To be called where the file goes on after the rows that are kept."""
        self._more = True

    def take(
        self,
        words: Sequence[bytes],
        matrix: np.ndarray,
        rows: Sequence[int] | None = None,
        counts: np.ndarray | None = None,
    ) -> None:
        """Take rows in: at most ``room``.

        Parameters
        ----------
        words : sequence of bytes
            In UTF-8.
        matrix : float (n, d)
        rows : sequence of int, optional
            Their numbers in the file, from 1; those that follow the rows met so far by default, which
            this then counts.
        counts : int (n,), optional
            How often each word stands in the text that the vectors were made of.
        """
        if rows is None:
            rows = range(self.met + 1, self.met + len(words) + 1)
            self.met += len(words)
        with np.errstate(over="ignore"):
            matrix = np.asarray(matrix, np.float32)
        good = good_rows(matrix)
        places, kept = self._places, []
        for i, (raw, finite) in enumerate(zip(words, good.tolist(), strict=True)):
            fault: Fault | None = None
            whole = True
            try:
                word = raw.decode("utf-8")
            except UnicodeDecodeError:
                word, whole = raw.decode("utf-8", "surrogateescape"), False
            if not word:
                fault = "no word"
            elif len(word) > MAX_WORD_LENGTH:
                fault = "long word"
            elif not (word.isalnum() or is_text(word if whole else raw.decode("utf-8", "ignore"))):
                fault = "no text"
            elif not finite:
                fault = "numbers"
            elif word in places:
                fault = "twice"
            if fault is not None:
                self._fault(fault, rows[i], word)
                continue
            if not whole:
                self._undecoded[len(places)] = raw
            places[word] = len(places)
            kept.append(i)
        if len(kept) < len(words):
            matrix = matrix[kept]
            counts = None if counts is None else counts[kept]
        if kept:
            self._chunks.append(matrix)
            self._counts.append(np.zeros(len(kept), np.int64) if counts is None else counts)

    def leave_out(self, fault: Fault, start: str | bytes = "", row: int | None = None) -> None:
        """Count a row that a reader could make nothing of; ``start`` is how it begins, ``row`` its number,
        by default the next one, which this then counts."""
        if row is None:
            self.met += 1
            row = self.met
        self._fault(
            fault, row, start.decode("utf-8", "replace") if isinstance(start, bytes) else start
        )

    def whole(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """All that was kept: words, vectors float32 (n, d), counts int64 (n,). Notes of everything else are
        in the account.

        Raises
        ------
        ValueError
            with a sentence, where too little is left, or more words are there than a model may have.
        """
        if self._first is None and self._more:
            raise ValueError(too_many(f"more than {len(self._places):,}"))
        self._refuse_remains()
        words = list(self._places)
        matrix = np.empty((len(words), self._chunks[0].shape[1]), np.float32)
        counts = np.concatenate(self._counts)
        at = 0
        self._chunks.reverse()
        while self._chunks:  # each is freed as soon as it is copied
            chunk = self._chunks.pop()
            matrix[at : at + len(chunk)] = chunk
            at += len(chunk)
        if self._undecoded:
            kept = self._decode(words)
            words = [words[i] for i in kept]
            matrix, counts = matrix[kept], counts[kept]
        if ((counts < 0) | (counts > _MOST_COUNT)).any():
            counts[:] = 0
            self.account.add(
                "left out", "The counts of the words were left out: some are negative or enormous."
            )
        self.account.rows = self.met
        self._note(words, matrix)
        return words, matrix, counts

    def _fault(self, fault: Fault, row: int, start: str) -> None:
        shown = single_line(start, _SHOWN + 1)
        shown = f"{shown[:_SHOWN]}…" if len(shown) > _SHOWN else shown
        self._faults.setdefault(fault, _Tally()).add(
            f"row {row:,}: “{shown}”" if shown else f"row {row:,}"
        )

    def _refuse_remains(self) -> None:
        """A sentence where little is left of the file."""
        n_bad = sum(tally.n for fault, tally in self._faults.items() if fault != "twice")
        n_good = len(self._places)
        if n_good >= LEAST_WORDS and n_bad <= (1 - LEAST_SHARE) * self.met:
            return
        if self.met == 0:
            raise ValueError("This file contains no word vectors.")
        why = "; ".join(self._said(fault, tally, 1) for fault, tally in self._faults.items())
        if n_good < LEAST_WORDS:
            few = "no word" if n_good == 0 else "one word alone"
            raise ValueError(
                f"This file contains {few} that can be used, and a model needs "
                f"{LEAST_WORDS}{f': {why}' if why else ''}."
            )
        raise ValueError(
            f"Only {self.met - n_bad:,} of the {self.met:,} rows of this file can be used, so it "
            f"is damaged or contains something else: {why}."
        )

    def _decode(self, words: list[str]) -> list[int]:
        """Settle the words that are not UTF-8, in place; which rows are left."""
        raws = self._undecoded
        others = sum(not word.isascii() for word in words) - len(raws)
        older = sum(not is_utf8(raw) for raw in raws.values())  # where no letter at the end was cut
        codec = None
        if len(raws) > others and (older >= MOST_EXAMPLES or older > 0.05 * len(words)):
            # The file is in another encoding, and not damaged.
            codec = best_codec(sample_of(b"\n".join(raws.values())))
        mended, guessed = _Tally(), _Tally()
        for row, raw in raws.items():
            if codec is not None:
                words[row] = raw.decode(python_codec(codec), "replace")
            else:
                words[row] = raw.decode("utf-8", "replace")
            tally = mended if "\ufffd" in words[row] else guessed
            tally.add(f"“{single_line(words[row], _SHOWN)}”")
        if codec is not None and guessed.n:
            self.account.encoding = ENCODINGS[codec]
            self.account.add(
                "guessed",
                f"{counted(guessed.n, 'word is', 'words are')} not UTF-8; the encoding was guessed "
                f"to be {ENCODINGS[codec]}{guessed.shown()}.",
                guessed.n,
            )
        if mended.n:
            self.account.add(
                "mended",
                f"{counted(mended.n, 'word has', 'words have')} a letter that is incomplete or "
                f"damaged and was replaced by �{mended.shown()}.",
                mended.n,
            )
        if mended.n > (1 - LEAST_SHARE) * self.met:
            raise ValueError(
                f"Of the {self.met:,} words of this file, {mended.n:,} are not UTF-8{mended.shown(1)}: "
                "save it as UTF-8."
            )
        kept, seen = [], set()
        for row, word in enumerate(words):
            if word in seen or not word or not is_text(word):
                self._faults.setdefault("twice" if word in seen else "no text", _Tally()).add(
                    f"“{single_line(word, _SHOWN)}”"
                )
                continue
            seen.add(word)
            kept.append(row)
        return kept

    def _said(self, fault: Fault, tally: _Tally, examples: int = MOST_EXAMPLES) -> str:
        n, shown = tally.n, tally.shown(examples)
        numbers = counted(self.dim, "number")
        rows = counted(n, "row")
        said = {
            "twice": f"{rows} {'repeats' if n == 1 else 'repeat'} a word{shown}",
            "no word": f"{rows} {'has' if n == 1 else 'have'} no word{shown}",
            "long word": f"{rows} {'has' if n == 1 else 'have'} a word of more than {MAX_WORD_LENGTH:,} "
            f"characters{shown}",
            "no text": f"{rows} {'has' if n == 1 else 'have'} a word with characters that cannot "
            f"occur in a text{shown}",
            "numbers": f"{rows} {'contains' if n == 1 else 'contain'} a number that is not finite "
            f"or is larger than {LARGEST:,.0f}{shown}",
            "row": f"{rows} {'is' if n == 1 else 'are'} not a word and {numbers}{shown}",
            "cut off": f"the last row was cut off{shown}",
        }
        return said[fault]

    def _note(self, words: list[str], matrix: np.ndarray) -> None:
        for fault, tally in self._faults.items():
            said = self._said(fault, tally)
            so = ": the first vector of each word was kept" if fault == "twice" else ""
            self.account.add("left out", f"{said[0].upper()}{said[1:]}{so}.", tally.n)
        if self._more and self._first is not None:
            of = f" of {self.in_file:,}" if self.in_file and self.in_file > len(words) else ""
            self.account.add(
                "read",
                f"The first {len(words):,} words{of} were kept, as requested.",
                len(words),
            )
        elif self.in_file is not None and self.in_file > self.met:
            missing = self.in_file - self.met
            self.account.add(
                "left out",
                f"The header announces {self.in_file:,} words, but the file ends after "
                f"{self.met:,}: it was cut off, or its header is wrong.",
                missing,
            )
        elif self.in_file is not None and self.in_file < self.met:
            self.account.add(
                "guessed",
                f"The header announces {self.in_file:,} words, but the file has {self.met:,}: all "
                "were read.",
            )
        zero = np.flatnonzero(~matrix.any(axis=1))
        if len(zero):
            tally = _Tally(len(zero))
            tally.examples = [f"“{single_line(words[i], _SHOWN)}”" for i in zero[:MOST_EXAMPLES]]
            self.account.add(
                "read",
                f"{counted(len(zero), 'word has', 'words have')} a vector of zeros{tally.shown()}, "
                "which has no direction and therefore no neighbours.",
                len(zero),
            )


def too_many(n: str) -> str:
    """The sentence for more words than a model may have."""
    return (
        f"This file contains {n} words; at most {max_words():,} are accepted: keep only the first "
        "ones."
    )
