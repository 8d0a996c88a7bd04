"""The page of a model (``exchange.model_page``) made in the background, and kept beside the model.

There is one for each model: a new one takes the place of the one before. It is found only as long as
everything that it shows is as it was.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.folder_contents import entry_in
from w2v_core.library.library import Library
from w2v_core.library.model_files import load_corpus, load_model
from w2v_core.library.word_sets import read_sets
from w2v_core.model.certainty import Certainty
from w2v_core.model.estimate import matrix_product_rate
from w2v_core.model.split_trainings import Halves
from w2v_core.storage.files import Damaged, remove
from w2v_core.work.drawn_maps import drawn_map_in
from w2v_core.work.results import Tell, read_result, result

KIND = "page"
CHANGED = "The model has changed since this page was asked for, so the page is out of date: make it again."
_SHOWN = ("model.json", "about.json", "sets.json", "corpus.json", "documents.json")
_RESULTS = ("certainty", "stability", "tsne")
_START = 0.4  # seconds: reading the model, writing the file
_SCORE = 3e-9  # further seconds per score of a word with all others, in one half of a text
_REASONS = 14_000 * 20e-9  # seconds per word: the null distributions of about 14 explanations


def page_parameters(
    folder: Path,
    record: Mapping[str, Any],
    facts: Sequence[Sequence[str]],
    certainty: Mapping[str, Any],
    quotes: bool,
) -> dict[str, Any]:
    """The parameters of the job that makes the page of the model in a folder as it is now.

    Parameters
    ----------
    folder : Path
    record : dict
        What ``methods_record`` returned.
    facts : sequence of (what, value, by)
        The record in words.
    certainty : dict
        The parameters of the trainings on halves that the page may tell of.
    quotes : bool
        Whether lines of the text may stand in it.
    """
    return {
        "record": dict(record),
        "facts": [list(fact) for fact in facts],
        "certainty": dict(certainty),
        "quotes": quotes,
        "inputs": _inputs(folder),
    }


def _inputs(folder: Path) -> str:
    """A digest of when the files that a page shows were written: another as soon as one changes."""
    files = [folder / name for name in _SHOWN]
    for kind in _RESULTS:
        files += sorted((folder / "results").glob(f"{kind}-*.json"))
    stamps = []
    for file in files:
        try:
            found = file.stat()
            stamps.append(f"{file.name} {found.st_mtime_ns} {found.st_size}")
        except OSError:  # it is not there, or nobody can read it
            continue
    return hashlib.sha256("\n".join(stamps).encode()).hexdigest()[:32]


def make_page(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """What ``page_parameters`` returned → the file, uint8 (bytes,).

    Raises
    ------
    InterruptedError
        when ``tell`` said stop.
    ValueError
        when the model has changed since it was asked for, or its text cannot be read.
    """
    # Scikit-learn takes 60 MB, and most workers never need it.
    from w2v_core.exchange.model_page.contents import About
    from w2v_core.exchange.model_page.writing import write_model_page
    from w2v_core.text.concordance import Concordance

    if tell(0.0, "Reading the model"):
        raise InterruptedError("The page was stopped.")
    model, entry, certainty = load_model(folder, corpus=False), entry_in(folder), None
    found = read_result(folder, "certainty", parameters["certainty"])
    if found is not None:
        certainty = Certainty(model, Halves(**found.arrays))
    try:
        sets = read_sets(folder)
    except Damaged:
        sets = {}
    about = About(
        name=entry.name,
        source=entry.source,
        created=entry.created,
        n_tokens=entry.n_tokens,
        record=parameters["record"],
        facts=parameters["facts"],
        tsne=drawn_map_in(folder),
        certainty=certainty,
        documents=0 if found is None else int(found.values.get("documents", 0)),
        lines=Concordance(load_corpus(folder)) if parameters["quotes"] else None,
        sets=sets,
    )
    if _inputs(folder) != parameters["inputs"]:
        raise ValueError(CHANGED)
    out = io.BytesIO()
    write_model_page(out, model, about, tell)
    for file in (folder / "results").glob(f"{KIND}-*"):
        remove(file)
    return {"page": np.frombuffer(out.getbuffer(), np.uint8)}


def load_page(library: Library, model_id: str, parameters: dict[str, Any]) -> bytes:
    """The file that ``make_page`` made.

    Raises
    ------
    ValueError
        when it is not there, is damaged, or the model has changed since; or for a model that the visitor
        may not look at.
    """
    if _inputs(library.model_folder(model_id)) != parameters["inputs"]:
        raise ValueError(CHANGED)
    found = result(library, KIND, model_id, parameters)
    if found is None:
        raise ValueError("This page can no longer be read: make it again.")
    return found.arrays["page"].tobytes()


def page_seconds(n_words: int, dim: int, splits: int) -> float:
    """Expected seconds to make the page of a model with so many words, and splits of its text into halves
    that tell how sure it is (0: none); right to a factor of two or so."""
    from w2v_core.exchange.model_page.contents import MOST_SURE, MOST_WORDS

    n_words = min(n_words, MOST_WORDS)
    score = 2 * dim / matrix_product_rate() + _SCORE
    halves = 2 * splits * min(n_words, MOST_SURE) * n_words
    return _START + (n_words**2 + halves) * score + n_words * _REASONS
