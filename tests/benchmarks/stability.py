"""How long it takes to say how sure neighbours and analogies are: R = 20 on 60,000 words of text.

    python tests/benchmarks/stability.py TEXT.txt[.gz] …

Of each text, and of the small-world sample, the first 60,000 words are read. Prints a line each:
vocabulary, dimensions; seconds for the 20 resamples in all, of which counting and training; passes a
training; and how much of the ten nearest the resamples repeat, on the mean over the 300 most frequent
words. Nothing is asserted.
"""

import gzip
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.model import stability  # noqa: E402

WORDS, RESAMPLES = 60_000, 20


def first_words(path: Path) -> str:
    """The lines of a text until they hold ``WORDS`` words, runs of letters between spaces."""
    lines, words = [], 0
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        for line in file:
            lines.append(line)
            words += len(line.split())
            if words >= WORDS:
                break
    return "".join(lines)


def main() -> None:
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}, R = {RESAMPLES}")
    print("text               |W|    d   total s  count s  train s  passes   kept of ten nearest")
    spent = {"count": 0.0, "passes": []}

    def timed_count(*arguments, count=stability.count_pairs, **more):
        start = time.perf_counter()
        pairs = count(*arguments, **more)
        spent["count"] += time.perf_counter() - start
        return pairs

    class Counted(SkipGram):
        def fit(self, *arguments, **more):
            super().fit(*arguments, **more)
            spent["passes"].append(len(self.loss_curve) - 1)

    for path in [*map(Path, sys.argv[1:]), ROOT / "data" / "small_world.txt"]:
        corpus = Corpus.from_text(first_words(path))
        model = SkipGram().fit(corpus)
        stability.count_pairs, stability.SkipGram = timed_count, Counted
        spent.update(count=0.0, passes=[])
        start = time.perf_counter()
        found = stability.resample(model, corpus, RESAMPLES)
        seconds = time.perf_counter() - start
        stability.SkipGram = SkipGram
        stability.count_pairs = timed_count.__kwdefaults__["count"]
        kept = np.mean([found.agreement(word) for word in model.words[:300]])
        n_words, dim = model.V.shape
        print(
            f"{path.name[:16]:16} {n_words:5} {dim:4}  {seconds:8.2f} {spent['count']:8.2f} "
            f"{seconds - spent['count']:8.2f}  {np.mean(spent['passes']):6.1f}   {kept:.3f}"
        )


if __name__ == "__main__":
    main()
