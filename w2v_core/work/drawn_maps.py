"""The maps that workers have drawn of a model, for what shows one of them without asking for another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.storage.files import Damaged, read_json
from w2v_core.storage.records import ResultRecord
from w2v_core.work.results import read_result


def drawn_map(
    library: Library, id: str, kind: str = "tsne"
) -> tuple[dict[str, Any], np.ndarray] | None:
    """The two-dimensional map of the center vectors with the most words, the newest of several: its
    parameters and its coordinates float32 (words, 2); None where none was drawn of the model as it is."""
    return drawn_map_in(library.model_folder(id), kind)


def drawn_map_in(folder: Path, kind: str = "tsne") -> tuple[dict[str, Any], np.ndarray] | None:
    """The same, of the model in a folder."""
    files = [*(folder / "results").glob(f"{kind}-*.json")]
    best = None
    for file in sorted(files, key=lambda file: file.stat().st_mtime):
        try:
            parameters = ResultRecord.from_json(read_json(file)).parameters
        except (OSError, Damaged):
            continue
        if (parameters.get("which"), parameters.get("dims")) != ("center", 2):
            continue
        found = read_result(folder, kind, parameters)
        if found is not None and (best is None or len(found.arrays["coordinates"]) >= len(best[1])):
            best = parameters, found.arrays["coordinates"]
    return best
