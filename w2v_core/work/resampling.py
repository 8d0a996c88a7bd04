"""A model trained again on resamples and on random halves of its text, as analyses of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from w2v_core.library.library import Library
from w2v_core.library.model_files import load_model
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.split_trainings import split_in_halves
from w2v_core.model.stability import MOST_BYTES, Stability, resample
from w2v_core.work.results import Tell, result


def draw_resamples(
    folder: Path, parameters: dict[str, Any], tell: Tell, only: Sequence[int] | None = None
) -> dict[str, Any]:
    """{"resamples": R, "seed": s} → V and U float16 (R, words, d), present bool (R, words), as
    ``load_stability`` reads them; ``only`` of some of the resamples."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is missing, so its sentences cannot be resampled.")
    found = resample(
        model, model.corpus, parameters["resamples"], parameters["seed"], tell, only=only
    )
    return {"V": found.V, "U": found.U, "present": found.present}


def train_halves(
    folder: Path, parameters: dict[str, Any], tell: Tell, only: Sequence[int] | None = None
) -> dict[str, Any]:
    """{"splits": k, "seed": s} → the fields of ``model.split_trainings.Halves``,
    of as many words as the resamples have; ``only`` of some of the splits."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is missing, so it cannot be split into halves.")
    splits = parameters["splits"]
    words = max(1, MOST_BYTES // (2 * splits * model.V.shape[1] * 4))
    found = split_in_halves(model, model.corpus, splits, parameters["seed"], words, tell, only=only)
    return {"V": found.V, "U": found.U, "present": found.present}


def load_stability(
    library: Library, model_id: str, parameters: dict[str, Any], model: SkipGram | None = None
) -> Stability | None:
    """The result of the job "stability"; None if there is none (see ``result``).

    Parameters
    ----------
    library : Library
    model_id : str
    parameters : dict
        {"resamples": R, "seed": s}, as the job was started.
    model : SkipGram, optional
        The model, if it is already open.
    """
    found = result(library, "stability", model_id, parameters)
    if found is None:
        return None
    model = model or load_model(library.model_folder(model_id), corpus=False)
    return Stability(model, **found.arrays)
