"""Words used differently: judged words, planted swaps, and splits of one text.

    python tests/benchmarks/changes.py judged FOLDER … [--seeds 5] [--today]
    python tests/benchmarks/changes.py planted TEXT [--part .5 1] [--trials 10] [--today]
    python tests/benchmarks/changes.py null TEXT [--part .5 1] [--trials 50]
    python tests/benchmarks/changes.py slices TEXT [--part .5 1] [--trials 50]
    python tests/benchmarks/changes.py time TEXT

``judged``: FOLDER holds two texts (.txt.gz, a sentence a line, the words separated by spaces; the older one
first by name, or named with ``--first``), ``graded.txt`` (word, how much it changed) and ``binary.txt``
(word, 0 or 1). Spearman's correlation of the distance with the grades, the area under the curve for the
binary judgements, and precision and recall of the words called used differently when the judged words are
named. Each the mean over seeds.

``planted``: of a text (a sentence a line), documents of ``--lines`` lines are dealt to two samples of
``--words`` words, and in the second 15 pairs of about equally frequent words (10 times or more in each
sample) are swapped. Counted are swapped words found, and others ("false": some of these are
collocates of swapped words). ``null``: the same without swaps; how often any word is called.

``slices``: four slices of a quarter of ``--words`` words each, one pair of words (20 times or more in every
slice) swapped from the second, third or fourth on: whether both are found, and in the right slice.

Beside them: two separate trainings, the cosine after orthogonal Procrustes alignment ("OP + cosine", which
calls no word); with ``--today N``, in N trials, the earlier test of ``resampled_changes.py``, by resamples
and halves of each text, which takes minutes a trial. Rows of a table are printed, nothing is asserted.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.resampled_changes import changes  # noqa: E402
from w2v_core import SkipGram, compare_corpora, follow_words  # noqa: E402
from w2v_core.model.compared_use import ComparedUse  # noqa: E402
from w2v_core.model.split_trainings import split_in_halves  # noqa: E402
from w2v_core.model.stability import resample  # noqa: E402
from w2v_core.space.alignment import align_spaces, shared_words  # noqa: E402
from w2v_core.text.pooled import pool  # noqa: E402

PAIRS, LEAST, MOST = 15, 10, 600
SLICES, LEAST_IN_SLICE = 4, 20
RESAMPLES, SPLITS = 20, 10

Sentences = list[list[str]]


def read(path: Path) -> Sentences:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [line.split() for line in file]


def lowered(lines: Sentences) -> Sentences:
    return [[word.lower() for word in line] for line in lines]


@dataclass(frozen=True)
class Samples:
    """Two samples, the document of each sentence, and the words swapped in the second."""

    a: Sentences
    b: Sentences
    documents_a: np.ndarray
    documents_b: np.ndarray
    swapped: set[str]


def deal(lines: Sentences, options: argparse.Namespace, trial: int, pairs: int) -> Samples:
    rng = np.random.default_rng([options.seed, trial])
    documents = [lines[i : i + options.lines] for i in range(0, len(lines), options.lines)]
    order = rng.permutation(len(documents)).tolist()
    sides: list[Sentences] = [[], []]
    labels: list[list[int]] = [[], []]
    for side, label in zip(sides, labels, strict=True):
        words = 0
        while words < options.words:
            if not order:
                raise SystemExit("This text is too short for two samples of so many words.")
            number = order.pop()
            side += documents[number]
            label += [number] * len(documents[number])
            words += sum(len(line) for line in documents[number])
    counts = [Counter(word for line in side for word in line) for side in sides]
    often = [
        word
        for word in counts[0]
        if word.isalpha()
        and min(c[word] for c in counts) >= LEAST
        and sum(c[word] for c in counts) <= MOST
    ]
    often.sort(key=lambda word: (-sum(c[word] for c in counts), word))
    swap: dict[str, str] = {}
    for place in 2 * rng.choice(len(often) // 2, pairs, replace=False):
        one, other = often[place], often[place + 1]
        swap |= {one: other, other: one}
    b = [[swap.get(word, word) for word in line] for line in sides[1]]
    return Samples(sides[0], b, np.array(labels[0]), np.array(labels[1]), set(swap))


def procrustes(a: Sentences, b: Sentences, words: list[str], seed: int) -> np.ndarray:
    """1 − cosine of two separate trainings, aligned; NaN where a text lacks the word."""
    models = [SkipGram(seed=seed).fit(pool([text], words=words).corpus) for text in (a, b)]
    shared, rows_a, rows_b = shared_words(*(model.words for model in models))
    apart = 1 - align_spaces(models[0].V[rows_a], models[1].V[rows_b]).cosine
    of_word = dict(zip(shared, apart.tolist(), strict=True))
    return np.array([of_word.get(word, np.nan) for word in words])


def today(a: Sentences, b: Sentences, words: list[str], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The score of ``resampled_changes``, and which words it calls changed."""
    models, drawn, split = [], [], []
    for text in (a, b):
        corpus = pool([text], words=words).corpus
        models.append(SkipGram(seed=seed).fit(corpus))
        drawn.append(resample(models[-1], corpus, RESAMPLES, seed))
        split.append(split_in_halves(models[-1], corpus, SPLITS, seed))
    shared, *rows = shared_words(*(model.words for model in models))

    def vectors(found, here: np.ndarray) -> np.ndarray:
        kept = found.V[..., here, :].astype(np.float32)
        kept[~found.present[..., here]] = 0
        return kept

    compared = changes(
        *(model.V[here] for model, here in zip(models, rows, strict=True)),
        *(vectors(found, here) for found, here in zip(drawn, rows, strict=True)),
        *(found.present[:, here] for found, here in zip(drawn, rows, strict=True)),
        *(vectors(found, here) for found, here in zip(split, rows, strict=True)),
    )
    at = {word: row for row, word in enumerate(shared)}
    known = [at.get(word, -1) for word in words]
    score = np.append(compared.score, np.nan)[known]
    return score, np.append(compared.changed, False)[known]


def called(found: ComparedUse) -> set[str]:
    return {w for w, d in zip(found.words, found.used_differently.tolist(), strict=True) if d}


def mean(values) -> str:
    return f"{np.nanmean(values):.3f}"


def row(*cells) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def judged(options: argparse.Namespace) -> None:
    row("text", "method", "Spearman, mean (range)", "AUC", "precision", "recall", "called")
    for folder in options.places:
        a, b = (read(path) for path in in_order(folder, options.first))
        grades = dict(line.split("\t") for line in (folder / "graded.txt").read_text().splitlines())
        changed = dict(
            line.split("\t") for line in (folder / "binary.txt").read_text().splitlines()
        )
        words = list(grades)
        grade = np.array([float(grades[word]) for word in words])
        truth = np.array([changed[word] == "1" for word in words])
        found: dict[str, list[tuple]] = {}
        for seed in range(options.seeds):
            ours = compare_corpora(a, b, words=words, seed=seed)
            found.setdefault("compare_corpora", []).append((ours.distance, ours.used_differently))
            if not options.alone:
                found.setdefault("OP + cosine", []).append((procrustes(a, b, words, seed), None))
            if options.today and seed < options.today:
                found.setdefault("resamples and halves", []).append(today(a, b, words, seed))
        for method, trials in found.items():
            rho = [spearmanr(d, grade, nan_policy="omit").statistic for d, _ in trials]
            auc = [roc_auc_score(truth[np.isfinite(d)], d[np.isfinite(d)]) for d, _ in trials]
            flags = [f for _, f in trials if f is not None]
            precision = [(f & truth).sum() / f.sum() if f.any() else np.nan for f in flags]
            recall = [(f & truth).sum() / truth.sum() for f in flags]
            row(
                folder.name,
                method,
                f"{mean(rho)} ({min(rho):.2f} to {max(rho):.2f})",
                mean(auc),
                mean(precision) if any(f.any() for f in flags) else "",
                mean(recall) if flags else "",
                f"{np.mean([f.sum() for f in flags]):.1f} of {len(words)}" if flags else "",
            )
        print(f"(base rate of changed words: {truth.mean():.2f})")


def in_order(folder: Path, first: str | None) -> list[Path]:
    paths = sorted(folder.glob("*.txt.gz"))
    return sorted(paths, key=lambda path: not (first and path.name.startswith(first)))


def trials(options: argparse.Namespace, pairs: int) -> Iterator[tuple[int, Samples, ComparedUse]]:
    lines = lowered(read(options.places[0]))
    begin, end = (round(share * len(lines)) for share in options.part)
    for trial in range(options.begin, options.begin + options.trials):
        made = deal(lines[begin:end], options, trial, pairs)
        yield (
            trial,
            made,
            compare_corpora(
                made.a,
                made.b,
                documents_a=None if options.blind else made.documents_a,
                documents_b=None if options.blind else made.documents_b,
                rate=options.rate,
                seed=trial,
            ),
        )


def planted(options: argparse.Namespace) -> None:
    row("trial", "method", "found of 30", "false", "false share", "AUC of z", "AUC of the distance")
    all_found: dict[str, list[tuple]] = {}
    for trial, made, ours in trials(options, PAIRS):
        truth = np.array([word in made.swapped for word in ours.words])
        results = {"compare_corpora": (ours.used_differently, ours.z, ours.distance)}
        if not options.alone:
            apart = procrustes(made.a, made.b, ours.words, trial)
            results["OP + cosine"] = (np.zeros(len(truth), bool), None, apart)
        if options.today and trial < options.today:
            score, flags = today(made.a, made.b, ours.words, trial)
            results["resamples and halves"] = (flags, None, score)
        for method, (flags, z, distance) in results.items():
            right, false = int((flags & truth).sum()), int((flags & ~truth).sum())
            share = false / max(right + false, 1)
            auc = np.nan if z is None else roc_auc_score(truth, np.nan_to_num(z))
            of_distance = roc_auc_score(truth, np.nan_to_num(distance, nan=-9.0))
            all_found.setdefault(method, []).append((right, false, share, auc, of_distance))
            row(trial, method, right, false, f"{share:.3f}", f"{auc:.3f}", f"{of_distance:.3f}")
    for method, numbers in all_found.items():
        row("mean", method, *(f"{value:.3f}" for value in np.mean(numbers, axis=0)))


def null(options: argparse.Namespace) -> None:
    row("trial", "words called", "of")
    number = []
    for trial, _, ours in trials(options, 0):
        number.append(len(called(ours)))
        row(trial, number[-1], len(ours.words))
    any_called = sum(n > 0 for n in number)
    print(f"Any word called in {any_called} of {len(number)} splits; words in all: {sum(number)}.")


def slices(options: argparse.Namespace) -> None:
    row("trial", "swapped", "slice", "found", "in the right slice", "seconds beside one training")
    lines = lowered(read(options.places[0]))
    begin, end = (round(share * len(lines)) for share in options.part)
    lines = lines[begin:end]
    found, right, words = 0, 0, 0
    for trial in range(options.begin, options.begin + options.trials):
        rng = np.random.default_rng([options.seed, trial, 7])
        blocks = [lines[i : i + options.lines] for i in range(0, len(lines), options.lines)]
        order = rng.permutation(len(blocks)).tolist()
        texts: list[Sentences] = []
        labels = []
        for _ in range(SLICES):
            text: Sentences = []
            label: list[int] = []
            while sum(len(line) for line in text) < options.words // SLICES:
                number = order.pop()
                text += blocks[number]
                label += [number] * len(blocks[number])
            texts.append(text)
            labels.append(np.array(label))
        counts = [Counter(word for line in text for word in line) for text in texts]
        often = [
            word
            for word in counts[0]
            if word.isalpha()
            and min(c[word] for c in counts) >= LEAST_IN_SLICE
            and sum(c[word] for c in counts) <= MOST
        ]
        often.sort(key=lambda word: (-sum(c[word] for c in counts), word))
        place = 2 * int(rng.integers(len(often) // 2))
        pair = often[place : place + 2]
        swap = dict(zip(pair, reversed(pair), strict=True))
        since = int(rng.integers(1, SLICES))
        for text in range(since, SLICES):
            texts[text] = [[swap.get(word, word) for word in line] for line in texts[text]]
        start = time.perf_counter()
        told = follow_words(texts, pair, documents=labels, seed=trial)
        took = time.perf_counter() - start
        moved = told.moved
        found += int(moved.moved.sum())
        right += int((moved.moved & (moved.when == since - 1)).sum())
        words += 2
        row(
            trial,
            " ".join(pair),
            since + 1,
            moved.moved.tolist(),
            (moved.when + 2).tolist(),
            f"{took:.1f}, {told.model.seconds:.1f}",
        )
    print(f"Found {found} of {words}; found and in the right slice {right} of {words}.")


def timed(options: argparse.Namespace) -> None:
    lines = lowered(read(options.places[0]))
    told = sum(len(line) for line in lines)
    for words in (150_000, 2_000_000):
        # A text that is too short is repeated, with documents of its own.
        text = lines * -(-2 * words // told)
        end = int(np.searchsorted(np.cumsum([len(line) for line in text]), 2 * words))
        half = end // 2
        labels = np.arange(half) // options.lines
        start = time.perf_counter()
        compare_corpora(text[:half], text[half : 2 * half], documents_a=labels, documents_b=labels)
        took = time.perf_counter() - start
        print(f"2 × {words:,} words: {took:.0f} s, {time.process_time():.0f} s of a core so far")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("judged", "planted", "null", "slices", "time"))
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=150_000)
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--begin", type=int, default=0, help="number of the first trial")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.10)
    parser.add_argument("--first", help="how the name of the first text begins")
    parser.add_argument("--part", type=float, nargs=2, default=(0.0, 1.0), metavar=("FROM", "TO"))
    parser.add_argument("--alone", action="store_true", help="leave out OP + cosine")
    parser.add_argument("--blind", action="store_true", help="keep the documents from the test")
    parser.add_argument("--today", type=int, default=0, help="trials of the slow test, too")
    options = parser.parse_args()
    work = {"judged": judged, "planted": planted, "null": null, "slices": slices, "time": timed}
    work[options.what](options)


if __name__ == "__main__":
    main()
