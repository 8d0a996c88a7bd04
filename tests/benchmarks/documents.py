"""How long many files take to be read, beside one file of the same text.

    .venv/bin/python tests/benchmarks/documents.py TEXT [--megabytes 100] [--files 1000] [--repeat 3]

The text (TEXT again and again, varied as in ``text.py``) is written as one file and cut into so many files,
and these packed as a .zip too. Each is read to the end (gathered, cut into words and sentences,
encoded), in a process of its own and in turn, so that all meet the same machine. Prints the median of
each and its ratio
to one file. Nothing is asserted.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def measure(paths: list[Path]) -> float:
    from w2v_core import Corpus
    from w2v_core.text.documents import Source, gather

    start = time.perf_counter()
    if len(paths) == 1 and paths[0].suffix == ".txt":
        Corpus.from_file(paths[0])
    else:
        with tempfile.NamedTemporaryFile(suffix=".txt") as out:
            gather([Source(path.name, path) for path in paths], out)
            out.flush()
            Corpus.from_file(out.name)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        paths = sorted(given.text.iterdir()) if given.text.is_dir() else [given.text]
        print(json.dumps(measure(paths)))
        return
    from tests.benchmarks.text import write

    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder) / "one.txt", Path(folder) / "many"
        write(given.text, one, given.megabytes)
        many.mkdir()
        data = one.read_bytes()
        step = len(data) // given.files + 1
        start = 0
        for number in range(given.files):
            end = data.find(b"\n", min(start + step, len(data) - 1)) + 1 or len(data)
            (many / f"{number:05d}.txt").write_bytes(data[start:end])
            start = end
        packed = Path(folder) / "many.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(many.iterdir()):
                archive.write(path, path.name)
        seconds = {"one file": [], f"{given.files:,} files": [], "a .zip of them": []}
        for _ in range(given.repeat):
            for name, path in zip(seconds, (one, many, packed), strict=True):
                command = [sys.executable, __file__, str(path), "--measure"]
                printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                seconds[name].append(json.loads(printed))
        base = statistics.median(seconds["one file"])
        for name, taken in seconds.items():
            median = statistics.median(taken)
            print(
                f"{name:>16}: {median:6.2f} s  ×{median / base:.2f}   {[round(s, 2) for s in taken]}"
            )


if __name__ == "__main__":
    main()
