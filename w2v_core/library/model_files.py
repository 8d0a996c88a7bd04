"""A model on disk: one folder, readable anywhere, nothing pickled.

model.json           schema version, parameters given and chosen, words; written last: a folder
                     without it holds no model
model-<digest>.npz   V, U (float32 (|W|, d)), log_q, counts, loss_curve, held_out_curve; since
                     schema 2, vectors that came from elsewhere may lack U; since schema 3, there may
                     be count vectors C (float32 (|W|, d))
corpus.json, corpus.npz, text.txt      the text and its encoded sentences; may be left out
documents.json       of a text made of several: where each stands in it, metadata, preparation
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import platform
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import trainer_of
from w2v_core.storage import array_tables, records
from w2v_core.storage.files import Damaged, counted_file, read_json, write_arrays, write_json
from w2v_core.storage.records import CorpusRecord, ModelRecord
from w2v_core.text.corpus import Corpus, CorpusSettings, EncodedText
from w2v_core.text.counted_text import CountedText
from w2v_core.text.documents import Documents
from w2v_core.text.word_counts import with_words, words_of_files

SCHEMA_VERSION = 3
"""The newest that is read. A model is written in the oldest that can tell all of it."""

_ARRAYS = ("V", "U", "log_q", "counts", "loss_curve")
_LATER_ARRAYS = ("held_out_curve", "C")  # models of earlier versions lack them
_CORPUS_ARRAYS = ("ids", "sentence_starts", "sentence_bytes", "counts", "all_counts")
_MOST_ACCOUNTS = 1_000
_MOST_COUNTED = 50_000_000  # bytes of a text whose words are counted file by file
_CORPUS_FIELDS = ("min_count", "max_vocab", "lowercase", "unit", "encoding", "warnings", "chosen")
_PREPARATION = {  # of the words of a text; texts that were saved earlier lack it
    "sentence_ends": "marks and lines",
    "numbers": "keep",
    "addresses": "keep",
    "emoji": "keep",
    "language": "none",
    "stop_most": 0,
    "stop_words": [],
    "phrases": [],
}
_LISTS = ("stop_words", "phrases")


def save_model(model: SkipGram, path: str | Path, **about) -> Path:
    """Write a trained model, with its corpus if it has one, into a folder; whole or not at all.

    Parameters
    ----------
    model : SkipGram
    path : str or Path
        The folder; made where it is missing. A model that is there already is replaced.
    **about
        More to keep in model.json, as JSON values (a name, a date).

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ValueError
        when the model is not trained.
    """
    folder = Path(path)
    if not hasattr(model, "V"):
        raise ValueError("The model has no vectors yet: call fit(corpus) before saving it.")
    folder.mkdir(parents=True, exist_ok=True)
    if model.corpus is not None:
        save_corpus(model.corpus, folder)
    arrays = {
        name: np.ascontiguousarray(getattr(model, name))
        for name in _ARRAYS + _LATER_ARRAYS
        if getattr(model, name) is not None
    }
    digest = hashlib.sha256(b"".join(a.data.tobytes() for a in arrays.values())).hexdigest()[:16]
    target = folder / f"model-{digest}.npz"
    write_arrays(target, arrays)
    write_json(
        folder / "model.json",
        {
            "schema_version": 3 if "C" in arrays else 1 if "U" in arrays else 2,
            "arrays": target.name,
            "parameters": model.get_params(),
            "chosen": model.chosen,
            "stopped": model.stopped,
            "seconds": model.seconds,
            "lowercase": model.vocabulary.lowercase,
            "shape": list(model.V.shape),
            "loss": float(model.loss_curve[-1]) if len(model.loss_curve) else None,
            "held_out_loss": float(model.held_out_curve[-1]) if len(model.held_out_curve) else None,
            "n_tokens": model.corpus.n_tokens if model.corpus is not None else None,
            "origin": _origin(model, folder),
            **about,
            "words": model.words,
        },
    )
    for older in folder.glob("model-*.npz"):
        if older != target:
            older.unlink(missing_ok=True)
    return folder


def load_model(path: str | Path, corpus: bool = True) -> SkipGram:
    """Read what ``save_model`` wrote.

    Parameters
    ----------
    path : str or Path
        The folder.
    corpus : bool
        Read the encoded text as well, where it was saved.

    Raises
    ------
    FileNotFoundError
        when the folder holds no model.
    ValueError
        when its files are damaged, or written by a newer version.
    """
    folder = Path(path)
    record = read_record(folder)
    n_words, dim = record.shape
    with _parts_of(folder):
        arrays = array_tables.checked_arrays(
            folder / record.arrays, _arrays_of(record), n=n_words, d=dim
        )
    if (arrays["counts"] < 0).any():
        raise Damaged(f"The model in {folder.name} is damaged: a word has a negative count.")
    with_text = corpus and (folder / "corpus.json").exists()
    model = trainer_of(record.parameters).from_arrays(
        parameters=record.parameters,
        chosen=record.chosen,
        words=record.words,
        lowercase=record.lowercase,
        stopped=record.stopped,
        seconds=record.seconds,
        corpus=load_corpus(folder) if with_text else None,
        V=arrays["V"],
        U=arrays.get("U"),
        C=arrays.get("C"),
        log_q=arrays["log_q"],
        counts=arrays["counts"],
        loss_curve=arrays["loss_curve"],
        held_out_curve=arrays.get("held_out_curve"),
    )
    model.origin = record.origin
    if (trials := record.origin.get("trials")) is not None:
        model.trials = Trials.from_json(trials)
    if (gain := record.origin.get("gain")) is not None:
        model.gain = Gain.from_json(gain)
    return model


def check_model(folder: Path) -> ModelRecord:
    """The record of the model in a folder, once its arrays promise to be there as the record says: all
    that can be known of it without reading them (errors as for ``load_model``)."""
    record = read_record(folder)
    n_words, dim = record.shape
    with _parts_of(folder):
        array_tables.check_headers(folder / record.arrays, _arrays_of(record), n=n_words, d=dim)
    return record


def _arrays_of(record: ModelRecord) -> dict[str, array_tables.Array]:
    wanted = dict(array_tables.MODEL_ARRAYS)
    if record.schema_version != 2:  # which vectors without U are written in
        wanted["U"] = dataclasses.replace(wanted["U"], optional=False)
    if record.schema_version == 3:  # which those with count vectors are written in
        wanted["C"] = dataclasses.replace(wanted["C"], optional=False)
    if record.loss is not None:
        wanted["loss_curve"] = dataclasses.replace(wanted["loss_curve"], least=1)
    return wanted


@contextlib.contextmanager
def _parts_of(folder: Path) -> Iterator[None]:
    """A file that model.json names is part of the model: without it the model is damaged."""
    try:
        yield
    except FileNotFoundError as error:
        raise Damaged(
            f"The model in {folder.name} is damaged: its file of arrays is missing."
        ) from error


def versions() -> dict[str, str]:
    """What computes here: Python, the packages that vectors depend on, the kind of machine."""
    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _origin(model: SkipGram, folder: Path) -> dict[str, Any]:
    """What a methods record says of a model's text and makers; it outlives the text."""
    origin = dict(model.origin) or {"versions": versions()}
    if model.trials is not None:
        origin["trials"] = model.trials.as_json()
    if model.gain is not None:
        origin["gain"] = model.gain.as_json()
    if model.corpus is not None:
        origin["text"] = text_facts(folder, model.corpus)
    return origin


def text_facts(folder: Path, corpus: Corpus) -> dict[str, Any]:
    """Size, SHA-256 and shape of the text in a folder, and the parameters it was read with: None
    where they were chosen."""
    with open(folder / "text.txt", "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    documents = {}
    if (folder / "documents.json").is_file():
        record = read_json(folder / "documents.json")
        listed = Documents.from_json(record)
        documents = {
            "documents": len(listed),
            "preparation": records.preparation_from_json(record, "documents.json") or None,
            "account": _account(folder / "text.txt", listed, corpus.unit),
        }
    facts = counted_facts(corpus, (folder / "text.txt").stat().st_size)
    return {**facts, "sha256": digest, **documents}


def counted_facts(corpus: Corpus | CountedText, n_bytes: int) -> dict[str, Any]:
    """The same of a text that is not here, and whose SHA-256 is not known."""
    settings = corpus.settings
    given = {
        name: getattr(settings, name) for name in ("min_count", "max_vocab", "lowercase", "unit")
    }
    for name, usual in _PREPARATION.items():
        if name not in _LISTS and getattr(settings, name) != usual:
            given[name] = getattr(settings, name)
    lists = {name: list(getattr(settings, name)) for name in _LISTS if getattr(settings, name)}
    return {
        "sha256": None,
        "bytes": n_bytes,
        "encoding": corpus.encoding,
        "tokens": corpus.n_tokens,
        "distinct": corpus.n_distinct,
        "sentences": corpus.n_sentences,
        "parameters": {n: None if n in corpus.chosen else value for n, value in given.items()},
        **({"lists": lists} if lists else {}),
    }


def _account(text: Path, documents: Documents, unit: str) -> list[dict[str, Any]]:
    """What became of the files of a text; of many files, of the first thousand."""
    counts = {}
    if text.stat().st_size <= _MOST_COUNTED:
        with open(text, "rb") as file:
            counts = words_of_files(file, documents, unit)
    return [a.as_json() for a in with_words(documents.accounts[:_MOST_ACCOUNTS], counts)]


def read_record(folder: Path) -> ModelRecord:
    """model.json of a folder, its schema version checked (errors as for ``load_model``)."""
    file = folder / "model.json"
    if not os.path.lexists(file):
        raise FileNotFoundError(f"There is no model in {folder}: model.json is missing.")
    content = read_json(file)
    version = content.get("schema_version") if isinstance(content, dict) else None
    if type(version) is not int or version < 1:
        raise Damaged(f"The model in {folder.name} is damaged: it has no schema version.")
    if version > SCHEMA_VERSION:
        raise Damaged(
            f"The model in {folder.name} was written by a newer version (schema {version:,}; this one "
            f"reads up to {SCHEMA_VERSION}): update the app to open it."
        )
    return ModelRecord.from_json(content)


def write_about(folder: Path, **changes: Any) -> None:
    """Change some of what may change about a model, its name, where it came from, whose it is
    (``Damaged`` where that cannot be read)."""
    write_json(folder / "about.json", {**records.read_about(folder).as_json(), **changes})


def save_corpus(corpus: Corpus, folder: Path) -> None:
    """Write the text and its encoded sentences into a folder; a corpus that was read from there is
    left as it is."""
    text = folder / "text.txt"
    if corpus.text_path == text:
        return
    with counted_file(text) as out, corpus.open_text() as source:
        shutil.copyfileobj(source, out)
    write_arrays(folder / "corpus.npz", {name: getattr(corpus, name) for name in _CORPUS_ARRAYS})
    fields = {name: getattr(corpus, name) for name in (*_CORPUS_FIELDS, *_PREPARATION)}
    write_json(
        folder / "corpus.json",
        {
            "schema_version": 1,
            **fields,
            "word_rules": corpus.settings.word_rules,
            "words": corpus.words,
        },
    )


def load_corpus(folder: Path) -> Corpus:
    """Read what ``save_corpus`` wrote; the text itself stays on disk until it is asked for.

    Raises
    ------
    FileNotFoundError
        where no text was saved.
    ValueError
        when its files are damaged, or do not fit together.
    """
    record = CorpusRecord.from_json(read_json(folder / "corpus.json"))
    text = folder / "text.txt"
    wanted = array_tables.CORPUS_ARRAYS
    try:
        arrays = array_tables.checked_arrays(folder / "corpus.npz", wanted, n=len(record.words))
        if not text.is_file():
            raise FileNotFoundError
        fits = array_tables.check_sentences(arrays, len(record.words), text.stat().st_size)
    except FileNotFoundError as error:
        raise Damaged(f"The text in {folder.name} is damaged: a part of it is missing.") from error
    if not fits:
        raise Damaged(f"The text in {folder.name} is damaged: its sentences do not fit it.")
    settings = CorpusSettings(
        **{name: record[name] for name in ("min_count", "max_vocab", "lowercase", "unit")},
        **{name: record[name] for name in _PREPARATION},
        word_rules=record.word_rules,
    )
    return Corpus(
        record.words,
        EncodedText(**{name: arrays[name] for name in _CORPUS_ARRAYS}),
        text,
        settings,
        **{name: record[name] for name in ("encoding", "warnings", "chosen")},
    )
