"""Heavy work on a finished model, in the background: started once, looked at, stopped, kept.

A kind of work is a function in ``KINDS``. A job is known by its kind, its model and its parameters;
what it found is kept in the model's folder:

results/<kind>-<hash>.json     the parameters, the values that are no arrays; written last
results/<kind>-<hash>.npz      the arrays; nothing pickled

A page calls ``start`` and ``worker.ensure_worker``, shows ``status`` in a fragment, then ``result``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import model_folder
from w2v_core.library.model_files import load_model, read_record
from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.model.split_trainings import Halves, split_in_halves
from w2v_core.model.stability import MOST_BYTES, Stability, resample
from w2v_core.queue.queue import Job, Queue
from w2v_core.space import compare
from w2v_core.space.evaluation import parse_questions, scorecard
from w2v_core.space.map_kind import MapKind
from w2v_core.space.maps import MAPS
from w2v_core.storage import records
from w2v_core.storage.files import Damaged, read_json, remove, write_arrays, write_json
from w2v_core.storage.records import Array, Payload, ResultRecord

SCHEMA_VERSION = 1
LEAST_SHARED = 30  # words that two models must share to be compared
FORMING_WORDS = 4_000  # kept of a training from a random start: 64 MB in 40 passes at d = 100

Tell = Callable[[float, str], bool]
Work = Callable[[Path, dict[str, Any], Tell], dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """What a job found: arrays by name, and JSON values by name; ``seconds`` it took."""

    arrays: dict[str, np.ndarray]
    values: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Status:
    """How a job stands.

    ``state`` as in ``queue.queue``; ``share`` 0 to 1; ``sentence`` what is being done; ``seconds`` since
    it began; ``seconds_left`` expected, None while nothing can be said; ``place`` how many jobs come
    before it, and ``wait`` the seconds until it begins, where it is queued; ``stopping`` once it was
    asked to end; ``message`` why it ended, where it did not end well.
    """

    state: str
    share: float = 0.0
    sentence: str = ""
    seconds: float = 0.0
    seconds_left: float | None = None
    place: int = 0
    wait: float | None = None
    stopping: bool = False
    message: str | None = None

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


def job_id(kind: str, model_id: str, parameters: dict[str, Any]) -> str:
    """The id of the job with these parameters: the same for the same, whatever their order."""
    key = f"{kind}\n{model_id}\n{_canonical(parameters)}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def start(queue: Queue, kind: str, model_id: str, parameters: dict[str, Any]) -> str:
    """Queue a job unless it waits, runs, or has left its result; one that failed, was cancelled or
    lost is queued again. A worker does it: see ``worker.ensure_worker``.

    Parameters
    ----------
    queue : Queue
    kind : str
        One of ``KINDS``.
    model_id : str
        Of a finished model.
    parameters : dict
        JSON values, as this kind's function takes them.

    Returns
    -------
    str
        The job's id.

    Raises
    ------
    ValueError
        for an unknown kind, what cannot be a model's id, or a model that the visitor may not look at.
    """
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r}: choose one of {', '.join(map(repr, KINDS))}.")
    for read in (model_id, parameters.get("other", model_id)):  # the worker asks for no rights
        model_folder(read)
    id = job_id(kind, model_id, parameters)
    payload = {"model": model_id, "parameters": parameters}
    job = queue.get(id)
    if job is None:
        queue.put(kind, payload, id)
    elif job.ended and not (job.state == "done" and has_result(kind, model_id, parameters)):
        queue.put_again(id)
    return id


def stop(queue: Queue, kind: str, model_id: str, parameters: dict[str, Any]) -> None:
    """Ask for a job's end."""
    queue.request_stop(job_id(kind, model_id, parameters))


def status(queue: Queue, kind: str, model_id: str, parameters: dict[str, Any]) -> Status | None:
    """How a job stands; None where it was never started, or its result has gone with its model."""
    job = queue.get(job_id(kind, model_id, parameters))
    if job is None or job.state == "done":
        there = has_result(kind, model_id, parameters)
        return Status("done", share=1.0) if there else None
    left = None
    if job.state == "running" and job.share > 0.02:
        left = job.spent * (1 - job.share) / job.share
    return Status(
        state=job.state,
        share=job.share,
        sentence=job.sentence or "",
        seconds=job.spent,
        seconds_left=left,
        place=queue.place(job.id) if job.state == "queued" else 0,
        wait=queue.wait(job.id) if job.state == "queued" else None,
        stopping=job.stop,
        message=job.message,
    )


def has_result(kind: str, model_id: str, parameters: dict[str, Any]) -> bool:
    """Whether the result is there, and of the model as it is now."""
    return _record(model_folder(model_id), kind, parameters) is not None


def result(kind: str, model_id: str, parameters: dict[str, Any]) -> Result | None:
    """What a job found; None where there is nothing whole, or where the model has been trained
    further since."""
    return read_result(model_folder(model_id), kind, parameters)


def read_result(folder: Path, kind: str, parameters: dict[str, Any]) -> Result | None:
    """``result``, of the model in a folder."""
    record = _record(folder, kind, parameters)
    if record is None:
        return None
    arrays: dict[str, np.ndarray] = {}
    if record.has_arrays:
        path, wanted = _file(folder, kind, parameters, "npz"), _arrays_of(kind)
        try:
            n_words, dim = _model_shape(folder, record)
            arrays = records.checked_arrays(path, wanted, "", d=dim)
            if wanted and not _fits(kind, arrays, n_words, parameters):
                raise Damaged("This result tells of words that the model does not have.")
        except (Damaged, FileNotFoundError):
            _forget(folder, kind, parameters)
            return None
    return Result(arrays, record.found, record.seconds)


def _forget(folder: Path, kind: str, parameters: dict[str, Any]) -> None:
    """A damaged result goes, so that it can be made again."""
    with contextlib.suppress(OSError):
        remove(_file(folder, kind, parameters, "json"))


def _arrays_of(kind: str) -> dict[str, Array]:
    return records.RESULT_ARRAYS.get(kind, {})


def _model_shape(folder: Path, record: ResultRecord) -> tuple[int, int]:
    there = records.check_headers(folder / record.model, {"V": Array("f", ("n", "d"))})
    n_words, dim = there["V"].shape
    return n_words, dim


def _fits(
    kind: str,
    arrays: dict[str, np.ndarray],
    n_words: int,
    parameters: dict[str, Any],
) -> bool:
    """Whether a result tells of words that the model has."""
    if kind == "compare":
        rows_a, rows_b = arrays["rows_a"], arrays["rows_b"]
        inside = rows_a.min(initial=0) >= 0 and rows_b.min(initial=0) >= 0
        return bool(inside and rows_a.max(initial=-1) < n_words)
    if kind == "tsne":
        return arrays["coordinates"].shape[0] == min(n_words, parameters["words"])
    return arrays["V"].shape[-2] <= n_words


def do(job: Job, tell: Tell) -> None:
    """Do a job and keep what it found; the worker calls this.

    Raises
    ------
    InterruptedError
        when ``tell`` said stop.
    ValueError, OSError
        with a sentence for the person.
    """
    if job.kind not in KINDS:
        raise ValueError(f"This version of the app knows no work called {job.kind!r}.")
    asked = Payload.from_json(job.payload)
    if asked.model is None:
        raise Damaged("What was asked for cannot be read any more: start it again.")
    _make(model_folder(asked.model), job.kind, asked.parameters, tell)


def _make(folder: Path, kind: str, parameters: dict[str, Any], tell: Tell) -> None:
    begin = time.perf_counter()
    model = read_record(folder).arrays
    found = KINDS[kind](folder, parameters, tell)
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


def _canonical(parameters: dict[str, Any]) -> str:
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
    digest = hashlib.sha256(_canonical(parameters).encode()).hexdigest()[:16]
    return folder / "results" / f"{kind}-{digest}.{ending}"


def _record(folder: Path, kind: str, parameters: dict[str, Any]) -> ResultRecord | None:
    try:
        record = ResultRecord.from_json(read_json(_file(folder, kind, parameters, "json")))
        if record.schema_version != SCHEMA_VERSION:
            return None  # another version's: it is made again
        # A model that is trained further gets another file of arrays, named by its content.
        if not (folder / record.model).is_file():
            return None
        if record.has_arrays:
            records.check_headers(_file(folder, kind, parameters, "npz"), _arrays_of(kind))
    except (FileNotFoundError, Damaged):
        return None
    return record


# The kinds of work.


def _map(kind: MapKind) -> Work:
    """{"which": "center" | "output" | "sum", "words": the n most frequent, and the settings of the kind of
    map} → coordinates float32 (n, dims), and what the kind says of them."""

    def draw(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
        settings = dict(parameters)
        which, words = settings.pop("which"), settings.pop("words")
        matrix = load_model(folder, corpus=False).vectors(which).matrix[:words]
        drawn = kind.coordinates(matrix, settings, tell)
        return {"coordinates": drawn.coordinates, **drawn.values}

    return draw


def _stability(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"resamples": R, "seed": s} → V and U float16 (R, words, d), present bool (R, words), as
    ``load_stability`` reads them."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is not here, so it cannot be drawn from again.")
    found = resample(model, model.corpus, parameters["resamples"], parameters["seed"], tell)
    return {"V": found.V, "U": found.U, "present": found.present}


def _halves(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"splits": k, "seed": s} → the fields of ``model.halves.Halves``, of as many words as the resamples
    have."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is not here, so it cannot be divided.")
    splits = parameters["splits"]
    words = max(1, MOST_BYTES // (2 * splits * model.V.shape[1] * 4))
    found = split_in_halves(model, model.corpus, splits, parameters["seed"], words, tell)
    return {"V": found.V, "U": found.U, "present": found.present}


def _scorecard(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"which": "center" | "output" | "sum", "method": "add" | "mul", "questions": text in Google's
    format} → sections [[name, asked, covered, right]], misses [[section, a, b, c, d, answer, rank]]."""
    questions = parse_questions(parameters["questions"])
    vectors = load_model(folder, corpus=False).vectors(parameters["which"])
    card = scorecard(
        vectors, questions, parameters["method"], lambda share: tell(share, "Answering questions")
    )
    return {
        "sections": [[s.section, s.asked, s.covered, s.right] for s in card.sections],
        "misses": [
            [*dataclasses.astuple(miss.question), miss.answer, miss.rank] for miss in card.misses
        ],
    }


def _random_start(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{} → V and U float16 (passes, words, d) of the most frequent words before every step, and losses
    (passes,), of the notes' model on the same text: unanchored, from small random vectors; by exact
    passes, as its sgd would take hours in a longer text."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is not here, so it cannot be trained on again.")
    V, U = [], []

    def keep(progress: Progress) -> None:
        V.append(progress.V[:FORMING_WORDS].astype(np.float16))
        U.append(progress.U[:FORMING_WORDS].astype(np.float16))

    again = SkipGram(
        dim=model.V.shape[1],
        window=model.window,
        weighting=model.weighting,
        subsample=model.chosen.get("subsample", model.subsample),
        anchored=False,
        seed=model.seed,
    ).fit(model.corpus, keep, poll=lambda share: tell(share, "Training from a random start"))
    if again.stopped:
        raise InterruptedError("The training was stopped.")
    return {"V": np.stack(V), "U": np.stack(U), "losses": again.loss_curve}


def _compare(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"other": id, "arrays": the other's file of arrays, "which": "center" | "output" | "sum",
    "resamples": R, "splits": k, "seed": s} → rows_a, rows_b int (n,) of the shared words, and the fields of
    ``space.compare.Changes``. The resamples and halves of both models are made first, and kept, where they
    are not there."""
    other = model_folder(parameters["other"])
    drawn = {"resamples": parameters["resamples"], "seed": parameters["seed"]}
    split = {"splits": parameters["splits"], "seed": parameters["seed"]}
    stabilities, models, halves = [], [], []
    for which, (place, name) in enumerate(((folder, "A"), (other, "B"))):
        for step, (kind, wanted) in enumerate((("stability", drawn), ("halves", split))):
            if _record(place, kind, wanted) is None:

                def part(share: float, sentence: str, begin=0.4 * which + 0.2 * step, name=name):
                    return tell(begin + 0.2 * share, f"{sentence} of {name}")

                _make(place, kind, wanted, part)
        model = load_model(place, corpus=False)
        found, parts = read_result(place, "stability", drawn), read_result(place, "halves", split)
        if found is None or parts is None:
            raise ValueError("The resamples of a model were changed meanwhile: compare again.")
        models.append(model)
        stabilities.append(Stability(model, **found.arrays))
        halves.append(Halves(**parts.arrays))
    a, b = stabilities
    words, rows_a, rows_b = compare.shared_words(a.words, b.words)
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

    changes = compare.changes(
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
    return {"rows_a": rows_a, "rows_b": rows_b, **dataclasses.asdict(changes)}


def load_changes(
    model_id: str, parameters: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray, compare.Changes] | None:
    """What the job "compare" found: rows of the shared words in both, and what changed; None where there
    is nothing (see ``result``)."""
    found = result("compare", model_id, parameters)
    if found is None:
        return None
    fields: dict[str, Any] = {**found.arrays, **found.values}
    rows_a, rows_b = fields.pop("rows_a"), fields.pop("rows_b")
    try:
        return rows_a, rows_b, compare.Changes(**fields)
    except TypeError:  # a field is missing
        _forget(model_folder(model_id), "compare", parameters)
        return None


def load_stability(
    model_id: str, parameters: dict[str, Any], model: SkipGram | None = None
) -> Stability | None:
    """What the job "stability" found; None where there is nothing (see ``result``).

    Parameters
    ----------
    model_id : str
    parameters : dict
        {"resamples": R, "seed": s}, as the job was started.
    model : SkipGram, optional
        The model, where it is open already.
    """
    found = result("stability", model_id, parameters)
    if found is None:
        return None
    model = model or load_model(model_folder(model_id), corpus=False)
    return Stability(model, **found.arrays)


KINDS: dict[str, Work] = {
    **{kind.name: _map(kind) for kind in MAPS.values() if kind.background},
    "stability": _stability,
    "scorecard": _scorecard,
    "random_start": _random_start,
    "halves": _halves,
    "compare": _compare,
}
"""Kind → a function (the model's folder, parameters, tell) → what it found: arrays and JSON values by
name. ``tell(share 0 to 1, what is being done)`` is to be called several times a second; True means
stop, by raising InterruptedError with a sentence. ValueError and OSError carry a sentence too.

"train" is not among them: it makes a model instead of looking at one (see ``work.training``).
"""
