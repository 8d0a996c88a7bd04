"""How long a text takes to be read and counted, and in how much memory.

    .venv/bin/python tests/benchmarks/text.py TEXT [--megabytes 25 50 100 200] [--words 10000]

For each size a text is written: TEXT again and again, one word in 50 exchanged for another of its
words and one in 500 made a new word, so that the vocabulary goes on growing as it does in real texts.
Each is then read (unpacked, decoded, cut into words and sentences, encoded) and its pairs are counted
(window 5), on one core (where the system lets a process choose) and in a process of its own. Prints
one line a size. Nothing is asserted.
"""

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def write(source: Path, target: Path, megabytes: float) -> None:
    """Write so many megabytes (10⁶ bytes) of varied text."""
    data = source.read_bytes()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    words = text.decode("utf-8", "replace").split(" ")
    chance = random.Random(0)
    left = int(megabytes * 1e6)
    with open(target, "wb") as file:
        while left > 0:
            varied = words.copy()
            for place in chance.sample(range(len(words)), len(words) // 50):
                varied[place] = chance.choice(words)
            for place in chance.sample(range(len(words)), len(words) // 500):
                varied[place] += f"{chance.randrange(10**6)}"
            piece = " ".join(varied).encode()[:left]
            file.write(piece)
            left -= len(piece)


def measure(path: Path, n_words: int) -> dict:
    """Read and count, in this process."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    from w2v_core import Corpus, count_pairs

    start = time.perf_counter()
    corpus = Corpus.from_file(path, max_vocab=n_words)
    read = time.perf_counter() - start
    after_reading = peak()
    pairs = count_pairs(corpus)
    total = time.perf_counter() - start
    return {
        "tokens": corpus.n_tokens,
        "distinct": corpus.n_distinct,
        "pairs": int(pairs.nnz),
        "read": read,
        "count": total - read,
        "read_memory": after_reading,
        "memory": peak(),
    }


def peak() -> float:
    """The largest memory this process has had, in gigabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux ru_maxrss starts from the parent's
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return float(line.split()[1]) * 1024 / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--megabytes", type=float, nargs="+", default=[25, 50, 100, 200])
    parser.add_argument("--words", type=int, default=10_000, help="size of the vocabulary")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.text, given.words)))
        return
    print(f"{given.text.name}, varied; vocabulary of {given.words:,}; one core")
    print(
        f"{'MB':>6}{'tokens':>13}{'distinct':>11}{'entries of N':>14}{'read s':>8}{'count s':>9}"
        f"{'total s':>9}{'tokens/s':>12}{'GB reading':>12}{'GB in all':>11}"
    )
    for megabytes in given.megabytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "text.txt"
            write(given.text, path, megabytes)
            options = ["--measure", "--words", str(given.words)]
            command = [sys.executable, __file__, str(path), *options]
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            printed = subprocess.run(
                command, check=True, stdout=subprocess.PIPE, env=environment
            ).stdout
        r = json.loads(printed)
        total = r["read"] + r["count"]
        print(
            f"{megabytes:6g}{r['tokens']:13,}{r['distinct']:11,}{r['pairs']:14,}{r['read']:8.1f}"
            f"{r['count']:9.1f}{total:9.1f}{r['tokens'] / total:12,.0f}{r['read_memory']:12.2f}"
            f"{r['memory']:11.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
