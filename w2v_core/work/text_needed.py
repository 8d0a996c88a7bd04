"""How much text is needed, as an analysis of a model: trainings on nested parts of its text."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from w2v_core.library.model_files import load_model
from w2v_core.model.learning_curve import LearningCurve, learning_curve
from w2v_core.work.certainty import documents_of_model
from w2v_core.work.results import Result, Tell


def train_on_parts(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"splits": k, "seed": s} → the fields of ``model.learning_curve.LearningCurve`` as JSON values, as
    ``curve_of`` reads them."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError(
            "The text of this model is not here, so parts of it cannot be used for training."
        )
    documents = documents_of_model(folder, model.corpus.sentence_bytes)
    found = learning_curve(
        model, model.corpus, documents, parameters["splits"], parameters["seed"], tell
    )
    return dataclasses.asdict(found)


def curve_of(result: Result) -> LearningCurve | None:
    """What ``train_on_parts`` found; None where it cannot be read."""
    try:
        found = LearningCurve(**result.values)
        parts = {len(found.sizes), len(found.losses), len(found.again), len(found.sure)}
        return found if len(parts) == 1 and min(parts) > 1 else None
    except TypeError:
        return None
