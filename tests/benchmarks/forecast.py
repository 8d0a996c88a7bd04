"""How much text is needed? Forecasts from half of a text, set beside what the whole of it gives.

    python tests/benchmarks/forecast.py [TEXT[:FROM:TO[:WORDS]] …]

Of each text (a line a sentence), the part FROM … TO (shares of its lines) is taken, at most WORDS words.
What ``model.learning_curve`` measures on its three smaller parts (1/8, 1/4, 1/2) is carried on to twice as
many words as the last of them, and set beside the measurement on the whole: the loss on text that was kept
out, in nats per pair; the mean share of their ten nearest that frequent words are expected to
have again; and the share of frequent words that are reliable. Each is printed as forecast, with its
range, and as measured, with the error in percent of what was measured. Nothing is asserted.
"""

from __future__ import annotations

import dataclasses
import gzip
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.model.learning_curve import (  # noqa: E402
    forecast_again,
    forecast_loss,
    forecast_sure,
    learning_curve,
)


def lines_of(asked: str) -> list[str]:
    path, *rest = asked.split(":")
    file = Path(path)
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as text:
        lines = text.read().splitlines()
    begin, end = (float(share) for share in rest[:2]) if len(rest) >= 2 else (0.0, 1.0)
    lines = lines[round(begin * len(lines)) : round(end * len(lines))]
    most = int(rest[2]) if len(rest) > 2 else None
    if most is not None:
        words = 0
        for number, line in enumerate(lines):
            words += len(line.split())
            if words > most:
                return lines[:number]
    return lines


def main() -> None:
    for asked in sys.argv[1:]:
        begin = time.perf_counter()
        corpus = Corpus.from_text(
            "\n".join(lines_of(asked)), max_vocab=2_000, sentence_ends="lines"
        )
        curve = learning_curve(SkipGram().fit(corpus), corpus)
        half = dataclasses.replace(
            curve,
            **{n: getattr(curve, n)[:-1] for n in ("sizes", "losses", "again", "sure")},
        )
        size = curve.sizes[-1]
        took = time.perf_counter() - begin
        print(f"{asked}: {size:,} words, |W| {len(corpus.words):,}, {took:.0f} s")
        for name, forecast, true in (
            ("loss", forecast_loss(half, size), curve.losses[-1]),
            ("again", forecast_again(half, size), curve.again[-1]),
            ("sure", forecast_sure(half, size), curve.sure[-1] / curve.asked),
        ):
            if forecast is None:
                print(f"  {name:5} nothing forecast; measured {true:.3f}")
                continue
            error = f"{forecast.value / true - 1:+.1%}" if true else "-"
            print(
                f"  {name:5} forecast {forecast.value:.3f} [{forecast.low:.3f}, {forecast.high:.3f}], "
                f"measured {true:.3f}: {error}"
            )
        print(
            f"  parts {curve.sizes} losses {[round(x, 3) for x in curve.losses]} "
            f"again {[round(x, 3) for x in curve.again]} sure {curve.sure} rarest {curve.rarest}",
            flush=True,
        )


if __name__ == "__main__":
    main()
