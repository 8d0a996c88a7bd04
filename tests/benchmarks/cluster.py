"""How fast a cluster counts and trains, and in how much memory, with worker processes of this machine.

python tests/benchmarks/cluster.py TEXT [--mb 100] [--workers 1 2] [--memory 1000] [--same]
python tests/benchmarks/cluster.py --train 20000 100 [--entries 2e6] [--passes 3] [--share 1] [--workers …]

TEXT is repeated until it is so long, each time with 5,000 words that no other repetition has, then counted
by each number of workers: its words, and the pairs of those that are in the vocabulary, a twentieth of the
sentences held out. Printed are seconds, megabytes of text per second, and the most memory of a worker.
--same compares the counts with those of one machine.

--train |W| d trains on random sparse counts, of as many entries, which the workers draw. Printed are
the seconds of a pass and of a step, the bytes that workers sent each other in a pass (as Dask counts them,
and as they follow from the sizes of U and of its gradient), and the most memory of each worker and of this
process.
--share 0.1 stops the first pass after a tenth, for what would take too long.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import distributed
import numpy as np
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from w2v_core.cluster.counting import count_text
from w2v_core.cluster.pair_rows import pair_rows
from w2v_core.cluster.row_training import RowTraining
from w2v_core.cluster.shards import RemoteFile
from w2v_core.cluster.workers import workers_at
from w2v_core.model.bands import bounds_of
from w2v_core.model.unigram import log_unigram
from w2v_core.text.corpus import Corpus, CorpusSettings
from w2v_core.text.pairs import count_split

_NEW_WORDS = 5_000
_SETTINGS = {"max_vocab": 10_000}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path, nargs="?")
    parser.add_argument("--mb", type=float, default=100)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--memory", type=float, default=1_000, help="MB of each worker")
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--train", type=int, nargs=2, metavar=("WORDS", "DIM"))
    parser.add_argument("--entries", type=float, default=2e6)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    if given.train:
        for number in given.workers:
            _train(given, number)
        return
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.txt"
        size = _repeat(given.text, long, int(given.mb * 1e6)) / 1e6
        print(f"{size:,.0f} MB of text, {given.memory:,.0f} MB a worker")
        found = None
        for number in given.workers:
            found = _count(long, size, number, int(given.memory * 1e6))
        if given.same and found is not None:
            _compare(long, found)


def _repeat(text: Path, out: Path, size: int) -> int:
    data, written, number = text.read_bytes(), 0, 0
    with open(out, "wb") as file:
        while written < size:
            new = " ".join(f"word{number}x{i}" for i in range(_NEW_WORDS))
            written += file.write(data[: max(size - written, 1)] + b"\n" + new.encode() + b" .\n")
            number += 1
    return written


def _count(text: Path, size: float, number: int, memory: int):
    with workers_at("local", memory, number) as workers:
        begun = time.perf_counter()
        counted = count_text(
            workers, [RemoteFile(text.name, str(text))], CorpusSettings(**_SETTINGS)
        ).text
        words = time.perf_counter() - begun
        pairs = count_split(counted, _held_out(counted.n_sentences))
        whole = time.perf_counter() - begun
        with distributed.Client(workers.address, set_as_default=False) as client:
            most = max(client.run(_most_memory).values())
    print(
        f"{number} workers: words {words:.1f} s, pairs {whole - words:.1f} s, together "
        f"{size / whole:.1f} MB/s; {counted.n_tokens:,} words, {counted.n_distinct:,} distinct, "
        f"{pairs[0].nnz:,} pairs; a worker took {most / 1e6:,.0f} MB at most"
    )
    return counted, pairs


def _train(given: argparse.Namespace, number: int) -> None:
    n_words, dim = given.train
    with (
        workers_at("local", int(given.memory * 1e6), number) as workers,
        distributed.Client(workers.address, set_as_default=False) as client,
    ):
        _train_with(given, workers, client, n_words, dim)


def _train_with(given, workers, client, n_words: int, dim: int) -> None:
    bounds, homes = bounds_of(n_words), workers.homes(len(bounds_of(n_words)) - 1)
    each = int(given.entries / len(homes))
    N = [
        workers.task("draw", _random_counts, b - a, n_words, each, a, home=home)
        for (a, b), home in zip(pairwise(bounds.tolist()), homes, strict=True)
    ]
    pairs = RowTraining(pair_rows(workers, bounds, homes, N))
    start = pairs.random_start(dim, 0.1, np.random.default_rng(0))
    steps = pairs.steps(start, log_unigram(pairs.m), 0.8, 1.0)
    steps.rows_of(0, np.arange(1))
    of_passes, of_steps, sent, before = [], [], [], _sent(client)
    for _ in range(given.passes):
        begun = time.perf_counter()
        try:
            steps.losses(poll=lambda share: given.share < 1 and share >= given.share)
        except InterruptedError:
            print(f"stopped after {given.share:.0%} of a pass, {time.perf_counter() - begun:.0f} s")
            break
        of_passes.append(time.perf_counter() - begun)
        steps.step()
        steps.rows_of(0, bounds[:-1])  # waits for every band
        of_steps.append(time.perf_counter() - begun - of_passes[-1])
        sent.append(_sent(client) - before)
        before += sent[-1]
    number, size = len(set(homes)), 4 * n_words * dim
    follows = size * ((number - 1) * 2 + (number - 1) / number)
    peaks = sorted(client.run(_most_memory).values())
    print(
        f"{n_words:,} words, {dim} dimensions, {pairs.total:,.0f} pairs; {number} workers, {len(homes)} "
        f"bands; seconds a pass {_list(of_passes)}, a step {_list(of_steps)}; MB sent a pass "
        f"{_list([each / 1e6 for each in sent])}, of U and its gradient {follows / 1e6:,.0f}; most memory "
        f"of the workers {_list([each / 1e6 for each in peaks])} MB, of this process "
        f"{_most_memory() / 1e6:,.0f} MB"
    )


def _list(numbers) -> str:
    return " ".join(f"{number:,.1f}" for number in numbers)


def _random_counts(rows: int, n_words: int, entries: int, seed: int) -> sp.csr_array:
    """Counts of words whose frequencies follow Zipf's law, more or less."""
    rng = np.random.default_rng(seed)
    outputs = (n_words ** rng.random(entries)).astype(int) - 1
    centers = rng.integers(0, rows, entries)
    counts = sp.csr_array((np.ones(entries, np.float32), (centers, outputs)), shape=(rows, n_words))
    counts.sum_duplicates()
    return counts


def _sent(client: distributed.Client) -> int:
    """Bytes that workers have sent each other."""
    return sum(client.run(_sent_by).values())


def _sent_by(dask_worker) -> int:
    return dask_worker.transfer_outgoing_bytes_total


def _held_out(n: int) -> np.ndarray:
    return np.random.default_rng(0).random(n) < 0.05


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _compare(text: Path, found) -> None:
    begun = time.perf_counter()
    corpus = Corpus.from_file(text, **_SETTINGS)
    expected = count_split(corpus, _held_out(corpus.n_sentences))
    counted, pairs = found
    same = counted.words == corpus.words and (counted.counts == corpus.counts).all()
    for one, other in zip(pairs, expected, strict=True):
        for name in ("data", "indices", "indptr"):
            same = same and np.array_equal(getattr(one, name), getattr(other, name))
    print(
        f"one machine: {time.perf_counter() - begun:.1f} s; the same counts: {'yes' if same else 'NO'}"
    )


if __name__ == "__main__":
    main()
