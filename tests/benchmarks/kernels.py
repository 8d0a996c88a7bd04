"""The same training on other machines: other BLAS kernels, vector instructions and numbers of threads.

    .venv/bin/python tests/benchmarks/kernels.py [TEXT …] [--words 5000] [--half even|odd] [--passes]

Each text (by default two samples) is trained with the app's defaults, each time in a process of its
own: under every OpenBLAS kernel listed that this machine can run, without NumPy's vector instructions,
and on one core. The table compares each with the first, which is what this machine uses by itself:

    bits       whether the product of two float32 matrices differs
    center …   the mean share of the ten nearest words that are the same, of the 1,000 most frequent words
    answers    analogy questions answered with the same word in the view "analogies", of those answered
    passes     how many were done
    chosen     whether the passes and all values chosen (dimension, prior, smoothing …) are the same
    V, C       ‖V − V₀‖ / ‖V₀‖ of the center vectors, and the same for the count vectors

The questions are those of the sample (or of its pairs), and for other texts Google's, which ship inside
gensim. ``--half`` takes every second block of 200 lines. ``--passes`` prints how V moves apart.
"""

import argparse
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from itertools import permutations
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

VIEWS = ("center", "sum", "analogies", "related")
MOST_FREQUENT, NEAREST = 1_000, 10
BLOCK = 200  # lines
WANTED = 0.999
NO_VECTORS = {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}  # of NumPy's own loops: exp, log, sums
MACHINES: dict[str, dict[str, str]] = {
    "as it is": {},
    "one core": {"OPENBLAS_NUM_THREADS": "1", "W2V_CORES": "1"},
    "Haswell, plain NumPy": {"OPENBLAS_CORETYPE": "Haswell", **NO_VECTORS},
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "Zen": {"OPENBLAS_CORETYPE": "Zen"},
    "Sandybridge": {"OPENBLAS_CORETYPE": "Sandybridge"},
    "Nehalem, one core": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "OPENBLAS_NUM_THREADS": "1",
        "W2V_CORES": "1",
    },
    "Prescott, plain NumPy": {"OPENBLAS_CORETYPE": "Prescott", **NO_VECTORS},
}


def fit(text: str, n_words: int, out: str) -> None:
    """Train in this process, and write what is compared."""
    if "W2V_CORES" in os.environ:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from w2v_core import Corpus, SkipGram
    from w2v_core.model.defaults import default_held_out

    dice = np.random.default_rng(0)
    one = dice.standard_normal((300, 101), dtype=np.float32)
    corpus = Corpus.from_file(text, max_vocab=n_words)
    passes = []
    model = SkipGram(held_out=default_held_out(corpus.n_sentences), count_vectors=True)
    model.fit(corpus, lambda progress: passes.append(progress.V.copy()))
    np.savez(
        out,
        V=model.V,
        U=model.U,
        C=model.C,
        losses=model.loss_curve,
        passes_V=np.array(passes),
        words=model.words,
        facts=json.dumps(
            {
                "bits": hashlib.md5((one @ one.T).tobytes()).hexdigest(),
                "chosen": model.chosen,
                "passes": len(model.loss_curve) - 1,
                "seconds": model.seconds,
            }
        ),
    )


def trained(text: Path, n_words: int, machine: dict[str, str], folder: Path) -> dict | None:
    """The vectors and facts of a training on such a machine; None if this one cannot be it."""
    out = folder / "model.npz"
    out.unlink(missing_ok=True)
    environment = {**os.environ, **machine}
    command = [sys.executable, __file__, "--fit", str(out), "--words", str(n_words), str(text)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    if result.returncode == -signal.SIGILL:
        return None
    if result.returncode:
        raise RuntimeError(result.stderr)
    with np.load(out) as arrays:
        found = dict(arrays)
    return {**found, **json.loads(str(found["facts"])), "words": found["words"].tolist()}


def views(model: dict) -> dict:
    from w2v_core import SkipGram

    whole = SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=model["words"],
        counts=np.ones(len(model["words"]), np.int64),
        lowercase=True,
        V=model["V"],
        U=model["U"],
        C=model["C"],
        log_q=np.zeros(len(model["words"]), np.float32),
        loss_curve=model["losses"],
        stopped=False,
        seconds=0.0,
    )
    return {which: whole.vectors(which) for which in VIEWS}


def nearest(vectors) -> np.ndarray:
    return vectors.nearest_of_all(NEAREST)[0][:MOST_FREQUENT]


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    shares = [
        len(set(a) & set(b)) / len(a) for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]
    return float(np.mean(shares))


def questions(text: Path) -> list:
    from w2v_core.space.evaluation import Question, read_questions

    own = ROOT / "data" / f"{text.stem}_questions.txt"
    if own.exists():
        return read_questions(own)
    pairs = ROOT / "data" / f"{text.stem}_pairs.txt"
    if pairs.exists():
        lines = [line.split() for line in pairs.read_text("utf-8").splitlines()]
        two = [tuple(line) for line in lines if len(line) == 2 and line[0] != ":"]
        return [Question("", *one, *other) for one, other in permutations(two, 2)]
    from gensim.test.utils import datapath

    return read_questions(datapath("questions-words.txt"))


def half_of(text: Path, half: str, folder: Path) -> Path:
    opened = gzip.open if text.suffix == ".gz" else open
    with opened(text, "rt", encoding="utf-8") as lines:
        wanted = half == "odd"
        kept = [line for number, line in enumerate(lines) if number // BLOCK % 2 == wanted]
    out = folder / f"{text.name.split('.')[0]}-{half}.txt"
    out.write_text("".join(kept), encoding="utf-8")
    return out


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))


def compare(text: Path, n_words: int, folder: Path, passes: bool, machines: list[str]) -> bool:
    from w2v_core.space.evaluation import analogy_accuracy

    asked = questions(text)
    print(f"\n{text.name}, at most {n_words:,} words")
    heads = "".join(f"{which:>10}" for which in VIEWS)
    print(f"{'':24}bits {heads}   answers  passes chosen       V        C  seconds")
    first: dict | None = None
    fine = True
    for name in machines:
        model = trained(text, n_words, MACHINES[name], folder)
        if model is None:
            print(f"{name:24}this machine cannot run it")
            continue
        spaces = views(model)
        model["nearest"] = {which: nearest(space) for which, space in spaces.items()}
        answered = analogy_accuracy(spaces["analogies"], asked)
        model["answers"] = [answer for _, answer, _ in answered]
        if first is None:
            first = model
        shares = [overlap(model["nearest"][which], first["nearest"][which]) for which in VIEWS]
        pairs = zip(model["answers"], first["answers"], strict=True)
        same = sum(a == b for a, b in pairs)
        right = sum(right for *_, right in answered)
        alike = all(model[key] == first[key] for key in ("chosen", "passes"))
        fine &= min(shares) >= WANTED and same == len(answered) and alike
        print(
            f"{name:24}{'same' if model['bits'] == first['bits'] else 'new ':4} "
            + "".join(f"{share:10.5f}" for share in shares)
            + f" {same:5}/{len(answered):<5}{model['passes']:4}   {'same' if alike else 'OTHER':6}"
            f"{apart(first['V'], model['V']):9.1e}{apart(first['C'], model['C']):9.1e}"
            f"{model['seconds']:8.1f}   right {right}, loss {model['losses'][-1]:.6f}",
            flush=True,
        )
        if passes and model is not first:
            both = zip(first["passes_V"], model["passes_V"], strict=False)
            print("    " + " ".join(f"{apart(a, b):.1e}" for a, b in both))
    return fine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="*", type=Path)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--passes", action="store_true")
    parser.add_argument("--machines", nargs="+", default=list(MACHINES))
    parser.add_argument("--fit", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fit:
        fit(str(options.texts[0]), options.words, options.fit)
        return
    texts = options.texts or [ROOT / "data" / f"{name}.txt" for name in ("royalty", "small_world")]
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        for text in texts:
            if options.half:
                text = half_of(text, options.half, Path(folder))
            fine &= compare(text, options.words, Path(folder), options.passes, options.machines)
    print("\nThe same on every machine." if fine else "\nNOT the same on every machine.")


if __name__ == "__main__":
    main()
