"""Results of analyses, kept in the model's folder.

results/<kind>-<hash>.json     the parameters, the values that are not arrays; written last
results/<kind>-<hash>.npz      the arrays; nothing is pickled

The hash is of the parameters, so that equal parameters find the same result.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.library.model_files import read_record
from w2v_core.space.maps import MAPS
from w2v_core.storage import array_tables
from w2v_core.storage.array_tables import Array
from w2v_core.storage.files import Damaged, read_json, remove, write_arrays, write_json
from w2v_core.storage.records import ResultRecord

SCHEMA_VERSION = 1
Tell = Callable[[float, str], bool]
Work = Callable[[Path, dict[str, Any], Tell], dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """The result of a job: arrays and JSON values, each by name, and the seconds it took."""

    arrays: dict[str, np.ndarray]
    values: dict[str, Any]
    seconds: float


def has_result(library: Library, kind: str, model_id: str, parameters: dict[str, Any]) -> bool:
    """Whether there is a result for the model as it is now."""
    return read_result_record(library.model_folder(model_id), kind, parameters) is not None


def result(library: Library, kind: str, model_id: str, parameters: dict[str, Any]) -> Result | None:
    """The result of a job; None if it is missing or damaged, or the model was trained further since
    (ValueError for a model that the library's visitor may not look at)."""
    return read_result(library.model_folder(model_id), kind, parameters)


def read_result(folder: Path, kind: str, parameters: dict[str, Any]) -> Result | None:
    """Like ``result``, for the model in a folder."""
    record = read_result_record(folder, kind, parameters)
    if record is None:
        return None
    arrays: dict[str, np.ndarray] = {}
    if record.has_arrays:
        path, wanted = _file(folder, kind, parameters, "npz"), _arrays_of(kind)
        try:
            n_words, dim = _model_shape(folder, record)
            arrays = array_tables.checked_arrays(path, wanted, "", d=dim)
            if wanted and not _fits(kind, arrays, n_words, parameters):
                raise Damaged("This result refers to words that the model does not have.")
        except (Damaged, FileNotFoundError):
            forget(folder, kind, parameters)
            return None
    return Result(arrays, record.found, record.seconds)


def make(folder: Path, kind: str, parameters: dict[str, Any], work: Work, tell: Tell) -> None:
    """Run an analysis of the model in a folder, and keep its result there."""
    begin = time.perf_counter()
    model = read_record(folder).arrays
    found = work(folder, parameters, tell)
    arrays = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    (folder / "results").mkdir(exist_ok=True)
    if arrays:
        write_arrays(_file(folder, kind, parameters, "npz"), arrays)
    write_json(
        _file(folder, kind, parameters, "json"),
        {
            "schema_version": SCHEMA_VERSION,
            "kind": kind,
            "parameters": parameters,
            "model": model,
            "made": time.time(),
            "seconds": time.perf_counter() - begin,
            "has_arrays": bool(arrays),
            "values": {name: value for name, value in found.items() if name not in arrays},
        },
    )


def forget(folder: Path, kind: str, parameters: dict[str, Any]) -> None:
    """Remove a damaged result, so that it can be made again."""
    with contextlib.suppress(OSError):
        remove(_file(folder, kind, parameters, "json"))


def read_result_record(folder: Path, kind: str, parameters: dict[str, Any]) -> ResultRecord | None:
    try:
        record = ResultRecord.from_json(read_json(_file(folder, kind, parameters, "json")))
        if record.schema_version != SCHEMA_VERSION:
            return None  # written by another version: it is computed again
        # Further training gives the model another file of arrays, named by its content.
        if not (folder / record.model).is_file():
            return None
        if record.has_arrays:
            array_tables.check_headers(_file(folder, kind, parameters, "npz"), _arrays_of(kind))
    except (FileNotFoundError, Damaged):
        return None
    return record


def canonical(parameters: dict[str, Any]) -> str:
    """JSON that is the same for equal parameters: keys in order, 30.0 as 30."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(v) for key, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    return json.dumps(plain(parameters), sort_keys=True, separators=(",", ":"))


def _file(folder: Path, kind: str, parameters: dict[str, Any], ending: str) -> Path:
    digest = hashlib.sha256(canonical(parameters).encode()).hexdigest()[:16]
    return folder / "results" / f"{kind}-{digest}.{ending}"


def _arrays_of(kind: str) -> dict[str, Array]:
    return array_tables.MAP_ARRAYS if kind in MAPS else array_tables.RESULT_ARRAYS.get(kind, {})


def _model_shape(folder: Path, record: ResultRecord) -> tuple[int, int]:
    there = array_tables.check_headers(folder / record.model, {"V": Array("f", ("n", "d"))})
    n_words, dim = there["V"].shape
    return n_words, dim


def _fits(
    kind: str,
    arrays: dict[str, np.ndarray],
    n_words: int,
    parameters: dict[str, Any],
) -> bool:
    """Whether a result refers only to words that the model has."""
    if kind == "use":  # −1: the model lacks the word
        rows_a, rows_b = arrays["rows_a"], arrays["rows_b"]
        inside = rows_a.min(initial=0) >= -1 and rows_b.min(initial=0) >= -1
        return bool(inside and rows_a.max(initial=-1) < n_words)
    if kind == "follow":  # it names its words itself
        return True
    if kind == "page":
        return arrays["page"].dtype == np.uint8
    if kind in MAPS:
        return arrays["coordinates"].shape[0] == min(n_words, parameters["words"])
    return arrays["V"].shape[-2] <= n_words
