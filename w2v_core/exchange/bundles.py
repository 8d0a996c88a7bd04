"""A whole model in one file to give away: a .zip of its folder, as ``formats`` describes it.

model.json, model-<digest>.npz   the model
record.json                      how it was made (see ``record``)
corpus.json, corpus.npz, text.txt, history/, sets.json   where they were not left out

A bundle that comes in is a stranger's: only these names are looked at, declared sizes bound what is
read, every array's header is compared with what it must be before it is read, nothing is unpickled,
and what is kept is written anew from what was checked.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard, cast

import numpy as np

from w2v_core.exchange.vector_reading import GZIP, ZIP, check_numbers, check_word, check_words
from w2v_core.library import word_sets
from w2v_core.library.model_files import SCHEMA_VERSION, save_model
from w2v_core.model.skipgram import SkipGram
from w2v_core.parameters import PARAMETERS
from w2v_core.storage.files import write_arrays, write_json
from w2v_core.storage.limits import MOST_DIM, max_dim, max_model_bytes, max_text_bytes, max_words
from w2v_core.storage.names import clean
from w2v_core.storage.records import check_sentences
from w2v_core.text import budget
from w2v_core.text.budget import Counted
from w2v_core.text.corpus import Corpus, CorpusSettings, EncodedText
from w2v_core.text.documents import Documents
from w2v_core.text.preparation import MOST_LISTED, word_list

_MOST_FILES = 2_000
_MOST_JSON = 64_000_000  # bytes
_MOST_DIRECTORY = 1_000_000  # bytes of a zip's table of contents
_KNOWN = re.compile(
    r"(model|record|corpus|sets|documents)\.json|corpus\.npz|text\.txt|history/[0-9]{5,9}\.npz"
)
_MODEL = re.compile(r"model-[0-9a-f]{16}\.npz")
_INFINITE = (math.inf, -math.inf)  # what 1e999 is read as
_FLOAT32, _FLOAT64, _FLOAT16 = np.dtype("<f4"), np.dtype("<f8"), np.dtype("<f2")
_INT32, _INT64 = np.dtype("<i4"), np.dtype("<i8")

Tell = Callable[[float], object]


def write_bundle(
    out: BinaryIO, folder: Path, record: dict, text: bool = True, history: bool = True
) -> None:
    """Pack a model's folder.

    Parameters
    ----------
    out : binary file
    folder : Path
        Of a finished model.
    record : dict
        What ``record.methods_record`` gave.
    text : bool
        With the text and its encoded sentences.
    history : bool
        With the vectors at every pass.
    """
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    about["name"] = record["name"]  # as it is called now
    if record["stability"]:  # the resamples stay behind
        about["origin"] = {**(about.get("origin") or {}), "stability": record["stability"]}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("model.json", json.dumps(about, ensure_ascii=False))
        archive.writestr("record.json", json.dumps(record, ensure_ascii=False, indent=1))
        names = [Path(about["arrays"]).name, "sets.json"]
        if text:
            names += ["corpus.json", "corpus.npz", "text.txt", "documents.json"]
        if history:
            names += sorted(
                f"history/{file.name}" for file in (folder / "history").glob("[0-9]*.npz")
            )
        for name in names:
            if (folder / name).is_file():
                # Vectors hardly shrink; ids and words do.
                packed = not name.startswith(("model-", "history/"))
                how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                archive.write(folder / name, name, compress_type=how)


def read_bundle(file: BinaryIO, folder: Path, name: str, tell: Tell | None = None) -> None:
    """Unpack a bundle into a new folder, all of it checked.

    Parameters
    ----------
    file : binary file
        One that can seek.
    folder : Path
        An empty folder; what is left there after an error is nobody's model.
    name : str
        What the model is called if the bundle does not say.
    tell : callable, optional
        Called with the share done (0 to 1); what it raises ends the reading.

    Raises
    ------
    ValueError
        with a sentence: what is wrong.
    """
    try:
        with open_zip(file) as archive, tempfile.TemporaryDirectory(dir=folder) as spare:
            parts = _Archive(archive, Path(spare), tell or (lambda share: None))
            _read(parts, folder, name)
        budget.give_back(parts.unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(
            f"This file is damaged or was cut off ({error}): download it again."
        ) from error


@contextmanager
def unpacked(file: BinaryIO, folder: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """A file, and whether it is a bundle; a bundle that was packed with gzip is unpacked in a folder,
    as far as a model may reach. (Vectors are unpacked while they are read.)

    Raises
    ------
    ValueError
        with a sentence, for damaged gzip and for more than is taken in.
    """
    file.seek(0)
    head = file.read(2)
    file.seek(0)
    if head != GZIP:
        yield file, head == ZIP
        return
    try:
        packed = gzip.GzipFile(fileobj=file)
        if packed.read(2) != ZIP:
            yield file, False
            return
        whole = folder / "bundle.zip"
        with Counted(open(whole, "w+b")) as out:
            packed.seek(0)
            most = max_model_bytes() + max_text_bytes()
            while piece := packed.read(1 << 20):
                if out.tell() + len(piece) > most:
                    raise ValueError(f"This file takes more than {most / 1e6:,g} MB when unpacked.")
                out.write(piece)
            yield cast(BinaryIO, out), True
            out.truncate(0)
        whole.unlink()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"This gzip file is damaged or was cut off ({error}): pack or download it again."
        ) from error


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """A zip file, its table of contents bounded before it is read.

    Raises
    ------
    ValueError
        with a sentence, when it is no zip file or lists too much.
    """
    size = file.seek(0, 2)
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise ValueError("This file is no whole zip file: it was cut off, or is damaged.")
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07")
    if large or entries > _MOST_FILES or directory > _MOST_DIRECTORY:
        raise ValueError(f"This zip file holds more than {_MOST_FILES:,} files: it is no model.")
    file.seek(0)
    return zipfile.ZipFile(_Forward(file))


class _Forward:
    """A file for ``zipfile``, in which a damaged table of contents leads nowhere before the beginning."""

    def __init__(self, file: BinaryIO):
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("its table of contents points nowhere")
        return self._file.seek(offset, whence)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def read_foreign_arrays(
    path: Path,
    wanted: dict[str, tuple[np.dtype, tuple[int | None, ...]]],
    optional: Iterable[str] = (),
) -> dict[str, np.ndarray]:
    """Arrays of a stranger's .npz, each header compared before memory is taken; nothing is unpickled.

    Parameters
    ----------
    path : Path
    wanted : dict of name → (data type, shape)
        None in a shape is any length.
    optional : iterable of str
        Those of them that may be missing.

    Raises
    ------
    ValueError
        with a sentence: which array is not what it must be.
    """
    found = {}
    with open(path, "rb") as file, open_zip(file) as archive:
        for name, (dtype, shape) in wanted.items():
            try:
                info = archive.getinfo(f"{name}.npy")
            except KeyError:
                if name in optional:
                    continue
                raise ValueError(f"This model is damaged: its array {name} is missing.") from None
            _check_entry(info, max_model_bytes())
            with archive.open(info) as member:
                found[name] = _array(member, info, name, dtype, shape)
    return found


def _array(member, info: zipfile.ZipInfo, name: str, dtype: np.dtype, shape: tuple) -> np.ndarray:
    wrong = f"This model is damaged: its array {name} is not what it must be"
    try:
        version = np.lib.format.read_magic(member)
        read = {(1, 0): np.lib.format.read_array_header_1_0}.get(
            version, np.lib.format.read_array_header_2_0
        )
        found_shape, by_columns, found_dtype = read(member)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{wrong}: it has no header that can be read.") from error
    if found_dtype.hasobject:
        raise ValueError(f"{wrong}: it holds pickled objects, which could run any code.")
    if found_dtype != dtype or (by_columns and len(found_shape) > 1):
        raise ValueError(f"{wrong}: its numbers are of another kind.")
    fits = len(found_shape) == len(shape) and all(
        n >= 0 and want in (None, n) for n, want in zip(found_shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{wrong}: its size is {found_shape}.")
    n_bytes = math.prod(found_shape) * dtype.itemsize
    if member.tell() + n_bytes != info.file_size:
        raise ValueError(f"{wrong}: its header promises {n_bytes:,} bytes, and others are there.")
    data = member.read(n_bytes)
    if len(data) != n_bytes:
        raise ValueError(f"{wrong}: it was cut off.")
    return np.frombuffer(data, dtype).reshape(found_shape)


def _check_entry(info: zipfile.ZipInfo, most: int) -> None:
    if info.flag_bits & 1:
        raise ValueError("This zip file is locked with a password: pack it without one.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("This zip file is packed in an unusual way: pack it as an ordinary zip.")
    if info.file_size > most:
        raise ValueError(
            f"A part of this file takes {info.file_size / 1e6:,.0f} MB when unpacked; at most "
            f"{most / 1e6:,g} MB are taken in."
        )


class _Archive:
    """A bundle's known files, each once, their declared sizes bounded together."""

    def __init__(self, archive: zipfile.ZipFile, spare: Path, tell: Tell):
        self._archive, self._spare, self._tell = archive, spare, tell
        self.files: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            if _KNOWN.fullmatch(info.filename) or _MODEL.fullmatch(info.filename):
                if info.filename in self.files:
                    raise ValueError(
                        f"This zip file holds {info.filename} twice: it is no model's."
                    )
                self.files[info.filename] = info
        total = 0
        for name, info in self.files.items():
            most = max_text_bytes() if name == "text.txt" else max_model_bytes()
            _check_entry(info, min(most, _MOST_JSON) if name.endswith(".json") else most)
            total += info.file_size
        if total > max_model_bytes() + max_text_bytes():
            raise ValueError(
                f"This file takes {total / 1e6:,.0f} MB when unpacked, more than is taken in."
            )
        self._total, self._done = max(total, 1), 0
        self.unpacked = 0  # bytes in the spare folder

    def json(self, name: str) -> dict:
        with self._archive.open(self.files[name]) as member:
            data = member.read(self.files[name].file_size + 1)
        self._count(name)
        try:
            content = json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"This model is damaged: its {name} cannot be read.") from error
        if not isinstance(content, dict):
            raise ValueError(f"This model is damaged: its {name} is not what it must be.")
        return content

    def file(self, name: str) -> Path:
        """A part unpacked into the spare folder, under a name of ours."""
        path = self._spare / f"{self._done}"
        with self._archive.open(self.files[name]) as member, Counted(open(path, "wb")) as out:
            shutil.copyfileobj(member, out, 1 << 20)
            self.unpacked += out.tell()
        self._count(name)
        return path

    def _count(self, name: str) -> None:
        self._done += self.files[name].file_size
        self._tell(min(self._done / self._total, 1.0))


def _no_number(text: str):
    raise ValueError(f"{text} is no number")


def _read(archive: _Archive, folder: Path, name: str) -> None:
    if "model.json" not in archive.files:
        raise ValueError(
            "This zip file holds no model of this app: there is no model.json in it. Choose one that "
            "was downloaded here, or vectors in word2vec's or GloVe's format."
        )
    about = archive.json("model.json")
    version = about.get("schema_version")
    if type(version) is not int or version < 1:
        raise ValueError("This model is damaged: it names no schema version.")
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
            f"This model has {len(words):,} words; at most {max_words():,} are taken in."
        )
    for row, word in enumerate(words, 1):
        check_word(word, f"Row {row:,}")
    check_words(words)
    return words


def _model(archive: _Archive, about: dict) -> SkipGram:
    words = _words(about.get("words"))
    shape, file = about.get("shape"), about.get("arrays")
    if not (
        isinstance(shape, list)
        and len(shape) == 2
        and all(type(n) is int for n in shape)
        and shape[0] == len(words)
        and 1 <= shape[1] <= MOST_DIM
        and isinstance(file, str)
        and _MODEL.fullmatch(file)
        and file in archive.files
    ):
        raise ValueError("This model is damaged: its parts do not fit together.")
    n, d = shape
    if d > max_dim():
        raise ValueError(f"This model has {d:,} dimensions; at most {max_dim():,} are taken in.")
    arrays = read_foreign_arrays(
        archive.file(file),
        {
            "V": (_FLOAT32, (n, d)),
            "U": (_FLOAT32, (n, d)),
            "log_q": (_FLOAT32, (n,)),
            "counts": (_INT64, (n,)),
            "loss_curve": (_FLOAT64, (None,)),
            "held_out_curve": (_FLOAT64, (None,)),
        },
        optional=["held_out_curve", *(["U"] if about["schema_version"] > 1 else [])],
    )
    for name in ("V", "U"):
        if name in arrays:
            check_numbers(arrays[name], words)
    if (arrays["counts"] < 0).any() or not all(
        (np.abs(arrays[name]) < 1e9).all()  # NaN is not, either
        for name in ("log_q", "loss_curve", "held_out_curve")
        if name in arrays
    ):
        raise ValueError("This model is damaged: it holds numbers that cannot be.")
    if "U" in arrays and not len(arrays["loss_curve"]):
        raise ValueError("This model is damaged: it names no loss.")
    model = SkipGram.from_arrays(
        parameters=_parameters(about.get("parameters")),
        chosen=_parameters(about.get("chosen")),
        words=words,
        lowercase=about.get("lowercase") is True,
        stopped=about.get("stopped") is True,
        seconds=float(about["seconds"]) if _is_time(about.get("seconds")) else 0.0,
        V=arrays["V"],
        U=arrays.get("U"),
        log_q=arrays["log_q"],
        counts=arrays["counts"],
        loss_curve=arrays["loss_curve"],
        held_out_curve=arrays.get("held_out_curve"),
    )
    model.origin = {"versions": None, **_plain(about.get("origin"))}  # none of ours made it
    return model


def _parameters(given: Any) -> dict[str, Any]:
    """Parameters and their values, those that may be; a sentence names the one that may not."""
    if not isinstance(given, dict):
        raise ValueError("This model is damaged: it does not say how it was trained.")
    for name, value in given.items():
        if name not in PARAMETERS:
            raise ValueError(f"This model was trained with a setting unknown here: {name[:40]!r}.")
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


def _corpus(archive: _Archive, model: SkipGram, about: dict) -> Corpus:
    """The text and its encoded sentences, which must point where something is."""
    wrong = "This model's text is damaged"
    if about.get("words") != model.words:
        raise ValueError(f"{wrong}: its words are not the model's.")
    chosen = about.get("chosen")
    settings = {
        name: PARAMETERS[name].check(about.get(name))
        for name in ("min_count", "max_vocab", "lowercase", "unit")
    }
    for name in (
        "sentence_ends",
        "numbers",
        "addresses",
        "emoji",
        "language",
        "stop_most",
    ):
        settings[name] = PARAMETERS[name].check(about.get(name, PARAMETERS[name].default))
    for name in ("stop_words", "phrases"):
        settings[name] = word_list(name, _lines(about.get(name)), False)
    if settings["min_count"] is None:
        raise ValueError(f"{wrong}: it does not say how it was read.")
    warnings = about.get("warnings")
    arrays = read_foreign_arrays(
        archive.file("corpus.npz"),
        {
            "ids": (_INT32, (None,)),
            "sentence_starts": (_INT64, (None,)),
            "sentence_bytes": (_INT64, (None, 2)),
            "counts": (_INT64, (len(model.words),)),
            "all_counts": (_INT64, (None,)),
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
        CorpusSettings(**settings),
        encoding=clean(about.get("encoding"), "UTF-8"),
        warnings=[clean(w) for w in warnings if clean(w)][:20]
        if isinstance(warnings, list)
        else [],
        chosen=_parameters(chosen),
    )


def _keep_documents(archive: _Archive, folder: Path) -> None:
    """Where the documents of the text stand, and how it was prepared."""
    record = archive.json("documents.json")
    found = Documents.from_json(record)
    if found.ends and found.ends[-1] > archive.files["text.txt"].file_size:
        raise ValueError("This model's text is damaged: its documents do not fit it.")
    preparation = _plain(record.get("preparation"))
    write_json(folder / "documents.json", {**found.as_json(), "preparation": preparation})


def _keep_pass(archive: _Archive, file: str, folder: Path, model: SkipGram) -> None:
    """One pass of the training, for the time slider."""
    n, d = model.V.shape
    path = archive.file(file)
    arrays = read_foreign_arrays(
        path, {"rows": (_INT32, (None,)), "V": (_FLOAT16, (None, d)), "U": (_FLOAT16, (None, d))}
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
