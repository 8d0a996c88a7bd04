"""Small corpora need no knobs: our defaults beside gensim's best of four numbers of epochs.

    .venv/bin/pip install -r tests/benchmarks/requirements.txt
    .venv/bin/python tests/benchmarks/small_corpora.py [TEXT …] [--seeds 1] [--words 500 5000 60000]

Of the small world, and of each TEXT, the first 500, 5,000 and 60,000 words. A tenth of the sentences
is kept back (drawn by the seed); both train on the rest, with the vocabulary and the dimension that
our defaults chose. gensim: skip-gram, 5 negative samples, window 5, all cores; 5, 15, 40, 100 epochs.

Questions: those of the small world whose words are all in the vocabulary, by V, share right.

Held-out loss: nats per pair over the same weighted pairs of the sentences kept back. Ours is the
model's own p(o|c). gensim has none; what its vectors say is p(o|c) ∝ q_o^¾ exp(τ u_o·v_c), as its
negative samples are drawn from q^¾, with q the frequencies of the training pairs and the temperature
τ that fits those pairs best. The unigram losses are those of q, and of q^¾, alone: the second is what
gensim's probabilities begin with. Nothing is asserted.
"""

import argparse
import gzip
import os
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram, WordVectors, count_pairs  # noqa: E402
from w2v_core.model.exact_pass import Blocks, available_cores, stream  # noqa: E402
from w2v_core.space.evaluation import analogy_accuracy, read_questions  # noqa: E402

WORLD = ROOT / "data" / "small_world.txt"
QUESTIONS = read_questions(ROOT / "data" / "small_world_questions.txt")
SIZES, EPOCHS, HELD_OUT, WINDOW = (500, 5_000, 60_000), (5, 15, 40, 100), 0.1, 5


def first_words(path: Path, number: int) -> str:
    """The text up to its so-manieth word, runs of signs between spaces."""
    lines, left = [], number
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        for line in file:
            if len(line.split()) >= left:
                lines.append(" ".join(line.split()[:left]))
                break
            lines.append(line)
            left -= len(line.split())
    return "".join(lines)


def answered(vectors: WordVectors) -> tuple[float, int]:
    """Share of the questions answered right, and how many could be asked."""
    results = analogy_accuracy(vectors, QUESTIONS)
    return (float(np.mean([right for *_, right in results])) if results else np.nan), len(results)


def loss_of(pairs: Blocks, V: np.ndarray, U: np.ndarray, log_q: np.ndarray) -> float:
    """Nats per pair."""
    return stream(pairs, V, U, log_q, gradients=False).loss / pairs.total


def gensims(
    corpus: Corpus,
    sentences: list[list[str]],
    dim: int,
    epochs: int,
    seed: int,
    shrink_windows: bool = True,
):
    """V and U in the order of our vocabulary, and the seconds that training took. Windows that shrink at
    random are gensim's default, and weigh pairs as "linear" does on the mean; others as "flat"."""
    from gensim.models import Word2Vec

    known = {word: 1 for word in corpus.words}  # a word that only the sentences kept back have
    for sentence in sentences:
        for word in sentence:
            known[word] += 1
    model = Word2Vec(
        vector_size=dim,
        window=WINDOW,
        sg=1,
        negative=5,
        min_count=1,
        seed=seed,
        workers=os.cpu_count(),
        shrink_windows=shrink_windows,
    )
    start = time.perf_counter()
    model.build_vocab_from_freq(known, corpus_count=len(sentences))
    model.train(sentences, total_examples=len(sentences), epochs=epochs)
    seconds = time.perf_counter() - start
    rows = [model.wv.key_to_index[word] for word in corpus.words]
    return model.wv.vectors[rows], model.syn1neg[rows], seconds


def fairly(V, U, log_q, learned: Blocks, kept_back: Blocks) -> tuple[float, float]:
    """Held-out loss of gensim's vectors, and the temperature that fits the training pairs best."""
    anchor = np.float32(0.75) * log_q

    def loss(log_temperature: float, pairs: Blocks) -> float:
        return loss_of(pairs, np.float32(np.exp(log_temperature)) * V, U, anchor)

    found = minimize_scalar(loss, bounds=(-5, 7), args=(learned,), method="bounded")
    return loss(found.x, kept_back), float(np.exp(found.x))


def compare(path: Path, size: int, seed: int) -> list[str]:
    """Prints a line for ours and for each of gensim's; returns a verdict a score."""
    corpus = Corpus.from_text(first_words(path, size))
    kept = np.zeros(corpus.n_sentences, bool)
    number = max(round(HELD_OUT * corpus.n_sentences), 1)
    kept[np.random.default_rng(seed).choice(corpus.n_sentences, number, replace=False)] = True
    N = count_pairs(corpus, WINDOW, sentence_weights=~kept)
    held_out = count_pairs(corpus, WINDOW, sentence_weights=kept)
    learned, kept_back = Blocks(N), Blocks(held_out)

    model = SkipGram(window=WINDOW, seed=seed).fit(corpus, pairs=(N, held_out))
    passes, chosen = len(model.loss_curve) - 1, {**model.chosen}
    mine, asked = answered(model.vectors("center"))
    log_q = model.log_q  # the same smoothed frequencies for both
    zero = np.zeros_like(model.V)
    unigram = loss_of(kept_back, zero, zero, log_q)
    flattened = loss_of(kept_back, zero, zero, np.float32(0.75) * log_q)

    print(
        f"\n{path.name}, first {size:,} words, seed {seed}: {corpus.n_sentences:,} sentences, "
        f"{number:,} held out ({kept_back.total:,.0f} pairs); {asked} questions"
    )
    print(
        f"  chosen: |W| = {len(corpus.words):,} (min_count {corpus.min_count}), "
        f"d = {chosen['dim']}, prior {chosen['prior']:.3g}, subsample {chosen['subsample']:.2g}, "
        f"{passes} passes (of at most {chosen['epochs']})"
    )
    print(f"  {'':20}{'seconds':>9}{'questions':>11}{'held out':>10}{'τ':>9}")
    print(f"  {'unigram, q':20}{'':9}{'':11}{unigram:10.3f}")
    print(f"  {'unigram, q^¾':20}{'':9}{'':11}{flattened:10.3f}")
    best_share, best_loss = -1.0, np.inf
    sentences = [s for s, out in zip(corpus.sentences(), kept, strict=True) if not out]
    for epochs in EPOCHS:
        V, U, seconds = gensims(corpus, sentences, chosen["dim"], epochs, seed)
        share, _ = answered(WordVectors(corpus.words, V, lowercase=True))
        loss, temperature = fairly(V, U, log_q, learned, kept_back)
        best_share, best_loss = np.fmax(best_share, share), min(best_loss, loss)
        print(
            f"  {f'gensim, {epochs} epochs':20}{seconds:9.2f}{share:11.3f}{loss:10.3f}"
            f"{temperature:9.2f}",
            flush=True,
        )
    loss = float(model.held_out_curve[-1])
    print(f"  {'ours':20}{model.seconds:9.2f}{mine:11.3f}{loss:10.3f}", flush=True)
    verdicts = [f"held-out loss: {_verdict(best_loss - loss)} nats per pair"]
    if asked:
        verdicts.insert(0, f"questions: {_verdict(mine - best_share)}")
    if loss >= unigram:
        verdicts.append(f"worse than word frequencies alone by {loss - unigram:.3f}")
    print("  " + "; ".join(verdicts))
    return [f"{path.name}, {size:,} words, seed {seed}: {verdict}" for verdict in verdicts]


def _verdict(better: float) -> str:
    word = "better" if better > 0 else "LOST" if better < 0 else "even"
    return f"{word} by {abs(better):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path, nargs="*")
    parser.add_argument("--words", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    import gensim

    print(f"{available_cores()} cores; NumPy {np.__version__}; gensim {gensim.__version__}")
    verdicts = []
    for path in [WORLD, *given.texts]:
        for size in given.words:
            for seed in range(given.seeds):
                verdicts += compare(path, size, seed)
    print("\nIn short")
    for verdict in verdicts:
        print("  " + verdict)


if __name__ == "__main__":
    main()
