"""The methods record: how a model was made, in full, and the way to make it again.

python -m w2v_core train TEXT --record FILE --out MODEL.zip
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library import model_documents
from w2v_core.library.library import Library
from w2v_core.library.model_files import (
    load_corpus,
    load_model,
    read_record,
    save_corpus,
    save_model,
    text_facts,
    versions,
    write_about,
)
from w2v_core.library.training_history import Recorder
from w2v_core.model.agreement import Agreement
from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.storage.files import read_json
from w2v_core.storage.limits import max_text_bytes
from w2v_core.storage.records import ResultRecord
from w2v_core.text.corpus import Corpus
from w2v_core.text.scratch import PREFIX, new_stamp
from w2v_core.work import analyses

RECORD_VERSION = 1
NEAREST = 10
SURE_WORDS = 100  # of the most frequent, whose neighbours' stability is averaged


def methods_record(library: Library, id: str) -> dict[str, Any]:
    """How a model of the library was made, as JSON values (errors as for ``load_model``).

    Settings given (None: chosen from the text) and chosen; SHA-256, size and shape of the text; losses of
    every pass in nats per pair; where dimensions were tried, the held-out losses of all; of a short text,
    what was learned beyond frequency; the account of the file that vectors came from; SHA-256 of V and U;
    package versions; how sure the neighbours are, where trainings on halves are there; and their stability,
    where an earlier version drew resamples.
    """
    folder = library.model_folder(id)
    saved, entry = read_record(folder), library.entry(id)
    model = load_model(folder, corpus=False)
    origin = model.origin
    text = origin.get("text")
    if text is None and (folder / "corpus.json").is_file():  # saved before texts were described
        text = text_facts(folder, load_corpus(folder))
    return {
        "record_version": RECORD_VERSION,
        "name": entry.name,
        "made": datetime.fromtimestamp(entry.created, UTC).isoformat(timespec="seconds"),
        "source": entry.source,
        "trained_here": entry.loss is not None,
        "text": text,
        "parameters": saved.parameters,
        "chosen": saved.chosen,
        "words": len(model.words),
        "dimensions": model.V.shape[1],
        "passes": max(len(model.loss_curve) - 1, 0),
        "stopped": model.stopped,
        "seconds": round(float(model.seconds), 3),
        "losses": model.loss_curve.tolist(),
        "held_out_losses": model.held_out_curve.tolist(),
        "vectors_sha256": fingerprint(model),
        "versions": origin.get("versions"),
        "vectors": origin.get("vectors"),
        "trials": None if model.trials is None else model.trials.as_json(),
        "gain": None if model.gain is None else model.gain.as_json(),
        "certainty": _certainty(library, id, model) or origin.get("certainty"),
        "stability": _stability(library, id, model) or origin.get("stability"),
    }


def fingerprint(model: SkipGram) -> str:
    """SHA-256 of V and U: the same only for the same vectors."""
    digest = hashlib.sha256()
    for matrix in (model.V, model.U):
        if matrix is not None:
            digest.update(np.ascontiguousarray(matrix, "<f4").tobytes())
    return digest.hexdigest()


def _certainty(library: Library, id: str, model: SkipGram) -> dict[str, Any] | None:
    """How far both halves of the text have the nearest words as well; None without such trainings."""
    for file in sorted((library.model_folder(id) / "results").glob("certainty-*.json")):
        try:
            record = ResultRecord.from_json(read_json(file))
            found = analyses.load_certainty(library, id, record.parameters, model)
        except (ValueError, OSError):
            continue
        if found is None:
            continue
        answers = [a for word in found.words[:SURE_WORDS] for a in found.nearest(word, NEAREST)]
        return {
            **record.parameters,
            "documents": record.found.get("documents", 0),
            "nearest": NEAREST,
            "most_frequent_words": min(SURE_WORDS, len(found.words)),
            "share_in_both_halves": _mean([a.splits / found.splits for a in answers]),
            "share_expected_again": _mean([a.share for a in answers]),
        }
    return None


def _mean(shares: list[float]) -> float:
    return round(float(np.mean(shares)), 4) if shares else 0.0


def _stability(library: Library, id: str, model: SkipGram) -> dict[str, Any] | None:
    """How far the nearest words are those of resampled texts as well; None without resamples."""
    for file in sorted((library.model_folder(id) / "results").glob("stability-*.json")):
        try:
            parameters = ResultRecord.from_json(read_json(file)).parameters
            found = analyses.load_stability(library, id, parameters, model)
        except (ValueError, OSError):
            continue
        if found is None:
            continue
        agreement, vectors = Agreement(found), model.vectors("center")
        shares = []
        for word in filter(vectors.has_direction, found.words[:SURE_WORDS]):
            again = agreement.shares(word, NEAREST)["cosine"]
            near = [w for w, _ in vectors.most_similar(word, NEAREST, "cosine")]
            shares.append(float(np.mean([again.get(w, 0.0) for w in near])))
        return {
            **parameters,
            "nearest": NEAREST,
            "most_frequent_words": len(shares),
            "share_found_again": round(float(np.mean(shares or [0.0])), 4),
        }
    return None


def read_methods_record(path: Path) -> dict[str, Any]:
    """A record from a file, as far as making the model again needs it.

    Raises
    ------
    FileNotFoundError
    ValueError
        with a sentence, when it is none, or is of a newer version.
    """
    record = read_json(path)
    version = record.get("record_version") if isinstance(record, dict) else None
    if type(version) is not int:
        raise ValueError(
            f"{path.name} is not a methods record: export one from the library of models."
        )
    if version > RECORD_VERSION:
        raise ValueError(
            f"{path.name} was written by a newer version (record {version}; this one reads up to "
            f"{RECORD_VERSION}): update the app to use it."
        )
    text, parameters = record.get("text"), record.get("parameters")
    if not isinstance(text, dict) or not isinstance(text.get("parameters"), dict):
        raise ValueError(
            f"{path.name} describes a model that was imported without its text: how it was trained "
            "is not known."
        )
    if "sha256" in text and text["sha256"] is None:
        raise ValueError(
            f"{path.name} describes a model whose text a cluster counted: train it again with --cluster "
            "and the same settings."
        )
    if not isinstance(parameters, dict) or not isinstance(record.get("passes"), int):
        raise ValueError(f"{path.name} is damaged: it does not say how the model was trained.")
    return record


def make_again(
    library: Library, record: dict[str, Any], text: Path, name: str | None = None
) -> tuple[str, list[str]]:
    """Train the model of a record once more, and put it into the library.

    Parameters
    ----------
    library : Library
    record : dict
        What ``read_methods_record`` gave.
    text : Path
        The text that it was trained on, packed or not; or, where that was made of several files, the
        one that held them, or a folder of them.
    name : str, optional
        What to call the model; its former name by default.

    Returns
    -------
    id : str
    differences : list of str
        Sentences on why the vectors are others; empty when they are the same.

    Raises
    ------
    ValueError, OSError
        with a sentence, when the text is another one, or a setting may not be.
    """
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}record-{new_stamp()}-") as spare:
        source = _prepared(record["text"], text, Path(spare) / "text.txt")
        return _make_again(library, record, source, text.name, name)


def _prepared(described: dict[str, Any], text: Path, out: Path) -> Path:
    """The text that was trained on: the one given, or, where it was made of files, made of them again."""
    preparation = described.get("preparation")
    if not isinstance(preparation, dict):
        return text
    if text.is_file():
        with open(text, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == described.get("sha256"):
                return text
    model_documents.make_again(text, preparation, out)
    return out


def _make_again(
    library: Library, record: dict[str, Any], text: Path, given: str, name: str | None
) -> tuple[str, list[str]]:
    settings = {**record["text"]["parameters"], **(record["text"].get("lists") or {})}
    try:
        model = new_model(record["parameters"])
        corpus = Corpus.from_file(text, **settings, max_bytes=max_text_bytes())
    except TypeError as error:
        raise ValueError(f"This record has a setting that is unknown here ({error}).") from error
    with library.new_folder() as (id, folder):
        save_corpus(corpus, folder)
        model_documents.keep_documents(text, folder)
        found = text_facts(folder, corpus)["sha256"]
        if found != record["text"].get("sha256"):
            raise ValueError(
                f"{given} is not the text of this record: its SHA-256, in UTF-8, is {found}, and "
                f"the record's is {record['text'].get('sha256')}."
            )
        corpus = load_corpus(folder)
        recorder = Recorder(folder, corpus.vocabulary)

        def keep(progress: Progress) -> bool:
            recorder(progress, model.log_q)
            return bool(record.get("stopped")) and progress.step >= record["passes"]

        model.fit(corpus, keep)
        for spare in ("live.npz", "checkpoint.npz"):
            (folder / spare).unlink(missing_ok=True)
        write_about(folder, source=record.get("source") or given)
        save_model(model, folder, name=name or record.get("name") or given, created=time.time())
    return id, _differences(record, model)


def _differences(record: dict[str, Any], model: SkipGram) -> list[str]:
    if fingerprint(model) == record.get("vectors_sha256"):
        return []
    reasons = [
        f"{name} was {before} and is {versions().get(name)} here."
        for name, before in (record.get("versions") or {}).items()
        if versions().get(name) != before
    ]
    if record.get("stopped"):
        reasons.append("The training was stopped by hand, which sgd allows within a pass.")
    return reasons or ["The processor, or the libraries that NumPy uses, may be different."]
