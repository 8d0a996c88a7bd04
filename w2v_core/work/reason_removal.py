"""Reasons put to the test, as an analysis of a model: trainings without the lines of its reasons."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from w2v_core.library.model_files import load_model
from w2v_core.model.removal import Nearness, Removal, remove_reasons
from w2v_core.work.results import Result, Tell


def take_reasons_out(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"word": a, "neighbour": b, "contexts": [words], "draws": k, "seed": s} → the fields of
    ``model.removal.Removal`` as JSON values, as ``removal_of`` reads them."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is not here, so no lines can be removed from it.")
    for word in (parameters["word"], parameters["neighbour"], *parameters["contexts"]):
        if word not in model.vocabulary:
            raise ValueError(f"The word {word!r} is not in the vocabulary of this model.")
    found = remove_reasons(
        model,
        model.corpus,
        parameters["word"],
        parameters["neighbour"],
        parameters["contexts"],
        parameters["draws"],
        parameters["seed"],
        tell,
    )
    return dataclasses.asdict(found)


def removal_of(result: Result) -> Removal | None:
    """What ``take_reasons_out`` found; None where it cannot be read."""
    values = result.values
    try:
        return Removal(
            int(values["lines"]),
            int(values["of"]),
            Nearness(**values["whole"]),
            [Nearness(**one) for one in values["without_reasons"]],
            [Nearness(**one) for one in values["without_random"]],
        )
    except (KeyError, TypeError, ValueError):
        return None
