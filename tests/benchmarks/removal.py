"""Do the reasons carry it? Neighbours, without the lines of the contexts that are named as reasons.

    python tests/benchmarks/removal.py TEXT.txt[.gz] [--words 1000000] [--vocabulary 2000] [--pairs 30]

The text is cut into pieces of forty lines; as many, drawn at random, as hold ``--words`` words are
trained on. Then, ``--pairs`` times, a word of the vocabulary and one of its three nearest are explained by
``--reasons`` contexts, chosen in each of the three orders of ``Reasons.strongest``. The model is trained
again without the lines in which these stand near either word, and without as many random lines of the
same two words (``--draws`` times each). Printed are, for each order: the share of the lines of the two
words that were taken out; how many neighbours are no longer among the ten nearest, on the mean over the
draws; how often the reasons cost more of the cosine than random lines; and the cosines. Nothing is
asserted.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram, count_pairs  # noqa: E402
from w2v_core.model.removal import Removal, remove_reasons  # noqa: E402
from w2v_core.space.context import reasons  # noqa: E402

ORDERS = ("cosine", "shared", "evidence")
PIECE = 40


def part_of(path: Path, words: int, seed: int) -> str:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    chosen, size = [], 0
    for piece in np.random.default_rng(seed).permutation(-(-len(lines) // PIECE)):
        part = lines[piece * PIECE : (piece + 1) * PIECE]
        chosen += part
        size += sum(len(line.split()) for line in part)
        if size >= words:
            break
    return "\n".join(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--vocabulary", type=int, default=2_000)
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--reasons", type=int, default=12)
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    text = part_of(options.text, options.words, options.seed)
    corpus = Corpus.from_text(text, max_vocab=options.vocabulary, sentence_ends="lines")
    model = SkipGram().fit(corpus)
    space = model.vectors("center")
    N = count_pairs(corpus, model.window, model.weighting, model.chosen["subsample"])
    q = np.asarray(N.sum(axis=0)).ravel() + 1
    q /= q.sum()
    rng = np.random.default_rng([options.seed, 1])
    found: dict[str, list[Removal]] = {order: [] for order in ORDERS}
    for _ in range(options.pairs):
        word = model.words[rng.integers(len(model.words) // 20, len(model.words))]
        other = space.most_similar(word, 3)[rng.integers(3)][0]
        a, b = (model.vocabulary.index(w) for w in (word, other))
        why = reasons(
            model.V[a],
            model.V[b],
            model.probabilities(word),
            model.probabilities(other),
            q,
            model.U,
            N[[a, b], :].toarray(),
        )
        for order in ORDERS:
            rows = why.strongest(options.reasons, order)
            contexts = [model.words[row] for row in rows]
            found[order].append(remove_reasons(model, corpus, word, other, contexts, options.draws))
    print(f"{options.text.name}: {corpus}; {options.pairs} neighbours, {options.reasons} reasons")
    print("          lines | not in top ten without | reasons | cosine  without  without")
    print("order     taken |  reasons  random lines |  worse  | before  reasons   random")
    for order, removals in found.items():
        taken = np.mean([removal.lines / removal.of for removal in removals])
        gone, gone_random = (
            np.mean([near.rank > 10 for removal in removals for near in getattr(removal, which)])
            for which in ("without_reasons", "without_random")
        )
        before = [removal.whole.cosine for removal in removals]
        ours = [removal.mean_without_reasons.cosine for removal in removals]
        random = [removal.mean_without_random.cosine for removal in removals]
        worse = np.mean(np.array(ours) < random)
        print(
            f"{order:9} {taken:5.0%} | {gone:8.0%} {gone_random:13.0%} | {worse:6.0%}  "
            f"| {np.mean(before):6.2f} {np.mean(ours):8.2f} {np.mean(random):8.2f}"
        )


if __name__ == "__main__":
    main()
