"""The page of a model: how long it takes to make, and how large it is.

    python tests/benchmarks/model_page.py TEXT.txt[.gz] [--vocabulary 1000 5000 10000] [--splits 10]

A model of each vocabulary is trained for two passes on the text. In place of trainings on its halves stand
its own vectors with noise, which take as long to compare. Printed are the seconds of processor time and
of the clock, the estimate that the app shows, and the megabytes of the file. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.exchange.model_page.contents import About  # noqa: E402
from w2v_core.exchange.model_page.writing import write_model_page  # noqa: E402
from w2v_core.model.certainty import Certainty  # noqa: E402
from w2v_core.model.split_trainings import Halves  # noqa: E402
from w2v_core.text.concordance import Concordance  # noqa: E402
from w2v_core.work.model_page import page_seconds  # noqa: E402


def noisy_halves(model: SkipGram, splits: int) -> Halves:
    rng = np.random.default_rng(0)
    n, dim = model.V.shape
    noise = rng.standard_normal((splits, 2, n, dim), np.float32) * (model.V.std() / 2)
    V = (model.V + noise).astype(np.float16)
    return Halves(V=V, U=V, present=rng.random((splits, 2, n)) > 0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--vocabulary", type=int, nargs="+", default=[1_000, 5_000, 10_000])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--characters", type=int, default=6_000_000)
    options = parser.parse_args()
    path = options.text
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        text = file.read(options.characters)
    print("words    d  splits | processor    clock  estimate | megabytes")
    for vocabulary in options.vocabulary:
        corpus = Corpus.from_text(text, max_vocab=vocabulary)
        model = SkipGram(epochs=2, prior=1.0).fit(corpus)
        n, dim = model.V.shape
        for splits in dict.fromkeys((0, options.splits)):
            about = About(
                name="A model",
                source=path.name,
                created=0.0,
                record={},
                certainty=Certainty(model, noisy_halves(model, splits)) if splits else None,
                lines=Concordance(corpus),
            )
            out, begin, spent = io.BytesIO(), time.perf_counter(), time.process_time()
            write_model_page(out, model, about)
            spent, took = time.process_time() - spent, time.perf_counter() - begin
            expected = page_seconds(n, dim, splits)
            print(
                f"{n:6,} {dim:4} {splits:6}  | {spent:7.1f} s {took:7.1f} s {expected:7.1f} s "
                f"| {len(out.getvalue()) / 1e6:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
