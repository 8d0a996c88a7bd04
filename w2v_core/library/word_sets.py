"""What a person keeps beside a model: named sets of words (sets.json), categories of words
(categories.json)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from w2v_core.library.library import Library
from w2v_core.storage.files import Damaged, read_json, write_json
from w2v_core.storage.records import Categories, sets_from_json
from w2v_core.visitors import quota

LONGEST_NAME = 60
MOST_SETS = 100


def read_sets(folder: Path) -> dict[str, list[str]]:
    """The sets kept for a model, by name; empty where there are none (errors as ``read_json``)."""
    try:
        return sets_from_json(read_json(folder / "sets.json"))
    except FileNotFoundError:
        return {}


def _readable_sets(folder: Path) -> dict[str, list[str]]:
    """The sets, before one is kept or forgotten: a damaged file is put aside, and nothing of it lost."""
    try:
        return read_sets(folder)
    except Damaged:
        os.replace(folder / "sets.json", folder / "sets.damaged.json")
        return {}


def keep_set(library: Library, id: str, name: str, words: Sequence[str]) -> str:
    """Keep words of a model under a name, which replaces a set of that name; returns the name as kept.

    Raises
    ------
    ValueError
        without a name or words, when there are too many sets or there is no room, or for a published model
        or another person's.
    """
    library.rights.refuse_change(id)
    folder = library.model_folder(id)
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise ValueError("A set needs a name.")
    if not words:
        raise ValueError("There are no words to keep: select some first.")
    sets = _readable_sets(folder)
    if name not in sets and len(sets) >= MOST_SETS:
        raise ValueError(f"There are {MOST_SETS} sets already: forget one first.")
    with quota.spending_of(library.rights):
        write_json(folder / "sets.json", {**sets, name: list(words)})
    return name


def forget_set(library: Library, id: str, name: str) -> None:
    """Forget a set of a model; one that is not there is no error (a published model's and another
    person's is: ValueError)."""
    library.rights.refuse_change(id)
    folder = library.model_folder(id)
    sets = _readable_sets(folder)
    if sets.pop(name, None) is not None:
        write_json(folder / "sets.json", sets)


def read_word_categories(folder: Path) -> tuple[str, list[tuple[str, str]]] | None:
    """(file name, (word, category) pairs) as last uploaded for a model; None where there is none."""
    try:
        record = Categories.from_json(read_json(folder / "categories.json"))
    except FileNotFoundError:
        return None
    return record.name, record.pairs


def keep_word_categories(
    library: Library, id: str, name: str, pairs: Sequence[tuple[str, str]]
) -> None:
    """Keep for a model what ``read_categories`` read, instead of what was kept before
    (ValueError for a published model and another person's)."""
    library.rights.refuse_change(id)
    folder = library.model_folder(id)
    with quota.spending_of(library.rights):
        write_json(folder / "categories.json", {"name": name, "pairs": list(pairs)})
