"""A home whose every name means harm: columns and values of metadata, sets and categories of words, models
and their sources, sections of question files. ``tests/app/test_hostile_names.py`` opens every page on it,
``tests/browser/test_hostile_names_shown.py`` looks at them in a browser."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.operators_library import library
from w2v_core.library import word_sets
from w2v_core.library.choices import Choices
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker

MARKED = (
    "**qqa**",
    ":red[qqb]",
    "$qqc$",
    "[qqd](http://example.org)",
    "<b>qqe</b>",
    "<img src=x onerror=alert(1)>qqf",
    "<a href='http://example.org'>qqg</a>",
    ":material/star: qqh",
    "`qqi`",
    "~~qqj~~",
    '=HYPERLINK("http://example.org","qqk")',
    "@SUM(qql)",
    "\u202eqqm",
    "%{qqn}",
    "&lt;qqo&gt;",
    "<script>alert(1)</script>qqp",
)
"""Names whose markup has a token of their own in it: where the token is shown, so is the markup before
it, unless it was taken for markup."""
BEFORE = {re.search("qq[a-p]", name)[0]: name[: name.index("qq")] for name in MARKED}

NAMES = (
    *MARKED,
    *(
        "+1",
        "-1",
        "=1+1",
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "$part",
        "bdata",
    ),
    *(
        "_index",
        "index",
        "document",
        "KB",
        "file",
        "folder",
        "text",
        "null",
        "nan",
        "undefined",
        "0",
    ),
    *(
        "None",
        "true",
        "{0}",
        "%s",
        "${x}",
        "../../etc/passwd",
        "'; DROP TABLE models; --",
        '"',
        "'",
    ),
    *(
        "x" * 5_000,
        "x" * 5_000 + "y",
        "é" * 300,
        "שלום",
        "👩‍👩‍👧",
        "a\tb",
        "a  b",
        "*",
        "_",
        "#",
        ":",
    ),
)
WORDS = ("berlin", "paris", "rome", "germany", "france", "italy", "city", "cat", "dog", "garden")
LINES = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "A cat and a dog play in the garden. One two three four five six seven eight nine ten rivers, trees, "
    "stones, clouds, birds, fish and winds are here; a mill, a hill, a lake, a road, a house and a door.\n"
)


@dataclass(frozen=True)
class Home:
    """What ``furnish`` made: a text that waits, two models, the questions of a scorecard."""

    text: str
    models: tuple[str, str]
    questions: str


def metadata(files: list[str]) -> bytes:
    """A table that describes files, its columns and cells hostile, some twice, some without a name."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["file", *NAMES, "", "", "twice", "twice"])
    for number, file in enumerate(files):
        cells = [NAMES[(number + i) % len(NAMES)] for i in range(len(NAMES) + 4)]
        table.writerow([file, *cells])
    return out.getvalue().encode("utf-8")


def collection() -> bytes:
    """A .zip of texts and of a table about them."""
    data, files = io.BytesIO(), [f"{i}.txt" for i in range(6)]
    with zipfile.ZipFile(data, "w") as archive:
        for name in files:
            archive.writestr(name, f"Header No. {name}\n" + LINES * 20)
        archive.writestr("about.csv", metadata(files))
    return data.getvalue()


def furnish() -> Home:
    """Fill ``W2V_HOME``."""
    queue = Queue()
    text = library.texts.keep_files([("<b>qqe</b> texts.zip", [collection()])])
    for _ in range(2):
        prepared = library.texts.prepared(text, Choices())
        library.start_training(queue, prepared, "m", {}, {"epochs": 3, "dim": 6})
    worker.work(queue, idle_seconds=0)
    models = tuple(entry.id for entry in library.models())
    assert len(models) == 2
    for id, name in zip(models, ("**qqa** $qqc$", "<b>qqe</b> :red[qqb]"), strict=True):
        library.rename(id, name)
        folder = library.model_folder(id)
        write_about(folder, source="<img src=x onerror=alert(1)>qqf")
        for name in NAMES:
            if name.strip():
                word_sets.keep_set(library, folder.name, name, WORDS[:3])
        pairs = [(word, NAMES[i % len(MARKED)]) for i, word in enumerate(WORDS)]
        word_sets.keep_word_categories(library, folder.name, "[qqd](http://example.org).csv", pairs)
    questions = "".join(
        f": {' '.join(name.split())}\nberlin germany paris france\nrome italy cat dog\n"
        for name in NAMES
    )
    parameters = {"which": "center", "method": "add", "questions": questions}
    analyses.start(library, queue, "scorecard", models[0], parameters)
    worker.work(queue, idle_seconds=0)
    assert analyses.has_result(library, "scorecard", models[0], parameters)
    return Home(text, models, questions)


def taken_for_markup(shown: str) -> Iterator[str]:
    """The places of what a person sees where a name has lost the markup that is part of it."""
    invisible = re.compile("[\u2060\u2066-\u2069\u202a-\u202c]")
    shown = invisible.sub("", shown)
    for token, before in BEFORE.items():
        for found in re.finditer(token, shown):
            if not shown[: found.start()].endswith(invisible.sub("", before)):
                yield shown[max(found.start() - 40, 0) : found.end() + 20]


def file_of(folder: Path, name: str) -> Path:
    """A question file or a table of categories to upload."""
    file = folder / name
    file.write_text("\n".join(f"{w},{n}" for w, n in zip(WORDS, MARKED, strict=False)), "utf-8")
    return file
