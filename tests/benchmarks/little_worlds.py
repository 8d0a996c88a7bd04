"""Forty little worlds of invented words: our defaults beside gensim's best number of epochs.

    .venv/bin/pip install -r tests/benchmarks/requirements.txt
    .venv/bin/python tests/benchmarks/little_worlds.py [--first 20] [--last 40] [--seeds 3] [--joined 1]
    .venv/bin/python tests/benchmarks/little_worlds.py --seeds 0  # without gensim: a minute

The family is in tests/little_worlds_text.py. What is chosen for small vocabularies (``model.dimension``)
was tuned on the worlds 0 to 19, 40 to 119 and 300 to 339. Ours answers
with the vectors that its trials recommend, V or V + U. gensim (skip-gram, 5 negative samples, window 5)
has the same dimension, and is given the better of its V and V + U as well as the best of its epochs, by
the answers: the mean over its seeds, and how far they differ (the standard deviation). Where the pairs are
weighted "flat", a second figure is of gensim with windows that do not shrink, which is not its default.
With --joined N, every N sentences of a world become one: the weighting is then "linear". Nothing is
asserted.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

import little_worlds_text as family  # noqa: E402
from small_corpora import gensims  # noqa: E402

from w2v_core import Corpus, SkipGram, WordVectors  # noqa: E402
from w2v_core.figures.theme import VECTOR_NAMES  # noqa: E402
from w2v_core.space.evaluation import analogy_accuracy  # noqa: E402

EPOCHS, ENOUGH = (5, 15, 40, 100, 300), 0.95


def right(vectors: WordVectors, questions) -> float:
    return float(np.mean([right for *_, right in analogy_accuracy(vectors, questions)]))


def joined(text: str, number: int) -> str:
    """The text with every so many sentences made one."""
    lines = [line.rstrip(".") for line in text.splitlines()]
    parts = [" ".join(lines[i : i + number]) for i in range(0, len(lines), number)]
    return "".join(f"{part}.\n" for part in parts)


def gensims_best(
    corpus: Corpus, questions, dim: int, seeds: int, shrink_windows: bool = True
) -> tuple[float, float, int]:
    """(mean over seeds, their standard deviation, epochs) of the best."""
    sentences, found = list(corpus.sentences()), []
    for epochs in EPOCHS:
        shares = []
        for seed in range(seeds):
            V, U, _ = gensims(corpus, sentences, dim, epochs, seed, shrink_windows)
            shares.append(
                [right(WordVectors(corpus.words, X, lowercase=True), questions) for X in (V, V + U)]
            )
        both = np.array(shares)
        best = int(both.mean(axis=0).argmax())
        found.append((float(both[:, best].mean()), float(both[:, best].std()), epochs))
    return max(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=20)
    parser.add_argument("--last", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--joined", type=int, default=1)
    given = parser.parse_args()
    print(
        "world contexts relations pairs repeats noise  |W| tokens |   d  prior vectors right seconds |"
        " √(2|W|), V | gensim  ±  epochs | windows as flat"
    )
    shares, behind, worlds = [], [[], []], range(given.first, given.last)
    for seed in worlds:
        world = family.little_world(seed)
        corpus = Corpus.from_text(joined(world.text, given.joined))
        start = time.perf_counter()
        model = SkipGram().fit(corpus)
        seconds = time.perf_counter() - start
        which = model.recommended
        share = right(model.vectors(which), world.questions)
        plain = SkipGram(dim=SkipGram().choose(len(corpus.words), 1.0)["dim"]).fit(corpus)
        before = right(plain.vectors(), world.questions)
        flat = model.chosen["weighting"] == "flat"
        shown = ""
        for place, shrink in enumerate((True, False) if flat else (True,)):
            if given.seeds:
                best, spread, epochs = gensims_best(
                    corpus, world.questions, model.V.shape[1], given.seeds, shrink
                )
                shown += f" | {best:6.2f} {spread:4.2f} {epochs:4}"
                if share < best - spread:
                    behind[place].append(f"{seed} ({share:.3f}, {best:.3f} ± {spread:.3f})")
        shares.append(share)
        print(
            f"{seed:5} {world.contexts:8} {world.relations:9} {world.pairs:5} {world.repeats:7}"
            f" {world.noise:5.2f} {len(corpus.words):4} {corpus.n_tokens:6} | {model.V.shape[1]:3}"
            f" {model.chosen['prior']:6.3g} {VECTOR_NAMES[which]:7} {share:5.2f} {seconds:7.1f} |"
            f" {before:10.2f}{shown}",
            flush=True,
        )
    print(
        f"{sum(share >= ENOUGH for share in shares)} of {len(worlds)} worlds at {ENOUGH} or more (mean "
        f"{np.mean(shares):.3f}, lowest {min(shares):.2f})"
    )
    if given.seeds:
        print(
            f"behind gensim's best by more than its seeds differ: {', '.join(behind[0]) or 'none'}"
        )
        print(f"with windows as flat: {', '.join(behind[1]) or 'none'}")


if __name__ == "__main__":
    main()
