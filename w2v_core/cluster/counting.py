"""A text of many files, counted by the workers of a cluster: the words first, then the pairs.

The result is that of one machine: the same vocabulary in the same order, and the same sums, as all that is
added up are whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from w2v_core.cluster import tasks
from w2v_core.cluster.shards import RemoteFile, Shard, ShardError, cut, look, settle
from w2v_core.cluster.word_counts import WordCounts, merged
from w2v_core.cluster.workers import Workers
from w2v_core.text import reading
from w2v_core.text.account import FileAccount
from w2v_core.text.corpus import (
    Corpus,
    CorpusSettings,
    EncodedText,
    choose_words,
    default_min_count,
)
from w2v_core.text.counted_text import CountedText

_TOGETHER = 64  # files that one task looks at
_ENCODED_SHARE = 0.2  # of the memory of all workers, which the encoded text may fill


@dataclass(frozen=True)
class Sizes:
    """What fits into the memory of a task.

    Attributes
    ----------
    shard_bytes : int
        Of text that one task reads: its words, numbered, take some twenty times as much at the worst.
    most_words : int
        Distinct words in a sum; several are in memory at once, at some 50 bytes a word.
    band_cells : int
        Entries of a sum of pairs, of 12 bytes; several are in memory at once.
    """

    shard_bytes: int
    most_words: int
    band_cells: int

    @classmethod
    def of(cls, memory: int) -> Sizes:
        """For so many bytes of memory."""
        return cls(
            min(max(memory // 64, 1 << 16), 1 << 26), max(memory // 500, 1000), memory // 300
        )


@dataclass(frozen=True)
class ClusterText:
    """What was counted.

    Attributes
    ----------
    text : Corpus or CountedText
        The first where the text is short (see ``count_text``); its own text is empty.
    n_bytes : int
        Of all files, as they are.
    accounts : list of FileAccount
        What became of each file.
    """

    text: Corpus | CountedText
    n_bytes: int
    accounts: list[FileAccount]


Tell = Callable[[float], object]


def count_text(
    workers: Workers,
    files: Sequence[RemoteFile],
    settings: CorpusSettings,
    *,
    encoding: str | None = None,
    keep_gutenberg: bool = False,
    whole_to: int = 0,
    sizes: Sizes | None = None,
    tell: Tell = lambda share: None,
) -> ClusterText:
    """The words of a text, and a way to count its pairs, which the workers do.

    Parameters
    ----------
    workers : Workers
        They have to stay until the pairs are counted.
    files : sequence of RemoteFile
        In order.
    settings : CorpusSettings
        How the text is read; phrases are not found here.
    encoding : str, optional
        The codec of ``ENCODINGS`` chosen by hand for all files.
    keep_gutenberg : bool
        Whether books of Project Gutenberg's are counted with its licence, or refused.
    whole_to : int
        A text of at most so many words of the vocabulary is fetched: the trainer looks at the sentences of
        short texts.
    sizes : Sizes, optional
        By default what the workers' memory allows.
    tell : callable
        Called with the share done; what it raises ends the work.

    Raises
    ------
    ValueError
        for a text without words, a vocabulary that is empty, a file that cannot be read or is not to be
        counted here, and whatever is wrong with the cluster.
    """
    settings = settings.checked()
    sizes = sizes or Sizes.of(workers.memory)
    looked = _looked(workers, files, encoding, keep_gutenberg, tell)
    read = [file for file in looked if not file.left_out]
    if refused := next((file.refused for file in read if file.refused), ""):
        raise ValueError(refused)
    if not read:
        raise ValueError(looked[0].left_out)
    read, wrapped, counted, settings = _words(workers, read, settings, sizes, tell)
    shards = cut(read, sizes.shard_bytes)
    warnings = counted.tally.warnings(
        read[0].encoding.warning if len(files) == 1 else None, wrapped
    )
    asked, n_distinct = settings.min_count, len(counted.words)
    if counted.dropped:
        settings, counted, warning = _again(workers, shards, settings, sizes, counted, tell)
        warnings += warning
    types = counted.words.to_pylist()
    order, min_count, chosen = choose_words(types, counted.counts, settings, counted.tally.too_long)
    if asked is None:
        chosen["min_count"] = min_count
    words, counts = [types[i] for i in order.tolist()], counted.counts[order]
    settings = replace(settings, min_count=min_count)
    label = read[0].encoding.label if len(files) == 1 and encoding is None else "UTF-8"
    facts: dict[str, Any] = {"encoding": label, "warnings": warnings, "chosen": chosen}
    given = workers.shared(words)
    encoded = workers.tasks("encode", tasks.encode, [(shard, given, settings) for shard in shards])
    text: Corpus | CountedText
    if counts.sum() <= whole_to:
        parts = workers.compute(encoded, tell, encoded)
        text = _whole(words, counts, counted, parts, settings, facts)
    else:
        pairs = PairSums(workers, encoded, words, counts, sizes, tell)
        text = CountedText(
            words=words,
            counts=counts,
            n_tokens=counted.n_tokens,
            n_distinct=n_distinct,
            n_sentences=pairs.n_sentences,
            settings=settings,
            count=pairs,
            **facts,
        )
    by_name = {file.name: file for file in read}
    return ClusterText(
        text,
        sum(file.size for file in read),
        [_account(by_name.get(file.name, file)) for file in looked],
    )


def _account(file: RemoteFile) -> FileAccount:
    if file.left_out:
        account = FileAccount(file.name)
        account.add("left out", file.left_out)
        return account
    account = FileAccount(file.name, "Plain text", file.encoding.label)
    if file.encoding.warning is not None:
        account.add("guessed" if file.encoding.guessed else "mended", file.encoding.warning)
    return account


def _looked(
    workers: Workers,
    files: Sequence[RemoteFile],
    encoding: str | None,
    keep_gutenberg: bool,
    tell: Tell,
) -> list[RemoteFile]:
    groups = [files[i : i + _TOGETHER] for i in range(0, len(files), _TOGETHER)]
    alone = len(files) == 1
    each = workers.tasks(
        "look", _look_at, [(group, encoding, alone, keep_gutenberg) for group in groups]
    )
    return [file for group in workers.compute(each, tell, each) for file in group]


def _look_at(files: Sequence[RemoteFile], *how: Any) -> list[RemoteFile]:
    return [look(file, *how) for file in files]


def _words(
    workers: Workers,
    files: list[RemoteFile],
    settings: CorpusSettings,
    sizes: Sizes,
    tell: Tell,
) -> tuple[list[RemoteFile], bool, WordCounts, CorpusSettings]:
    """The files, each with the encoding that fits it; whether their lines look wrapped, if that was asked;
    their words; and the settings."""
    while True:
        shards = cut(files, sizes.shard_bytes)
        wrapped, unsure, with_ends = False, tuple[str, ...](), settings
        if settings.sentence_ends == "automatic":
            begin = workers.task("wrapped", tasks.is_wrapped, _beginning(files, sizes))
            ((wrapped, unsure),) = workers.compute([begin], tell)
            found = "marks" if wrapped else "marks and lines"
            with_ends = replace(settings, sentence_ends=found)
        if not unsure:
            each = workers.tasks(
                "words",
                tasks.count_words,
                [(shard, with_ends, sizes.most_words) for shard in shards],
            )
            root = workers.tree("add words", _Merge(sizes.most_words), each)
            (counted,) = workers.compute([root], tell, each)
            unsure = counted.undecodable
            if not unsure:
                return files, wrapped, counted, with_ends
        again = [file for file in files if file.name in unsure]
        (settled,) = workers.compute([workers.task("settle", settle, again)], tell)
        by_name = {file.name: file for file in settled}
        files = [by_name.get(file.name, file) for file in files]


def _beginning(files: Sequence[RemoteFile], sizes: Sizes) -> list[Shard]:
    """Shards that hold the beginning of a text, as much as is looked at."""
    held, first = 0, []
    for file in files:
        first.append(file)
        held += file.size
        if held > 2 * reading.BLOCK:
            break
    return cut(first, sizes.shard_bytes)[: 2 * reading.BLOCK // sizes.shard_bytes + 2]


@dataclass(frozen=True)
class _Merge:
    most: int

    def __call__(self, parts: Sequence[WordCounts]) -> WordCounts:
        return merged(parts, self.most)


def _again(
    workers: Workers,
    shards: Sequence[Shard],
    settings: CorpusSettings,
    sizes: Sizes,
    counted: WordCounts,
    tell: Tell,
) -> tuple[CorpusSettings, WordCounts, list[str]]:
    """The counts of the words that were not dropped, exact; where words that were dropped could belong to
    the vocabulary, none so rare does, which is said."""
    wanted = workers.shared(counted.words)
    each = workers.tasks(
        "count again",
        tasks.count_words,
        [(shard, settings, sizes.most_words, wanted) for shard in shards],
    )
    (exact,) = workers.compute(
        [workers.tree("add again", _Merge(len(counted.words)), each)], tell, each
    )
    bound = counted.dropped
    sure = exact.counts > bound
    asked = settings.min_count or default_min_count(counted.n_tokens)
    most = settings.max_vocab
    room = settings.stop_most + len(settings.stop_words)
    full = most is not None and int(sure.sum()) >= most + room and settings.numbers != "drop"
    exact = replace(exact, words=exact.words.filter(pa.array(sure)), counts=exact.counts[sure])
    if full or asked > bound:
        return replace(settings, min_count=asked), exact, []
    warning = (
        f"Words that occur at most {bound:,} times were left out: the workers' memory holds "
        f"{sizes.most_words:,} distinct words. Raise --cluster-memory to count rarer ones."
    )
    return replace(settings, min_count=max(asked, bound + 1)), exact, [warning]


def _whole(
    words: list[str],
    counts: np.ndarray,
    counted: WordCounts,
    parts: Sequence[tasks.Encoded],
    settings: CorpusSettings,
    facts: dict[str, Any],
) -> Corpus:
    ids = np.concatenate([part.ids for part in parts])
    if len(ids) != counts.sum():
        raise ShardError(tasks.CHANGED)
    ends = np.cumsum([0, *(len(part.ids) for part in parts)])
    starts = [part.sentence_starts[:-1] + a for part, a in zip(parts, ends[:-1], strict=True)]
    dropped = counted.n_tokens - int(counted.counts.sum())
    text = EncodedText(
        ids=ids,
        sentence_starts=np.append(np.concatenate(starts), ends[-1]),
        sentence_bytes=np.zeros((sum(map(len, starts)), 2), np.int64),
        counts=counts,
        all_counts=np.append(-np.sort(-counted.counts), dropped)[: None if dropped else -1],
    )
    return Corpus(words, text, b"", settings, **facts)


class PairSums:
    """Counts the pairs of an encoded text (see ``counted_text.CountSums``)."""

    def __init__(
        self,
        workers: Workers,
        encoded: Sequence[Any],
        words: list[str],
        counts: np.ndarray,
        sizes: Sizes,
        tell: Tell,
    ):
        self.workers, self._words, self._counts, self._sizes = workers, words, counts, sizes
        self._given = workers.shared(words)
        # Where it fits, the encoded text stays on the workers, and each text is cut into words twice.
        fits = 5 * counts.sum() < _ENCODED_SHARE * workers.memory_of_all
        self._encoded = workers.keep(encoded) if fits else encoded
        each = [workers.task("sizes", tasks.sizes_of, one) for one in self._encoded]
        self._each: list[tuple[int, int]] = workers.compute(each, tell, encoded)
        if sum(n for _, n in self._each) != counts.sum():
            raise ShardError(tasks.CHANGED)
        self._starts = np.cumsum([0, *(n for n, _ in self._each)])

    @property
    def n_sentences(self) -> int:
        return int(self._starts[-1])

    def __call__(
        self,
        window: int | str,
        weighting: str,
        masks: Sequence[np.ndarray | None],
        tell: Tell,
    ) -> list[sp.csr_array]:
        bands, sums, each = self.in_bands(window, weighting, masks)
        n = len(bands) - 1
        found = self.workers.compute([band for sum_ in sums for band in sum_], tell, each)
        return [_stacked(found[i : i + n]) for i in range(0, len(found), n)]

    def in_bands(
        self, window: int | str, weighting: str, masks: Sequence[np.ndarray | None]
    ) -> tuple[np.ndarray, list[list[Any]], list[Any]]:
        """The same as tasks: where each band of rows begins, and the end; for each mask the bands of its
        sums; and the tasks that take long (``Workers.compute``)."""
        workers, bands = self.workers, self._bands(window)
        given = workers.shared(bands)
        each = workers.tasks(
            "pairs",
            tasks.count_pairs,
            [
                (one, sizes, self._given, window, weighting, _packed(masks, a, b), given)
                for one, sizes, (a, b) in zip(
                    self._encoded, self._each, pairwise(self._starts), strict=True
                )
            ],
        )
        sums: list[list[Any]] = [[] for _ in masks]
        for mask in range(len(masks)):
            for band in range(len(bands) - 1):
                leaves = [workers.task("band", tasks.band_of, one, mask, band) for one in each]
                sums[mask].append(workers.tree("add pairs", tasks.added, leaves))
        return bands, sums, each

    def _bands(self, window: int | str) -> np.ndarray:
        """Bands of rows of the sums, each of at most ``band_cells`` entries. A row has no more than there
        are words before it, or pairs of its word."""
        rows = np.arange(1, len(self._words) + 1, dtype=np.float64)
        most = np.full(len(rows), float(len(rows)))
        if window != "sentence":
            most = np.minimum(rows, 2.0 * int(window) * self._counts)
        number = (np.cumsum(most) / self._sizes.band_cells).astype(np.int64)
        inner = np.flatnonzero(np.diff(number)) + 1
        return np.concatenate(([0], inner, [len(rows)]))


def _packed(masks: Sequence[np.ndarray | None], begin: int, end: int) -> list[np.ndarray | None]:
    return [None if mask is None else np.packbits(mask[begin:end]) for mask in masks]


def _stacked(bands: Sequence[sp.csr_array]) -> sp.csr_array:
    return sp.csr_array(sp.vstack(bands, format="csr"))
