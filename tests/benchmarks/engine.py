"""How near a pass is to the machine's limit, and how training grows with vocabulary and text.

    .venv/bin/python tests/benchmarks/engine.py TEXT [--figure scale.html] [--only limit | scale]

At the machine's limit: the rate of a pass over all pairs of TEXT, counting its 6·|W|²·d operations
and every second of it, as a share of the rate of its own matrix product, (1024×d)·(d×|W|) in float32,
measured in the same run: with the BLAS library's own threads, and as single-threaded products on all
cores at once; the share is of the larger. Then a profile of a pass on one core.

Scale: vocabularies of 2,000 to 50,000 words of TEXT, and TEXT once, twice and four times, each in a
process of its own: seconds and peak memory. Whole trainings up to 10,000 words; above, two passes,
from which the whole is extrapolated (marked ≈). Draws both as a figure. Nothing is asserted.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from text import peak  # noqa: E402

from w2v_core import Corpus, SkipGram, count_pairs  # noqa: E402
from w2v_core.model import exact_pass  # noqa: E402
from w2v_core.model.exact_pass import Blocks, available_cores, one_thread_a_product, stream  # noqa: E402

DIM, WINDOW, ROWS = 100, 5, 1024
LIMIT_WORDS = 10_000
VOCABULARIES = (2_000, 5_000, 10_000, 20_000, 50_000)
WHOLE = 10_000  # larger vocabularies are given two passes
TEXTS, TEXT_WORDS = (1, 2, 4), 5_000
SECONDS = 2.0  # that each rate is measured for


# At the machine's limit.


def product_rate(n_words: int) -> float:
    """Operations a second of (1024×d)·(d×|W|), one product after the other."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal((ROWS, DIM), dtype=np.float32)
    b = rng.standard_normal((n_words, DIM), dtype=np.float32).T
    out = np.empty((ROWS, n_words), np.float32)
    np.matmul(a, b, out=out)
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        np.matmul(a, b, out=out)
        done += 1
    return done * 2 * ROWS * DIM * n_words / (time.perf_counter() - start)


def product_rate_on_all_cores(n_words: int) -> float:
    """The same, single-threaded products on every core at once, added up."""
    rates: list[float] = []
    with one_thread_a_product():
        threads = [
            threading.Thread(target=lambda: rates.append(product_rate(n_words)))
            for _ in range(available_cores())
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sum(rates)


def median_seconds(run, times: int = 5) -> float:
    run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


@contextmanager
def timed_stages(spent: dict[str, float]):
    """Within it, passes run on one core, and their matrix products and exp are timed."""
    cores, exponentiate, matmul = exact_pass.available_cores, exact_pass._exponentiate, np.matmul

    def product(a, b, **more):
        start = time.perf_counter()
        result = matmul(a, b, **more)
        if a.shape[1] < b.shape[1]:
            stage = "scores"  # (rows × d)·(d × |W|)
        else:
            stage = "gradient of V" if a.flags.c_contiguous else "gradient of U"
        spent[stage] = spent.get(stage, 0.0) + time.perf_counter() - start
        return result

    def exp(*arguments):
        start = time.perf_counter()
        result = exponentiate(*arguments)
        spent["exp, row sums"] = spent.get("exp, row sums", 0.0) + time.perf_counter() - start
        return result

    exact_pass.available_cores, exact_pass._exponentiate, np.matmul = (lambda: 1), exp, product
    try:
        yield
    finally:
        exact_pass.available_cores, exact_pass._exponentiate, np.matmul = (
            cores,
            exponentiate,
            matmul,
        )


def profile(N, V, U, log_q, times: int = 3) -> dict[str, float]:
    """Seconds of a pass on one core, by stage. What N's entries cost (gather, exp, scatter) is the
    difference to a pass over an N with a single entry; the rest is what is left of that."""
    single = N.copy()
    single.data[1:] = 0
    single.eliminate_zeros()
    blocks, lone = Blocks(N), Blocks(single)
    seconds: dict[str, list[float]] = {}
    for _ in range(times):
        spent: dict[str, float] = {}
        # Words without pairs overflow there, harmlessly: their rows are multiplied by 0.
        with timed_stages(spent), np.errstate(over="ignore"):
            start = time.perf_counter()
            stream(lone, V, U, log_q)
            bare = time.perf_counter() - start
            stages = dict(spent)
            spent.clear()
            start = time.perf_counter()
            stream(blocks, V, U, log_q)
            whole = time.perf_counter() - start
        outside = bare - sum(stages.values())
        spent["entries of N"] = whole - sum(spent.values()) - outside
        spent["the rest"] = outside
        for stage, value in spent.items():
            seconds.setdefault(stage, []).append(value)
    return {stage: float(np.median(values)) for stage, values in seconds.items()}


def limit(text: Path) -> None:
    corpus = Corpus.from_file(text, max_vocab=LIMIT_WORDS, min_count=1)
    N, n_words = count_pairs(corpus, WINDOW), len(corpus.words)
    model = SkipGram(DIM, WINDOW, epochs=2, tolerance=0).fit(corpus, pairs=N)
    V, U, log_q, blocks = model.V, model.U, model.log_q, Blocks(N)
    before = product_rate(n_words), product_rate_on_all_cores(n_words)
    seconds = median_seconds(lambda: stream(blocks, V, U, log_q), 7)
    after = product_rate(n_words), product_rate_on_all_cores(n_words)
    library, cores = (max(pair) for pair in zip(before, after, strict=True))
    rate = 6 * n_words**2 * DIM / seconds
    print(f"\nAt the machine's limit: |W| = {n_words:,}, d = {DIM}, {N.nnz:,} entries of N")
    print(f"  product (1024×d)·(d×|W|), the library's threads {library / 1e9:8.1f} GFLOP/s")
    print(f"  product, one thread on each core, together      {cores / 1e9:8.1f} GFLOP/s")
    print(f"  pass, everything included    {seconds:8.3f} s         {rate / 1e9:8.1f} GFLOP/s")
    share = rate / max(library, cores)
    print(f"  share {share:.1%} (target: at least 60 %: {'reached' if share >= 0.6 else 'MISSED'})")
    stages = profile(N, V, U, log_q)
    whole, operations = sum(stages.values()), 2 * n_words**2 * DIM / 1e9
    print(f"  A pass on one core, {whole:.3f} s, by stage:")
    for stage in ("scores", "exp, row sums", "entries of N", "gradient of V", "gradient of U"):
        rate = f"{operations / stages[stage]:8.1f} GFLOP/s" if stage[:3] in "scogra" else ""
        print(f"    {stage:16}{stages[stage]:8.3f} s {stages[stage] / whole:7.1%} {rate}")
    print(f"    {'the rest':16}{stages['the rest']:8.3f} s {stages['the rest'] / whole:7.1%}")


# Scale.


def measure(text: Path, n_words: int, copies: int) -> dict:
    """Read, count and train, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        if copies > 1:
            data = text.read_bytes()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            text = Path(folder) / "text.txt"
            with open(text, "wb") as file:
                for _ in range(copies):
                    file.write(data + b"\n")
            del data
        start = time.perf_counter()
        corpus = Corpus.from_file(text, max_vocab=n_words, min_count=1)
        pairs = count_pairs(corpus, WINDOW)
        read = time.perf_counter() - start
        times: list[float] = []
        options = {} if n_words <= WHOLE else {"epochs": 2, "tolerance": 0}
        model = SkipGram(DIM, WINDOW, **options)
        model.fit(corpus, lambda now: times.append(now.seconds), pairs=pairs)
        return {
            "words": len(corpus.words),
            "tokens": corpus.n_tokens,
            "entries": int(pairs.nnz),
            "read": read,
            "train": model.seconds,
            "passes": len(times) - 1,
            "a_pass": float(np.median(np.diff(times))),
            "first": times[0],
            "memory": peak(),
            "whole": not options,
        }


def child(text: Path, n_words: int, copies: int = 1) -> dict:
    options = ["--measure", str(n_words), str(copies)]
    command = [sys.executable, __file__, str(text), *options]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def scale(text: Path, figure: Path | None) -> None:
    print(f"\nScale: d = {DIM}, window {WINDOW}; each line a process of its own")
    print(
        f"{'text':>6}{'tokens':>12}{'|W|':>8}{'entries':>13}{'read+count s':>14}{'start+pass s':>14}"
        f"{'s a pass':>10}{'passes':>8}{'training s':>12}{'GB':>7}"
    )
    vocabularies, texts, usual = [], [], 0

    def show(r: dict, copies: int) -> None:
        passes_, train, mark = r["passes"], r["train"], ""
        if not r["whole"]:
            passes_, mark = usual, "≈"
            train = r["first"] + usual * r["a_pass"]
        r["train_whole"] = train
        print(
            f"{f'×{copies}':>6}{r['tokens']:12,}{r['words']:8,}{r['entries']:13,}{r['read']:14.2f}"
            f"{r['first']:14.2f}{r['a_pass']:10.3f}{f'{mark}{passes_}':>8}{f'{mark}{train:.1f}':>12}"
            f"{r['memory']:7.2f}",
            flush=True,
        )

    for n_words in VOCABULARIES:
        r = child(text, n_words)
        usual = r["passes"] if r["whole"] else usual
        show(r, 1)
        vocabularies.append(r)
    for copies in TEXTS:
        r = child(text, TEXT_WORDS, copies)
        show(r, copies)
        texts.append(r)
    large = [r for r in vocabularies if r["words"] >= 5_000]
    slope = np.polyfit(
        np.log([r["words"] for r in large]), np.log([r["a_pass"] for r in large]), 1
    )[0]
    print(
        f"From 5,000 words on, a pass grows as |W|^{slope:.2f}; the largest took "
        f"{vocabularies[-1]['memory']:.2f} GB (target: under 4)."
    )
    if figure is not None:
        draw(vocabularies, texts, figure)
        print(f"Drawn in {figure}")


def draw(vocabularies: list[dict], texts: list[dict], path: Path) -> None:
    """Both curves, as a page that stands alone; as a picture where the path ends in .png."""
    from plotly.subplots import make_subplots

    drawn = make_subplots(1, 2, subplot_titles=("by vocabulary", "by length of the text"))
    words, seconds = ([r[key] for r in vocabularies] for key in ("words", "a_pass"))
    line = {"mode": "lines+markers", "showlegend": True}
    drawn.add_scatter(x=words, y=seconds, name="a pass", line_color="#0072B2", **line, row=1, col=1)
    at = len(words) // 2
    drawn.add_scatter(
        x=words,
        y=[seconds[at] * (w / words[at]) ** 2 for w in words],
        name="∝ |W|²",
        mode="lines",
        line={"dash": "dot", "color": "#888"},
        row=1,
        col=1,
    )
    millions = [r["tokens"] / 1e6 for r in texts]
    for key, name, color, symbol in (
        ("read", "reading and counting", "#D55E00", "square"),
        ("train", f"training, |W| = {TEXT_WORDS:,}", "#009E73", "diamond"),
    ):
        drawn.add_scatter(
            x=millions,
            y=[r[key] for r in texts],
            name=name,
            line_color=color,
            marker={"symbol": symbol, "size": 9},
            **line,
            row=1,
            col=2,
        )
    drawn.update_xaxes(title="words in the vocabulary", type="log", tickvals=words, row=1, col=1)
    drawn.update_yaxes(title="seconds a pass", type="log", dtick=1, row=1, col=1)
    drawn.update_xaxes(title="millions of words of text", rangemode="tozero", row=1, col=2)
    drawn.update_yaxes(title="seconds", rangemode="tozero", row=1, col=2)
    drawn.update_layout(
        template="plotly_white",
        title=f"What training takes, d = {DIM}",
        width=1100,
        height=480,
        legend={"orientation": "h", "y": -0.2},
    )
    if path.suffix != ".png":
        drawn.write_html(path, include_plotlyjs=True)
        return
    from conftest import find_browser

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "figure.html"
        drawn.write_html(page, include_plotlyjs=True, config={"displayModeBar": False})
        subprocess.run(
            [
                find_browser(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={folder}/profile",
                "--window-size=1116,496",
                "--hide-scrollbars",
                "--virtual-time-budget=10000",
                f"--screenshot={path.resolve()}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--figure", type=Path, help="an .html or .png to draw the curves into")
    parser.add_argument("--only", choices=("limit", "scale"))
    parser.add_argument("--measure", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.text, *given.measure)))
        return
    print(f"{given.text.name}; {available_cores()} cores; NumPy {np.__version__}")
    if given.only != "scale":
        limit(given.text)
    if given.only != "limit":
        scale(given.text, given.figure)


if __name__ == "__main__":
    main()
