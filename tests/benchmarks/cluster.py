"""How fast a cluster counts, and in how much memory, with worker processes of this machine.

python tests/benchmarks/cluster.py TEXT [--mb 100] [--workers 1 2] [--memory 1000] [--same]

TEXT is repeated until it is so long, each time with 5,000 words that no other repetition has, then counted
by each number of workers: its words, and the pairs of those that are in the vocabulary, a twentieth of the
sentences held out. Printed are seconds, megabytes of text per second, and the most memory of a worker.
--same compares the counts with those of one machine.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import distributed
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from w2v_core.cluster.counting import count_text
from w2v_core.cluster.shards import RemoteFile
from w2v_core.cluster.workers import workers_at
from w2v_core.text.corpus import Corpus, CorpusSettings
from w2v_core.text.pairs import count_split

_NEW_WORDS = 5_000
_SETTINGS = {"max_vocab": 10_000}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path)
    parser.add_argument("--mb", type=float, default=100)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--memory", type=float, default=1_000, help="MB of each worker")
    parser.add_argument("--same", action="store_true")
    given = parser.parse_args()
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
