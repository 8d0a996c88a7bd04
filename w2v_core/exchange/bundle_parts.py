"""The parts of a bundle: model, text, documents, passes and word sets, each checked and written anew."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeGuard, cast

import numpy as np

from w2v_core.exchange.bundle_archive import MODEL_FILE, BundleArchive
from w2v_core.exchange.foreign_arrays import (
    FLOAT16,
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    read_foreign_arrays,
)
from w2v_core.exchange.row_checks import check_numbers, check_word, check_words
from w2v_core.library import word_sets
from w2v_core.library.model_files import SCHEMA_VERSION, save_model
from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import trainer_of
from w2v_core.parameters import PARAMETERS
from w2v_core.storage.array_tables import check_sentences
from w2v_core.storage.files import write_arrays, write_json
from w2v_core.storage.limits import MOST_DIM, max_dim, max_words
from w2v_core.storage.names import clean
from w2v_core.text.account import FileAccount
from w2v_core.text.corpus import Corpus, CorpusSettings, EncodedText
from w2v_core.text.documents import Documents
from w2v_core.text.earlier_words import NEWEST
from w2v_core.text.word_lists import MOST_LISTED, word_list

_MOST_NOTES = 30  # of an account
_INFINITE = (math.inf, -math.inf)  # what 1e999 is read as


def read_parts(archive: BundleArchive, folder: Path, name: str) -> None:
    """Check every part of a bundle, and write anew into a folder what was checked."""
    if "model.json" not in archive.files:
        raise ValueError(
            "This zip file contains no model of this app: there is no model.json in it. Choose one "
            "that was downloaded here, or vectors in word2vec's or GloVe's format."
        )
    about = archive.json("model.json")
    version = about.get("schema_version")
    if type(version) is not int or version < 1:
        raise ValueError("This model is damaged: it has no schema version.")
    if version > SCHEMA_VERSION:
        raise ValueError(
            f"This model was written by a newer version of the app (schema {version}; this one reads "
            f"up to {SCHEMA_VERSION}): update the app to open it."
        )
    model = _model(archive, about)
    if {"corpus.json", "corpus.npz", "text.txt"} <= archive.files.keys():
        model.corpus = _corpus(archive, model, archive.json("corpus.json"))
        if "documents.json" in archive.files:
            _keep_documents(archive, folder)
    for file in archive.files:
        if file.startswith("history/"):
            _keep_pass(archive, file, folder, model)
    if "sets.json" in archive.files:
        _keep_sets(archive.json("sets.json"), folder)
    created = about.get("created")
    extra = {"created": float(created)} if _is_time(created) else {}
    save_model(model, folder, name=clean(about.get("name"), name), **extra)


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**33


def _words(words: Any) -> list[str]:
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise ValueError("This model is damaged: its list of words is missing.")
    if len(words) > max_words():
        raise ValueError(
            f"This model has {len(words):,} words; at most {max_words():,} are accepted."
        )
    for row, word in enumerate(words, 1):
        check_word(word, f"Row {row:,}")
    check_words(words)
    return words


def _model(archive: BundleArchive, about: dict) -> SkipGram:
    words = _words(about.get("words"))
    shape, file = about.get("shape"), about.get("arrays")
    if not (
        isinstance(shape, list)
        and len(shape) == 2
        and all(type(n) is int for n in shape)
        and shape[0] == len(words)
        and 1 <= shape[1] <= MOST_DIM
        and isinstance(file, str)
        and MODEL_FILE.fullmatch(file)
        and file in archive.files
    ):
        raise ValueError("This model is damaged: its parts do not fit together.")
    n, d = shape
    if d > max_dim():
        raise ValueError(f"This model has {d:,} dimensions; at most {max_dim():,} are accepted.")
    arrays = read_foreign_arrays(
        archive.file(file),
        {
            "V": (FLOAT32, (n, d)),
            "U": (FLOAT32, (n, d)),
            "C": (FLOAT32, (n, d)),
            "log_q": (FLOAT32, (n,)),
            "counts": (INT64, (n,)),
            "loss_curve": (FLOAT64, (None,)),
            "held_out_curve": (FLOAT64, (None,)),
        },
        optional=[
            "held_out_curve",
            *(["U"] if about["schema_version"] == 2 else []),
            *(["C"] if about["schema_version"] != 3 else []),
        ],
    )
    for name in ("V", "U", "C"):
        if name in arrays:
            check_numbers(arrays[name], words)
    if (arrays["counts"] < 0).any() or not all(
        (np.abs(arrays[name]) < 1e9).all()  # NaN is not, either
        for name in ("log_q", "loss_curve", "held_out_curve")
        if name in arrays
    ):
        raise ValueError("This model is damaged: some of its numbers are impossible.")
    if "U" in arrays and not len(arrays["loss_curve"]):
        raise ValueError("This model is damaged: it has no loss.")
    parameters = _parameters(about.get("parameters"))
    model = trainer_of(parameters).from_arrays(
        parameters=parameters,
        chosen=_parameters(about.get("chosen")),
        words=words,
        lowercase=about.get("lowercase") is True,
        stopped=about.get("stopped") is True,
        seconds=float(about["seconds"]) if _is_time(about.get("seconds")) else 0.0,
        V=arrays["V"],
        U=arrays.get("U"),
        C=arrays.get("C"),
        log_q=arrays["log_q"],
        counts=arrays["counts"],
        loss_curve=arrays["loss_curve"],
        held_out_curve=arrays.get("held_out_curve"),
    )
    origin = about.get("origin")
    model.origin = {"versions": None, **_plain(origin)}  # none of ours made it
    if isinstance(origin, dict):
        if "vectors" in model.origin:
            model.origin["vectors"] = _account(origin["vectors"])
        for name, kind in (("trials", Trials), ("gain", Gain)):
            if model.origin.pop(name, None) is not None:
                setattr(model, name, _whole(kind, origin[name]))
    return model


def _whole(kind: type[Trials] | type[Gain], found: Any) -> Trials | Gain | None:
    """What was tried before a training or measured after it, where it is whole."""
    try:
        return kind.from_json(found)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _account(found: Any) -> dict[str, Any] | None:
    """The account of the file that the vectors came from, where it is whole."""
    try:
        account = FileAccount.from_json(found)
        account.notes = account.notes[:_MOST_NOTES]
        return account.as_json()
    except (ValueError, TypeError, AttributeError):
        return None


def _parameters(given: Any) -> dict[str, Any]:
    """Parameters and their values, those that may be; a sentence names the one that may not."""
    if not isinstance(given, dict):
        raise ValueError("This model is damaged: it does not say how it was trained.")
    for name, value in given.items():
        if name not in PARAMETERS:
            raise ValueError(f"This model was trained with an unknown setting: {name[:40]!r}.")
        PARAMETERS[name].check(value)
    return given


def _plain(origin: Any, depth: int = 3) -> dict[str, Any]:
    """What a record says of a text and versions: names and plain values, none of them long."""
    kept: dict[str, Any] = {}
    for name, value in origin.items() if isinstance(origin, dict) else ():
        if isinstance(value, dict) and depth:
            value = _plain(value, depth - 1)
        elif isinstance(value, str):
            value = clean(value)
        elif isinstance(value, list):
            value = _lines(value)
        elif not (value is None or isinstance(value, bool | float | int)) or value in _INFINITE:
            continue
        if len(kept) < 30:
            kept[clean(name)] = value
    return kept


def _lines(values: Any) -> list[str]:
    """The lines of text in a list, none of them long."""
    values = values if isinstance(values, list) else []
    return [clean(v) for v in values[:MOST_LISTED] if isinstance(v, str) and clean(v)]


def _corpus(archive: BundleArchive, model: SkipGram, about: dict) -> Corpus:
    """The text and its encoded sentences, which must point where something is."""
    wrong = "This model's text is damaged"
    if about.get("words") != model.words:
        raise ValueError(f"{wrong}: its words are not the model's.")
    chosen = about.get("chosen")
    settings = {
        name: PARAMETERS[name].check(about.get(name))
        for name in ("min_count", "max_vocab", "lowercase", "unit")
    }
    for name in ("sentence_ends", "numbers", "addresses", "emoji", "language", "stop_most"):
        # Texts that were saved earlier lack these.
        usual = "marks and lines" if name == "sentence_ends" else PARAMETERS[name].default
        settings[name] = PARAMETERS[name].check(about.get(name, usual))
    for name in ("stop_words", "phrases"):
        settings[name] = word_list(name, _lines(about.get(name)), False)
    if settings["min_count"] is None:
        raise ValueError(f"{wrong}: it does not say how it was read.")
    warnings = about.get("warnings")
    arrays = read_foreign_arrays(
        archive.file("corpus.npz"),
        {
            "ids": (INT32, (None,)),
            "sentence_starts": (INT64, (None,)),
            "sentence_bytes": (INT64, (None, 2)),
            "counts": (INT64, (len(model.words),)),
            "all_counts": (INT64, (None,)),
        },
    )
    text = archive.file("text.txt")
    whole = check_sentences(arrays, len(model.words), text.stat().st_size)
    if not whole:
        raise ValueError(f"{wrong}: its sentences do not fit it.")
    return Corpus(
        model.words,
        EncodedText(**arrays),
        text,
        CorpusSettings(**settings, word_rules=_word_rules(about.get("word_rules"))),
        encoding=clean(about.get("encoding"), "UTF-8"),
        warnings=[clean(w) for w in warnings if clean(w)][:20]
        if isinstance(warnings, list)
        else [],
        chosen=_parameters(chosen),
    )


def _word_rules(value: object) -> int:
    """By which rules words were cut; the first where a bundle does not say."""
    known = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= NEWEST
    return cast(int, value) if known else 1


def _keep_documents(archive: BundleArchive, folder: Path) -> None:
    """Where the documents of the text stand, and how it was prepared."""
    record = archive.json("documents.json")
    found = Documents.from_json(record)
    if found.ends and found.ends[-1] > archive.files["text.txt"].file_size:
        raise ValueError("This model's text is damaged: its documents do not fit it.")
    preparation = _plain(record.get("preparation"))
    write_json(folder / "documents.json", {**found.as_json(), "preparation": preparation})


def _keep_pass(archive: BundleArchive, file: str, folder: Path, model: SkipGram) -> None:
    """One pass of the training, for the time slider."""
    n, d = model.V.shape
    path = archive.file(file)
    arrays = read_foreign_arrays(
        path, {"rows": (INT32, (None,)), "V": (FLOAT16, (None, d)), "U": (FLOAT16, (None, d))}
    )
    path.unlink()
    rows = arrays["rows"]
    whole = (
        0 < len(rows) <= n
        and len(arrays["V"]) == len(arrays["U"]) == len(rows)
        and rows[0] >= 0
        and rows[-1] < n
        and (np.diff(rows) > 0).all()
        and all(np.isfinite(arrays[name]).all() for name in ("V", "U"))
    )
    if not whole:
        raise ValueError("This model is damaged: a pass of its training does not fit it.")
    (folder / "history").mkdir(exist_ok=True)
    step = int(Path(file).stem)
    write_arrays(folder / "history" / f"{step:05d}.npz", arrays, durable=False)


def _keep_sets(found: dict, folder: Path) -> None:
    """The named sets of words, as ``sets`` keeps them."""
    kept = {
        clean(name)[: word_sets.LONGEST_NAME]: [clean(w) for w in words if clean(w)]
        for name, words in list(found.items())[: word_sets.MOST_SETS]
        if clean(name) and isinstance(words, list)
    }
    write_json(folder / "sets.json", {name: words for name, words in kept.items() if words})
