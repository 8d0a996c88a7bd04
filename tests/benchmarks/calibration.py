"""Does "sure" hold in other texts? Answers of one sample of a text, looked for in other samples of it.

    python tests/benchmarks/calibration.py TEXT.txt[.gz] … [--words 64000] [--samples 10]

Of each text (a line a sentence; or a folder, each of its .txt files a document; or "docstrings", those of
the installed packages, a document for each module), ``--samples`` disjoint
samples of ``--words`` words are drawn, each of whole documents: files, or ``--lines`` consecutive lines.
A model is trained on every sample. Of each, the ten nearest of ``--asked`` words and the first answers
of as many analogies are listed with how sure they are, and it is counted in how many of the other
samples the same word is among the ten nearest, or is the first answer. An answer that is sure to .8
should be found again in .8 of them. Three measures are compared:

- how_sure    what it says: the share of such texts in which the answer is expected again
- splits      what that is made from: the share of ten splits both halves of which have the answer
- bootstrap   the share of 20 resamples of sentences that have it

Printed are, for each text, kind of answer and method: a line for each share that is claimed (rounded to
a tenth) with the number of answers, the mean share claimed, and how often they were found again; the
expected calibration error over bins of 30 answers or more; and the Brier score. Nothing is asserted.

``--part .5 1`` takes the second half of the documents alone. ``--blind`` keeps the documents from
``how_sure``, as for a text of which they are not known. ``--no-bootstrap`` leaves the resamples out.
``--pairs`` names a file of word pairs under ``: name`` lines, from which the analogies are made; otherwise
a : b is a random word and one near it.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from installed_text import docstrings  # noqa: E402

from w2v_core import Corpus, SkipGram, WordVectors  # noqa: E402
from w2v_core.model.certainty import Certainty, how_sure  # noqa: E402
from w2v_core.model.stability import Stability, resample  # noqa: E402
from w2v_core.space.relations import read_pair_lists  # noqa: E402

NEAREST, SPLITS, RESAMPLES = 10, 10, 20
LEAST = 30  # answers of a bin that counts towards the calibration error


@dataclass(frozen=True)
class Sample:
    """One sample: its text, the document of each sentence, and the model trained on it."""

    corpus: Corpus
    documents: np.ndarray
    model: SkipGram
    space: WordVectors


@dataclass
class Claims:
    """Answers: the share claimed for each by each method, and the share of other samples that have it."""

    claimed: dict[str, list[float]]
    found: list[float]


def documents_in(path: Path, lines: int) -> list[list[str]]:
    """The documents of a text, each a list of its sentences."""
    if str(path) == "docstrings":
        return docstrings()
    if path.is_dir():
        files = sorted(path.rglob("*.txt"))
        return [file.read_text("utf-8", "replace").splitlines() for file in files]
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        whole = file.read().splitlines()
    return [whole[i : i + lines] for i in range(0, len(whole), lines)]


def in_common_words(documents: list[list[str]], most: int) -> list[list[list[str]]]:
    """The same documents, each sentence as its words, of the most frequent words alone: so that every
    sample has the same vocabulary, and an answer cannot be missing for want of the word."""
    lines = [line for document in documents for line in document]
    corpus = Corpus.from_text("\n".join(lines), max_vocab=most, sentence_ends="lines")
    ends = np.cumsum([len(line.encode("utf-8", "replace")) + 1 for line in lines])
    of_line = np.searchsorted(ends, corpus.sentence_bytes[:, 0], side="right")
    label = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    found: list[list[list[str]]] = [[] for _ in documents]
    for number, words in enumerate(corpus.sentences()):
        found[label[of_line[number]]].append(words)
    share = corpus.coverage
    print(f"The {len(corpus.words):,} most frequent words are {share:.0%} of {corpus.n_tokens:,}.")
    return found


def samples(documents: list[list[list[str]]], options: argparse.Namespace) -> Iterator[Sample]:
    """Disjoint samples of whole documents, the last of each cut where the sample is long enough."""
    order = np.random.default_rng(options.seed).permutation(len(documents)).tolist()
    for _ in range(options.samples):
        lines: list[str] = []
        labels: list[int] = []
        words = 0
        while words < options.words:
            if not order:
                raise SystemExit("This text is too short for so many samples of so many words.")
            number = order.pop()
            for sentence in documents[number]:
                if words >= options.words:
                    break
                lines.append(" ".join(sentence))
                labels.append(number)
                words += len(sentence)
        corpus = Corpus.from_text(
            "\n".join(lines), min_count=1, max_vocab=None, sentence_ends="lines"
        )
        ends = np.cumsum([len(line.encode()) + 1 for line in lines])
        of_line = np.searchsorted(ends, corpus.sentence_bytes[:, 0], side="right")
        model = SkipGram(seed=options.seed).fit(corpus)
        yield Sample(corpus, np.array(labels)[of_line], model, model.vectors("center"))


def common_words(all_samples: list[Sample]) -> list[str]:
    """The words that all samples know, in the order of the first."""
    known = set.intersection(*(set(sample.model.words) for sample in all_samples))
    return [word for word in all_samples[0].model.words if word in known]


def evenly(common: list[str], number: int) -> list[str]:
    """So many of these words, spread evenly over their ranks."""
    places = np.linspace(0, len(common) - 1, min(number, len(common)))
    return [common[int(place)] for place in places]


def nothing_claimed(boot: Stability | None) -> Claims:
    methods = ("how_sure", "splits", *(() if boot is None else ("bootstrap",)))
    return Claims({method: [] for method in methods}, [])


def neighbours(
    text: int, all_samples: list[Sample], words: list[str], sure: Certainty, boot: Stability | None
) -> Claims:
    claims = nothing_claimed(boot)
    others = all_samples[:text] + all_samples[text + 1 :]
    for word in words:
        drawn = {} if boot is None else {w: s for w, _, s in boot.neighbours(word, NEAREST)}
        there = [{near for near, _ in o.space.most_similar(word, NEAREST)} for o in others]
        for answer in sure.nearest(word, NEAREST):
            claims.claimed["how_sure"].append(answer.share)
            claims.claimed["splits"].append(answer.splits / sure.splits)
            if boot is not None:
                claims.claimed["bootstrap"].append(drawn[answer.word])
            claims.found.append(float(np.mean([answer.word in found for found in there])))
    return claims


def questions(
    sample: Sample, common: list[str], number: int, pairs: Path | None, seed: int
) -> list[tuple[str, str, str]]:
    """Analogies all of whose words are among those that every sample knows."""
    rng = np.random.default_rng(seed)
    known = set(common)
    if pairs is not None:
        lists = read_pair_lists(pairs.read_text("utf-8")).values()
        all_of_them = [
            (first[0], first[1], second[0])
            for pairs_of_list in lists
            for first in pairs_of_list
            for second in pairs_of_list
            if first != second and {*first, second[0]} <= known
        ]
        chosen = rng.permutation(len(all_of_them))[:number]
        return [all_of_them[i] for i in chosen]
    words = evenly(common, number)
    asked: list[tuple[str, str, str]] = []
    while len(asked) < number:
        a, c = (words[i] for i in rng.integers(0, len(words), 2))
        near = [w for w, _ in sample.space.most_similar(a, NEAREST) if w in known]
        if a != c and near:
            asked.append((a, near[rng.integers(len(near))], c))
    return asked


def analogies(
    text: int,
    all_samples: list[Sample],
    asked: list[tuple[str, str, str]],
    sure: Certainty,
    boot: Stability | None,
) -> Claims:
    claims = nothing_claimed(boot)
    others = all_samples[:text] + all_samples[text + 1 :]
    for a, b, c in asked:
        answer = sure.answers(a, b, c, 1)[0]
        claims.claimed["how_sure"].append(answer.share)
        claims.claimed["splits"].append(answer.splits / sure.splits)
        if boot is not None:
            claims.claimed["bootstrap"].append(boot.analogy(a, b, c, 1)[0][2])
        again = [other.space.analogy(a, b, c, 1)[0][0] == answer.word for other in others]
        claims.found.append(float(np.mean(again)))
    return claims


def table(claimed: np.ndarray, found: np.ndarray) -> tuple[list[tuple[int, float, float]], float]:
    """(answers, mean claimed, found again) of each tenth, and the expected calibration error."""
    bins = np.rint(claimed * 10)
    rows = [
        (int(here.sum()), float(claimed[here].mean()), float(found[here].mean()))
        for here in (bins == tenth for tenth in range(11))
        if here.any()
    ]
    counted = [row for row in rows if row[0] >= LEAST]
    total = sum(number for number, *_ in counted)
    error = sum(number * abs(claim - again) for number, claim, again in counted) / max(total, 1)
    return rows, error


def brier(claimed: np.ndarray, found: np.ndarray) -> float:
    """The mean square of (claimed − 1 where found again, − 0 where not), over all other samples."""
    return float((found * (1 - claimed) ** 2 + (1 - found) * claimed**2).mean())


def report(title: str, all_claims: list[Claims]) -> None:
    found = np.concatenate([claims.found for claims in all_claims])
    for method in all_claims[0].claimed:
        claimed = np.concatenate([claims.claimed[method] for claims in all_claims])
        rows, error = table(claimed, found)
        print(f"\n{title}, {method}: ECE {error:.3f}, Brier {brier(claimed, found):.3f}")
        print("  answers  claimed  found again")
        for number, claim, again in rows:
            print(f"  {number:7,}  {claim:7.2f}  {again:11.2f}" + "  (few)" * (number < LEAST))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=64_000)
    parser.add_argument("--samples", type=int, default=10)
    parser.add_argument("--vocabulary", type=int, default=2_000)
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--asked", type=int, default=270)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--no-bootstrap", action="store_true")
    parser.add_argument("--part", type=float, nargs=2, default=(0.0, 1.0), metavar=("FROM", "TO"))
    parser.add_argument("--most", type=int, help="samples whose answers are asked; all by default")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for path in options.texts:
        whole = documents_in(path, options.lines)
        begin, end = (round(share * len(whole)) for share in options.part)
        documents = in_common_words(whole[begin:end], options.vocabulary)
        made = list(samples(documents, options))
        common = common_words(made)
        words = evenly(common, options.asked)
        near, first = [], []
        seconds = {"how_sure": 0.0, "bootstrap": 0.0}
        for number, sample in enumerate(made[: options.most]):
            start = time.perf_counter()
            told = None if options.blind else sample.documents
            sure = how_sure(sample.model, sample.corpus, told, SPLITS, options.seed)
            between = time.perf_counter()
            boot = None
            if not options.no_bootstrap:
                boot = resample(sample.model, sample.corpus, RESAMPLES, options.seed)
            seconds["how_sure"] += between - start
            seconds["bootstrap"] += time.perf_counter() - between
            near.append(neighbours(number, made, words, sure, boot))
            asked = questions(sample, common, options.asked, options.pairs, options.seed + number)
            first.append(analogies(number, made, asked, sure, boot))
        print(
            f"{path.name}: {options.samples} samples of {options.words:,} words, vocabulary "
            f"{len(made[0].model.words):,}, {made[0].corpus.n_sentences:,} sentences, "
            f"{len(np.unique(made[0].documents))} documents"
            + (" (not told)" if options.blind else "")
            + f", {len(words)} words asked. Seconds a sample: "
            + ", ".join(f"{name} {spent / len(near):.1f}" for name, spent in seconds.items())
        )
        report("Neighbours", near)
        report("Analogies", first)


if __name__ == "__main__":
    main()
