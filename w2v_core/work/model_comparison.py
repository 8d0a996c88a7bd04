"""The comparison of two models, as an analysis that first makes what it needs of both."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.library.model_files import load_model
from w2v_core.model.split_trainings import Halves
from w2v_core.model.stability import Stability
from w2v_core.space.alignment import shared_words
from w2v_core.space.changes import Changes, changes
from w2v_core.storage.home import model_folder
from w2v_core.work.resampling import draw_resamples, train_halves
from w2v_core.work.results import Tell, forget, make, read_result, read_result_record, result

LEAST_SHARED = 30  # words that two models must share to be compared


def compare_models(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"other": id, "arrays": the other's file of arrays, "which": "center" | "output" | "sum",
    "resamples": R, "splits": k, "seed": s} → rows_a, rows_b int (n,) of the shared words, and the fields of
    ``space.changes.Changes``. The resamples and halves of both models are made first, and kept, where they
    are not there."""
    other = model_folder(folder.parents[1], parameters["other"])
    drawn = {"resamples": parameters["resamples"], "seed": parameters["seed"]}
    split = {"splits": parameters["splits"], "seed": parameters["seed"]}
    steps = (("stability", drawn, draw_resamples), ("halves", split, train_halves))
    stabilities, models, halves = [], [], []
    for which, (place, name) in enumerate(((folder, "A"), (other, "B"))):
        for step, (kind, wanted, work) in enumerate(steps):
            if read_result_record(place, kind, wanted) is None:

                def part(share: float, sentence: str, begin=0.4 * which + 0.2 * step, name=name):
                    return tell(begin + 0.2 * share, f"{sentence} of {name}")

                make(place, kind, wanted, work, part)
        model = load_model(place, corpus=False)
        found, parts = read_result(place, "stability", drawn), read_result(place, "halves", split)
        if found is None or parts is None:
            raise ValueError(
                "The resamples of a model changed during the comparison: compare again."
            )
        models.append(model)
        stabilities.append(Stability(model, **found.arrays))
        halves.append(Halves(**parts.arrays))
    a, b = stabilities
    words, rows_a, rows_b = shared_words(a.words, b.words)
    if len(words) < LEAST_SHARED:
        raise ValueError(
            f"These models share {len(words):,} words; at least {LEAST_SHARED} are needed to compare them."
        )
    which = parameters["which"]

    def vectors(s: Stability | Halves, rows: np.ndarray) -> np.ndarray:
        packed = s.U if which == "output" else s.V
        kept = packed[..., rows, :].astype(np.float32)
        kept = kept + s.U[..., rows, :] if which == "sum" else kept
        kept[~s.present[..., rows]] = 0
        return kept

    compared = changes(
        models[0].vectors(which).matrix[rows_a],
        models[1].vectors(which).matrix[rows_b],
        vectors(a, rows_a),
        vectors(b, rows_b),
        a.present[:, rows_a],
        b.present[:, rows_b],
        vectors(halves[0], rows_a),
        vectors(halves[1], rows_b),
        callback=lambda share, sentence: tell(0.8 + 0.2 * share, sentence),
    )
    return {"rows_a": rows_a, "rows_b": rows_b, **dataclasses.asdict(compared)}


def load_changes(
    library: Library, model_id: str, parameters: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray, Changes] | None:
    """The result of the job "compare": rows of the shared words in both models, and their changes; None if
    there is none (see ``result``)."""
    found = result(library, "compare", model_id, parameters)
    if found is None:
        return None
    fields: dict[str, Any] = {**found.arrays, **found.values}
    rows_a, rows_b = fields.pop("rows_a"), fields.pop("rows_b")
    try:
        return rows_a, rows_b, Changes(**fields)
    except TypeError:  # a field is missing
        forget(library.model_folder(model_id), "compare", parameters)
        return None
