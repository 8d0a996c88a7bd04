"""The texts that come along, ready to train on."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path

from w2v_core.text.scratch import PREFIX, new_stamp

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Sample:
    """A text that comes along: its title, one sentence about it, and words worth looking at."""

    name: str
    title: str
    about: str
    watch: tuple[str, ...]
    questions: str | None = None


_SAMPLES = (
    Sample(
        "small_world",
        "A small world",
        "Countries and their capitals, families, animals and their young, days, numbers, opposites.",
        ("berlin", "queen", "puppy", "monday", "bigger"),
        "small_world_questions.txt",
    ),
    Sample(
        "notes_example",
        "Berlin and Paris",
        "The lecture notes' running example: cities, countries and what is said about them.",
        ("berlin", "germany", "paris", "france", "city"),
    ),
    Sample(
        "royalty",
        "Kings and queens",
        "People and royalty, and the words that go with them.",
        ("king", "queen", "man", "woman", "prince"),
    ),
    Sample(
        "python_help",
        "Python's own help",
        "Real prose: the help topics that come with every Python installation.",
        ("class", "string", "function", "import", "true"),
    ),
)


def samples() -> list[Sample]:
    """The samples that are here; Python's help topics are left out where Python lacks them."""
    return [s for s in _SAMPLES if s.name != "python_help" or _python_help() is not None]


def sample(name: str) -> Sample:
    """One sample by its name; ValueError naming the known ones."""
    for candidate in samples():
        if candidate.name == name:
            return candidate
    known = ", ".join(s.name for s in samples())
    raise ValueError(f"There is no sample {name!r}: choose one of {known}.")


def sample_path(name: str) -> Path:
    """The file that holds a sample's text.

    Raises
    ------
    ValueError
        naming the known samples.
    """
    sample(name)
    path = DATA / f"{name}.txt"
    if name == "python_help":
        path = _python_help() or path
    if not path.is_file():
        raise ValueError(
            f"The sample's file {path.name} is missing: python data/make_samples.py writes it."
        )
    return path


@functools.cache
def _python_help() -> Path | None:
    """``pydoc_data.topics`` written out as text, once a process, in a temporary folder."""
    try:
        from pydoc_data.topics import topics
    except ImportError:
        return None
    folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}sample-{new_stamp()}-")
    _folders.append(folder)
    path = Path(folder.name) / "python_help.txt"
    # A help topic is wrapped at 70 columns: only an empty line ends a paragraph.
    paragraphs = ("\n".join(topics.values())).split("\n\n")
    path.write_text("\n".join(" ".join(p.split()) for p in paragraphs), encoding="utf-8")
    return path


_folders: list[tempfile.TemporaryDirectory] = []  # kept until the process ends
