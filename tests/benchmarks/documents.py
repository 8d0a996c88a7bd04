"""How long many files take to be read, beside one file of the same text, and each format of documents.

    .venv/bin/python tests/benchmarks/documents.py TEXT [--megabytes 100] [--files 1000] [--repeat 3]
    .venv/bin/python tests/benchmarks/documents.py TEXT --formats [--megabytes 10] [--pages 300]

The text (TEXT again and again, varied as in ``text.py``) is written as one file and cut into so many files,
and these packed as a .zip too. Each is read to the end (gathered, cut into words and sentences,
encoded), in a process of its own and in turn, so that all meet the same machine. Prints the median of
each and its ratio to one file. With --formats the same text is written in each format instead, and a PDF of
so many pages; printed is the median of gathering it, without cutting it into words. Nothing is asserted.
"""

import argparse
import csv
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


def gathering(path: Path) -> float:
    from w2v_core.text.documents import Source, gather

    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        gather([Source(path.name, path)], out)
    return time.perf_counter() - start


def write_formats(text: str, n_pages: int, folder: Path) -> list[Path]:
    """The text in each format, by the simplest writer there is."""
    lines = [line for line in text.splitlines() if line.strip()]
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    paragraphs = "".join(f"<p>{line}</p>" for line in escaped)
    (folder / "text.txt").write_text(text)
    (folder / "page.html").write_text(f"<!DOCTYPE html><html><body>{paragraphs}</body></html>")
    (folder / "text.md").write_text("\n\n".join(lines))
    (folder / "tei.xml").write_text(f"<TEI><text><body>{paragraphs}</body></text></TEI>")
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": x}) + "\n" for x in lines))
    with open(folder / "table.csv", "w", newline="") as file:
        csv.writer(file).writerows([["text"], *([line] for line in lines)])
    cues = enumerate(lines, 1)
    time_code = "00:00:01,000 --> 00:00:02,000"
    (folder / "film.srt").write_text("".join(f"{i}\n{time_code}\n{x}\n\n" for i, x in cues))
    runs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in escaped)
    with zipfile.ZipFile(folder / "letter.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="w"><w:body>{runs}</w:body></w:document>'
        )
    with zipfile.ZipFile(folder / "text.odt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f"<document><body>{paragraphs}</body></document>")
    step = len(escaped) // 50 + 1
    with zipfile.ZipFile(folder / "book.epub", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "META-INF/container.xml", "<container><rootfile full-path='o.opf'/></container>"
        )
        starts = range(0, len(escaped), step)
        items = "".join(f"<item id='c{i}' href='c{i}.xhtml'/>" for i in starts)
        spine = "".join(f"<itemref idref='c{i}'/>" for i in starts)
        archive.writestr("o.opf", f"<package>{items}<spine>{spine}</spine></package>")
        for i in starts:
            chapter = "".join(f"<p>{line}</p>" for line in escaped[i : i + step])
            archive.writestr(f"c{i}.xhtml", f"<html><body>{chapter}</body></html>")
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in ["text", *lines]:
        sheet.append([line])
    book.save(folder / "table.xlsx")
    import fpdf

    document = fpdf.FPDF()
    document.set_font("helvetica", size=10)
    words = text.encode("ascii", "ignore").decode().split()
    for i in range(n_pages):
        document.add_page()
        at = 450 * i % max(len(words) - 450, 1)
        document.multi_cell(0, 5, " ".join(words[at : at + 450]))
    document.output(str(folder / "paper.pdf"))
    return sorted(folder.iterdir())


def formats(given: argparse.Namespace) -> None:
    from tests.benchmarks.text import write

    with tempfile.TemporaryDirectory() as place:
        one, folder = Path(place) / "one.txt", Path(place) / "formats"
        write(given.text, one, given.megabytes)
        folder.mkdir()
        for path in write_formats(one.read_text(), given.pages, folder):
            command = [sys.executable, __file__, str(path), "--gather"]
            taken = [
                json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
                for _ in range(given.repeat)
            ]
            size = path.stat().st_size / 1e6
            print(f"{path.name:>12}: {size:6.1f} MB  {statistics.median(taken):6.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--formats", action="store_true", help="measure each format instead")
    parser.add_argument("--pages", type=int, default=300, help="of the PDF")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--gather", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.gather:
        print(json.dumps(gathering(given.text)))
        return
    if given.formats:
        formats(given)
        return
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
