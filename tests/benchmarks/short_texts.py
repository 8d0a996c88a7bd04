"""What can be learned from a short text: our defaults beside the frequencies of its words.

    .venv/bin/python tests/benchmarks/short_texts.py TEXT … [--pieces 20] [--words 200 500 1000 2000 5000]

Of each length, so many pieces of consecutive sentences, spread evenly over the TEXTs, are trained on as
the app does, and measured by ``model.beyond_frequency``; and so is each once more with its words in random
order, from which nothing but frequency can be learned. Then the little worlds and the texts of
data/, which are short too, but made to be learned from. Nothing is asserted.
"""

import argparse
import gzip
import random
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import little_worlds_text as family  # noqa: E402

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.model.beyond_frequency import MOST_TOKENS, measure_gain  # noqa: E402
from w2v_core.model.defaults import default_held_out  # noqa: E402
from w2v_core.model.gain import Gain  # noqa: E402

SIZES = (200, 500, 1_000, 2_000, 5_000, 10_000)


def lines_of(path: Path) -> list[str]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [line for line in file if line.strip()]


def piece(lines: list[str], start: int, words: int) -> list[str]:
    """Whole lines from ``start`` on, with at least so many words in all."""
    taken, number = [], 0
    while number < words and start < len(lines):
        taken.append(lines[start])
        number += len(lines[start].split())
        start += 1
    return taken


def in_random_order(lines: list[str], seed: int) -> list[str]:
    """The same words in random order, in lines as long as they were."""
    words = iter(random.Random(seed).sample(every := " ".join(lines).split(), len(every)))
    return [" ".join(next(words) for _ in line.split()) + ".\n" for line in lines]


def measured(text: str, seed: int = 0) -> tuple[Gain, float, float, float]:
    """The gain, the seconds of the training and of the measurement, and how often a word occurs."""
    corpus = Corpus.from_text(text)
    start = time.perf_counter()
    model = SkipGram(seed=seed, held_out=default_held_out(corpus.n_sentences)).fit(corpus)
    trained = time.perf_counter()
    gain = measure_gain(model, corpus)
    assert gain is not None
    return gain, trained - start, time.perf_counter() - trained, corpus.n_tokens / corpus.n_distinct


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--pieces", type=int, default=20)
    parser.add_argument("--words", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    lines = [line for path in given.texts for line in lines_of(path)]
    print(
        "   words  order | beyond frequency | gain, nats a pair: lowest median highest, half interval |"
        " of the loss | uses a word, most | seconds: training measuring"
    )
    for words in given.words:
        for order in ("as is", "random"):
            found = []
            for number in range(given.pieces):
                start = int((number + 0.5) / given.pieces * len(lines))
                taken = piece(lines, start, words)
                if order == "random":
                    taken = in_random_order(taken, number)
                found.append(measured("".join(taken), number))
            gains = np.array([each[0].gain for each in found])
            shares = [each[0].gain / each[0].unigram_loss for each in found]
            beyond = sum(each[0].beyond_frequency for each in found)
            print(
                f"{words:8,} {order:>6} | {beyond:6} of {len(found):6} |"
                f" {gains.min():25.3f} {np.median(gains):6.3f} {gains.max():7.3f}"
                f" {np.median([each[0].error for each in found]):14.3f} |"
                f" {np.median(shares):11.1%} | {max(each[3] for each in found):17.1f} |"
                f" {np.mean([each[1] for each in found]):17.2f}"
                f" {np.mean([each[2] for each in found]):9.2f}",
                flush=True,
            )
    print("\nmade to be learned from")
    for seed in range(20, 40):
        show(f"little world {seed}", family.little_world(seed).text)
    for path in sorted((ROOT / "data").glob("*.txt")):
        if not path.stem.endswith(("_pairs", "_questions")):
            show(path.name, path.read_text(encoding="utf-8"))
    world = lines_of(ROOT / "data" / "small_world.txt")
    for words in given.words:
        show(f"small world, {words:,} words", "".join(piece(world, 0, words)))


def show(name: str, text: str) -> None:
    if Corpus.from_text(text).n_tokens > MOST_TOKENS:
        return
    gain, _, seconds, uses = measured(text)
    print(
        f"{name:28} {uses:5.1f} uses a word {'yes' if gain.beyond_frequency else 'NO':4}"
        f" {gain.gain:7.3f} ± {gain.error:.3f} of {gain.unigram_loss:.3f} nats  {seconds:5.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
