"""How often the three nulls of a diamond are fooled, and what they still find.

    python tests/benchmarks/nulls.py [TEXT.txt[.gz] PAIRS.txt] [--lists 300] [--draws 200]

A model is trained on the text (the small world where none is given). Then lists of pairs that hold no
relation are made, of 4 to 12 pairs each:

- random words          both words of a pair are drawn from the vocabulary
- near words            any word, with one of its twenty nearest
- two classes           words of one class, each with any word of another
- class, near partners  words of one class, each with the word nearest to it outside of the class
- the same, distinct    the same, no partner used twice

A class is a word and its 29 nearest. Printed are, for each kind, how many lists have p ≤ .05 by each null,
and are called parallel by two nulls and by all three; then, for each list of PAIRS (pairs under ``: name``
lines), the mean cosine, what each null gives on the mean, and its p. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.space import null_verdicts, nulls  # noqa: E402
from w2v_core.space.null_nearness import near_partners  # noqa: E402
from w2v_core.space.relations import known_pairs, read_pair_lists  # noqa: E402

CLASS, NEAR = 30, 20


def nearest(unit: np.ndarray, row: int, n: int) -> np.ndarray:
    """Rows of the n words nearest to one, itself first."""
    return np.argsort(-(unit @ unit[row]), kind="stable")[:n]


def random_words(unit: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(len(unit), (k, 2), replace=False)


def near_words(unit: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    first = rng.choice(len(unit), k, replace=False)
    return np.array([(a, rng.choice(nearest(unit, a, NEAR + 1)[1:])) for a in first])


def two_classes(unit: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    one, other = rng.choice(len(unit), 2, replace=False)
    members = nearest(unit, one, CLASS)
    others = np.setdiff1d(nearest(unit, other, CLASS), members)
    k = min(k, len(others))
    return np.stack([rng.choice(rows, k, replace=False) for rows in (members, others)], axis=1)


def class_and_partners(
    unit: np.ndarray, k: int, rng: np.random.Generator, distinct: bool = False
) -> np.ndarray:
    members = nearest(unit, int(rng.integers(len(unit))), CLASS)
    used = set(members.tolist())
    rows = []
    for a in rng.choice(members, k, replace=False).tolist():
        b = next(row for row in nearest(unit, a, 4 * CLASS).tolist() if row not in used)
        rows.append((a, b))
        if distinct:
            used.add(b)
    return np.array(rows)


def class_and_distinct_partners(unit: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    return class_and_partners(unit, k, rng, distinct=True)


UNRELATED = {
    "random words": random_words,
    "near words": near_words,
    "two classes": two_classes,
    "class, near partners": class_and_partners,
    "the same, distinct": class_and_distinct_partners,
}


def all_nulls(unit: np.ndarray, rows: np.ndarray, draws: int, seed: int) -> list[nulls.Null]:
    makers = (nulls.random_lists, nulls.shuffled_pairings, near_partners)
    return [make(unit, rows, draws, seed) for make in makers]


def p_values(
    unit: np.ndarray, make, lists: int, draws: int, seed: int = 0, sizes: tuple[int, int] = (4, 12)
) -> np.ndarray:
    """p by each null of so many lists: float (lists, 3)."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(lists):
        rows = make(unit, int(rng.integers(sizes[0], sizes[1] + 1)), rng)
        found.append([null.p for null in all_nulls(unit, rows, draws, number)])
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", nargs="?", type=Path, default=ROOT / "data/small_world.txt")
    parser.add_argument("pairs", nargs="?", type=Path, default=ROOT / "data/small_world_pairs.txt")
    parser.add_argument("--lists", type=int, default=300)
    parser.add_argument("--draws", type=int, default=200)
    options = parser.parse_args()
    model = SkipGram().fit(Corpus.from_file(options.text))
    unit = model.vectors("center").unit
    print(f"{options.text.name}: {len(unit):,} words; {options.lists} lists, {options.draws} draws")
    print("\nno relation             random  shuffled  nearness | two nulls  all three")
    for name, make in UNRELATED.items():
        p = p_values(unit, make, options.lists, options.draws)
        low = p <= nulls.LEVEL
        rates = [*low.mean(axis=0), low[:, :2].all(axis=1).mean(), low.all(axis=1).mean()]
        print("{:22}  {:6.3f}  {:8.3f}  {:8.3f} | {:9.3f}  {:9.3f}".format(name, *rates))
    print("\nrelation             pairs  cosine   random         shuffled       nearness")
    for name, pairs in read_pair_lists(options.pairs.read_text("utf-8")).items():
        rows, _ = known_pairs(model.vocabulary, pairs)
        if len(rows) < 3:
            continue
        parts = all_nulls(unit, rows, 1_000, 0)
        means = "  ".join(
            f"{null_verdicts.signed(null.parallelism.mean())} p {null_verdicts.p_text(null.p):>5}"
            for null in parts
        )
        print(f"{name[:20]:20} {len(rows):5}  {parts[0].observed_parallelism:6.2f}   {means}")


if __name__ == "__main__":
    main()
