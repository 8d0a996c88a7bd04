"""How long the small-world sample takes to train, and how many of its questions it solves.

    .venv/bin/python tests/benchmarks/small_world.py

Prints one line a seed: seconds for reading, for counting and training, passes, final loss (nats per
pair), and the share of its questions solved with V and with V + U. Nothing is asserted.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.space.evaluation import analogy_accuracy, read_questions  # noqa: E402


def main() -> None:
    questions = read_questions(ROOT / "data" / "small_world_questions.txt")
    print(f"{os.cpu_count()} cores, NumPy {np.__version__}")
    print("seed  read s  train s  passes   loss      V  V + U")
    for seed in range(5):
        start = time.perf_counter()
        corpus = Corpus.from_file(ROOT / "data" / "small_world.txt")
        read = time.perf_counter() - start
        model = SkipGram(seed=seed).fit(corpus)
        v, both = (
            np.mean([right for *_, right in analogy_accuracy(model.vectors(which), questions)])
            for which in ("center", "sum")
        )
        passes = len(model.loss_curve) - 1
        print(
            f"{seed:4}  {read:6.2f}  {model.seconds:7.2f}  {passes:6}  {model.loss_curve[-1]:.3f}"
            f"  {v:.3f}  {both:.3f}"
        )


if __name__ == "__main__":
    main()
