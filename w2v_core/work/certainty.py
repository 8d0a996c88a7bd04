"""How sure a model is, as an analysis of it: trainings on both halves of random splits of its text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import load_model
from w2v_core.model.certainty import Certainty, how_sure
from w2v_core.model.split_trainings import Halves
from w2v_core.model.word_model import WordModel
from w2v_core.text.sentence_documents import documents_of_sentences
from w2v_core.work.results import Tell, result

PARAMETERS = {"splits": 10, "seed": 0}
"""Those with which pages start it, and with which its result is found again."""


def train_on_halves(
    folder: Path, parameters: dict[str, Any], tell: Tell, only: Sequence[int] | None = None
) -> dict[str, Any]:
    """{"splits": k, "seed": s} → the fields of ``model.split_trainings.Halves``, as ``load_certainty``
    reads them, and the number of ``documents`` that the halves were made of, 0 where none are known;
    ``only`` of some of the splits."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is not here, so it cannot be split into halves.")
    documents = documents_of_model(folder, model.corpus.sentence_bytes)
    found = how_sure(
        model,
        model.corpus,
        documents,
        parameters["splits"],
        parameters["seed"],
        callback=tell,
        only=only,
    ).halves
    number = 0 if documents is None else len(np.unique(documents))
    return {"V": found.V, "U": found.U, "present": found.present, "documents": number}


def documents_of_model(folder: Path, sentence_bytes: np.ndarray) -> np.ndarray | None:
    """The document of each sentence of a model's text, int (n_sentences,); None where none are known, or
    there is only one."""
    try:
        found = model_documents(folder)
    except ValueError:  # the list is damaged: the text is divided as one that never had any
        return None
    if found is None or len(found) < 2:
        return None
    return documents_of_sentences(sentence_bytes, found.starts)


def load_certainty(
    library: Library, model_id: str, parameters: dict[str, Any], model: WordModel | None = None
) -> Certainty | None:
    """What the job "certainty" found; None where there is nothing (see ``result``).

    Parameters
    ----------
    library : Library
    model_id : str
    parameters : dict
        {"splits": k, "seed": s}, as the job was started.
    model : WordModel, optional
        The model, where it is open already.
    """
    found = result(library, "certainty", model_id, parameters)
    if found is None:
        return None
    model = model or load_model(library.model_folder(model_id), corpus=False)
    return Certainty(model, Halves(**found.arrays))
