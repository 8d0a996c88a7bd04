"""Which words the texts of two models use differently, as an analysis of the first of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.library.model_files import load_model
from w2v_core.model.compared_use import ComparedUse, compare_corpora
from w2v_core.storage.home import model_folder
from w2v_core.vocabulary import UnknownWord
from w2v_core.work.certainty import documents_of_model
from w2v_core.work.results import Tell, forget, result

KIND = "use"


def compare_use(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"other": id, "arrays": the other's file of arrays, "draws": n, "rate": r, "seed": s, and "words":
    those named beforehand, or none} → rows_a, rows_b int (n,) of the words in both models, −1 where one
    lacks it, and the fields of ``model.compared_use.ComparedUse``."""
    models, documents = [], []
    for place in (folder, model_folder(folder.parents[1], parameters["other"])):
        tell(0.0, "Opening both texts")
        model = load_model(place)
        if model.corpus is None:
            raise ValueError(
                "The text of one of these models is not here, so its use of words cannot be compared."
            )
        models.append(model)
        documents.append(documents_of_model(place, model.corpus.sentence_bytes))
    a, b = models
    assert a.corpus is not None and b.corpus is not None
    try:
        found = compare_corpora(
            a.corpus,
            b.corpus,
            documents_a=documents[0],
            documents_b=documents[1],
            words=parameters.get("words") or None,
            draws=parameters["draws"],
            rate=parameters["rate"],
            seed=parameters["seed"],
            callback=tell,
        )
    except UnknownWord as error:
        raise ValueError(str(error)) from error
    rows_a, rows_b = (
        np.array([_row(model.vocabulary.find(word)) for word in found.words], np.int64)
        for model in models
    )
    return {
        "rows_a": rows_a,
        "rows_b": rows_b,
        "z": found.z,
        "p": found.p,
        "q": found.q,
        "used_differently": found.used_differently,
        "distance": found.distance,
        "beyond": found.beyond,
        "counts": found.counts,
        "words": found.words,
        "settings": found.settings,
    }


def _row(found: int | None) -> int:
    return -1 if found is None else found


def load_use(
    library: Library, model_id: str, parameters: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray, ComparedUse] | None:
    """The result of the job "use": rows of its words in both models, and what was found; None if there is
    none (see ``results.result``)."""
    found = result(library, KIND, model_id, parameters)
    if found is None:
        return None
    fields: dict[str, Any] = {**found.arrays, **found.values}
    rows_a, rows_b = fields.pop("rows_a", None), fields.pop("rows_b", None)
    words = fields.get("words")
    try:
        if not isinstance(words, list) or len(words) != len(rows_a):
            raise TypeError("words are missing")
        return rows_a, rows_b, ComparedUse(**fields)
    except TypeError:  # a field is missing
        forget(library.model_folder(model_id), KIND, parameters)
        return None
