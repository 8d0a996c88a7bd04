"""What stands in each file of ``W2V_HOME``, checked once, where the file is read.

Every JSON file has a class here, which ``from_json`` makes from the file's content, and every .npz a
table of its arrays. What does not fit raises ``Damaged`` with a sentence that names the file and the
field, and nothing of what stood there: whatever passes can be used without looking at its types again.

Fields that a version added later may be missing, in files that were written before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.parameters import PARAMETERS
from w2v_core.storage.files import Damaged, Header, array_headers, read_arrays, read_json
from w2v_core.text.preparation import word_list

T = TypeVar("T")
Check = Callable[[Any], T]

LAST_TIME = 2.0**33  # seconds since 1970: the year 2242, which every calendar here can still show
LONGEST_TEXT = 10_000  # characters of a name
LARGEST = 1e9  # of a number in an array: what a model learns stays far below
_MOST = 2**53  # of a whole number: what SQLite, JavaScript and float64 can all hold
_ARRAYS_NAME = re.compile(r"model-[0-9a-f]{16}\.npz")
_MISSING: Any = object()


# Checks of one value: each returns it, or raises ValueError saying what it must be.


def text(value: Any, longest: int = LONGEST_TEXT) -> str:
    """A text that can be sent to a browser, and is not endless."""
    if not isinstance(value, str) or len(value) > longest or not _can_be_sent(value):
        raise ValueError("a text")
    return value


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def number(value: Any, low: float = -LARGEST, high: float = LARGEST) -> float:
    """A finite number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"a number from {low:,.10g} to {high:,.10g}")
    return value


def whole(value: Any, low: int = 0, high: int = _MOST) -> int:
    """A whole number within bounds."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"a whole number from {low:,}")
    return value


def duration(value: Any) -> float:
    return number(value, 0.0)


def moment(value: Any) -> float:
    """A time in seconds since 1970 that a calendar can show."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LAST_TIME:
        raise ValueError("a time in seconds since 1970")
    return float(value)


def texts(value: Any) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError("a list of texts")
    if not _can_be_sent("".join(value)):
        raise ValueError("a list of texts")
    return value


def numbers(value: Any) -> list[float]:
    """A list of finite numbers."""
    if not isinstance(value, list):
        raise ValueError("a list of numbers")
    try:
        return [number(v) for v in value]
    except ValueError:
        raise ValueError("a list of numbers") from None


def words(value: Any) -> list[str]:
    """A vocabulary: one word at least, and no word twice."""
    try:
        found = texts(value)
    except ValueError:
        found = []
    if not found or len(set(found)) != len(found):
        raise ValueError("a list of different words")
    return found


def shape(value: Any) -> tuple[int, int]:
    """Rows and columns of a matrix."""
    try:
        rows, columns = value if isinstance(value, list) else (None, None)
        return whole(rows, 1, 2**31), whole(columns, 1, 2**31)
    except ValueError:
        raise ValueError("two whole numbers from 1") from None


def plain(value: Any) -> Any:
    """Any JSON value without an endless number and with texts that can be sent to a browser."""
    stack = [value]
    while stack:
        v = stack.pop()
        if isinstance(v, dict):
            stack += [*v.keys(), *v.values()]
        elif isinstance(v, list):
            stack += v
        elif isinstance(v, str):
            if not _can_be_sent(v):
                raise ValueError("made of plain texts and numbers")
        elif isinstance(v, float) and not math.isfinite(v):
            raise ValueError("made of plain texts and numbers")
    return value


def table(value: Any) -> dict[str, Any]:
    """A JSON object of plain values."""
    if not isinstance(value, dict):
        raise ValueError("a table of names and values")
    return plain(value)


def found_values(value: Any) -> dict[str, Any]:
    """What a job found besides arrays: a number there may be one that is not finite."""
    if not isinstance(value, dict):
        raise ValueError("a table of names and values")
    for name, check in _FOUND.items():
        if name in value:
            check(value[name])
    plain([v for name, v in value.items() if name not in _FOUND])
    return value


def settings_of(*names: str) -> Check[dict[str, Any]]:
    """A check: a table of parameters of these names, each with a value that it may have."""

    def check(value: Any) -> dict[str, Any]:
        given = table(value)
        for name, v in given.items():
            try:
                if name in ("stop_words", "phrases") and name in names:
                    word_list(name, v, False)
                elif name in names:
                    PARAMETERS[name].check(v)
                else:
                    raise ValueError
            except (ValueError, TypeError, OverflowError):
                raise ValueError("a table of settings that this version knows") from None
        return given

    return check


def optional(check: Check[T]) -> Check[T | None]:
    """A check: None, or what another check lets pass."""
    return lambda value: None if value is None else check(value)


def _measure(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a table of what was found")
    return float(value)


def _rows_of(n_texts: int, n_numbers: int) -> Check[list[list[Any]]]:
    """A check: a list of rows, each of so many texts and then so many whole numbers."""

    def check(value: Any) -> list[list[Any]]:
        try:
            for row in value if isinstance(value, list) else [None]:
                if not isinstance(row, list) or len(row) != n_texts + n_numbers:
                    raise ValueError
                texts(row[:n_texts])
                for v in row[n_texts:]:
                    optional(whole)(v)
        except ValueError:
            raise ValueError("a table of what was found") from None
        return value

    return check


_FOUND: dict[str, Check[Any]] = {
    **dict.fromkeys(
        ("threshold", "residual", "noise_residual", "error_rate", "kl_divergence"), _measure
    ),
    "sections": _rows_of(1, 3),
    "misses": _rows_of(6, 1),
}
"""By name, what jobs find besides arrays (see ``jobs``)."""


def _can_be_sent(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


_MODEL_SETTINGS = tuple(SkipGram().get_params())
_TEXT_SETTINGS = (
    *(name for name, p in PARAMETERS.items() if p.part == "text"),
    "stop_words",
    "phrases",
)
_model_settings, _text_settings = settings_of(*_MODEL_SETTINGS), settings_of(*_TEXT_SETTINGS)
_any_settings = settings_of(*PARAMETERS)


class _Fields:
    """The fields of a JSON object, each checked as it is taken."""

    def __init__(self, file: str, content: Any):
        if not isinstance(content, dict):
            raise Damaged(f"{file} is damaged: it does not hold names with values.")
        self._file, self._content = file, content

    def __call__(self, name: str, check: Check[T], otherwise: Any = _MISSING) -> T:
        """A field; ``otherwise`` is what it is where it is missing, which is not checked."""
        if name not in self._content:
            if otherwise is _MISSING:
                raise Damaged(f"{self._file} is damaged: “{name}” is missing.")
            return otherwise
        try:
            return check(self._content[name])
        except ValueError as error:
            raise Damaged(f"{self._file} is damaged: “{name}” is not {error}.") from error

    def others(self, known: Iterator[str]) -> dict[str, Any]:
        """The fields of other names, as they are."""
        names = set(known)
        return {name: value for name, value in self._content.items() if name not in names}


class Record(Mapping[str, Any]):
    """A file's content. Its fields can also be read by name, as those of the JSON object."""

    def __getitem__(self, name: str) -> Any:
        if name not in self._names():
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> tuple[str, ...]:
        return tuple(f.name for f in fields(self))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class ModelRecord(Record):
    """model.json: a finished model, but for its arrays; ``arrays`` names their file in the folder."""

    schema_version: int
    arrays: str
    words: list[str]
    shape: tuple[int, int]
    parameters: dict[str, Any]
    chosen: dict[str, Any]
    lowercase: bool
    stopped: bool
    seconds: float
    loss: float | None
    held_out_loss: float | None
    n_tokens: int | None
    name: str | None
    created: float
    origin: dict[str, Any]

    @classmethod
    def from_json(cls, content: Any, file: str = "model.json") -> ModelRecord:
        get = _Fields(file, content)
        origin: dict[str, Any] | None = get("origin", optional(table), None)
        found = cls(
            get("schema_version", lambda value: whole(value, 1)),
            get("arrays", _arrays_name),
            get("words", words),
            get("shape", shape),
            get("parameters", _model_settings),
            get("chosen", _any_settings),
            get("lowercase", truth),
            get("stopped", truth),
            get("seconds", duration),
            get("loss", optional(number)),
            get("held_out_loss", optional(number), None),
            get("n_tokens", optional(whole), None),
            get("name", optional(text), None),
            get("created", optional(moment), None) or 0.0,
            _origin(origin or {}),
        )
        if len(found.words) != found.shape[0]:
            raise Damaged(f"{file} is damaged: it names more words, or fewer, than it has vectors.")
        return found


def _origin(found: dict[str, Any]) -> dict[str, Any]:
    """Where a model came from. A model can be used without that, so a part that cannot be read is left
    out, and does not make the model a damaged one."""
    checks: dict[str, Check[dict[str, Any]]] = {
        "versions": table,
        "text": _text_facts,
        "stability": _stability,
    }
    kept = dict(found)
    for name, check in checks.items():
        if name in kept:
            try:
                kept[name] = None if kept[name] is None else check(kept[name])
            except (ValueError, KeyError):
                kept[name] = None
    return kept


def _text_facts(value: Any) -> dict[str, Any]:
    facts = table(value)
    for name in ("sha256", "encoding"):
        text(facts[name])
    for name in ("bytes", "tokens", "distinct", "sentences"):
        whole(facts[name])
    if not table(facts["parameters"]).keys() <= PARAMETERS.keys():
        raise ValueError("the facts of a text")
    return facts


def _stability(value: Any) -> dict[str, Any]:
    found = table(value)
    whole(found["resamples"])
    whole(found["nearest"])
    number(found["share_found_again"], 0, 1)
    return found


def _arrays_name(value: Any) -> str:
    if not isinstance(value, str) or _ARRAYS_NAME.fullmatch(value) is None:
        raise ValueError("the name of a file of arrays beside it")
    return value


@dataclass(frozen=True, eq=False)
class About(Record):
    """about.json: what may change about a model; ``others`` are fields that only other versions know."""

    name: str | None = None
    source: str | None = None
    owner: str = ""
    imported: float | None = None
    others: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, file: str = "about.json") -> About:
        get = _Fields(file, content)
        return cls(
            get("name", optional(text), None),
            get("source", optional(text), None),
            get("owner", optional(text), None) or "",
            get("imported", optional(moment), None),
            get.others(f.name for f in fields(cls)),
        )

    def as_json(self) -> dict[str, Any]:
        known = {n: v for n, v in self.items() if n != "others" and v not in (None, "")}
        return {**self.others, **known}


@dataclass(frozen=True, eq=False)
class Settings(Record):
    """settings.json: what a training was started with; ``text`` for ``Corpus``, ``model`` for
    ``SkipGram``."""

    name: str
    created: float
    text: dict[str, Any]
    model: dict[str, Any]

    @classmethod
    def from_json(cls, content: Any, file: str = "settings.json") -> Settings:
        get = _Fields(file, content)
        return cls(
            get("name", text),
            get("created", moment),
            get("text", _text_settings),
            get("model", _model_settings),
        )


@dataclass(frozen=True, eq=False)
class CorpusRecord(Record):
    """corpus.json: the words of a text, and how it was read."""

    words: list[str]
    min_count: int
    max_vocab: int | None
    lowercase: bool
    unit: str
    encoding: str
    warnings: list[str]
    chosen: dict[str, Any]
    sentence_ends: str
    numbers: str
    addresses: str
    emoji: str
    language: str
    stop_most: int
    stop_words: list[str]
    phrases: list[str]

    @classmethod
    def from_json(cls, content: Any, file: str = "corpus.json") -> CorpusRecord:
        get = _Fields(file, content)

        def setting(name: str, *otherwise: Any) -> Any:
            return get(name, lambda value: _setting(name, value), *otherwise)

        return cls(
            get("words", words),
            get("min_count", lambda value: _setting("min_count", whole(value, 1))),
            setting("max_vocab"),
            setting("lowercase"),
            setting("unit"),
            get("encoding", text),
            get("warnings", texts),
            get("chosen", _any_settings),
            # Texts that were saved earlier lack these.
            setting("sentence_ends", "marks and lines"),
            setting("numbers", "keep"),
            setting("addresses", "keep"),
            setting("emoji", "keep"),
            setting("language", "none"),
            setting("stop_most", 0),
            get("stop_words", texts, []),
            get("phrases", texts, []),
        )


def _setting(name: str, value: Any) -> Any:
    try:
        return PARAMETERS[name].check(value)
    except (ValueError, OverflowError):
        raise ValueError("a setting that may be") from None


@dataclass(frozen=True, eq=False)
class ProgressRecord(Record):
    """progress.json: how far a training is; empty before it begins."""

    phase: str = "reading"
    share: float = 0.0
    phase_seconds: float = 0.0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    held_out_losses: list[float] = field(default_factory=list)
    unigram_loss: float | None = None
    chosen: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, file: str = "progress.json") -> ProgressRecord:
        get = _Fields(file, content)
        return cls(
            get("phase", text),
            get("share", lambda value: number(value, 0, 1)),
            get("phase_seconds", number, 0.0),
            get("seconds", number, 0.0),
            get("losses", numbers, []),
            get("held_out_losses", numbers, []),
            get("unigram_loss", optional(number), None),
            get("chosen", _any_settings, {}),
        )


def sets_from_json(content: Any, file: str = "sets.json") -> dict[str, list[str]]:
    """sets.json: named sets of words."""
    get = _Fields(file, content)
    return {text_in(file, name): get(name, texts) for name in content}


def watched_from_json(content: Any, file: str = "watched.json") -> list[str]:
    """watched.json: the words that are followed in a training."""
    return _Fields(file, {"words": content})("words", texts)


def texts_in(content: Any, file: str) -> list[str]:
    """A list of texts that stands in a file by itself."""
    return _Fields(file, {"list": content})("list", texts)


def text_in(file: str, value: Any) -> str:
    """A text that stands in a file by itself."""
    return _Fields(file, {"name": value})("name", text)


@dataclass(frozen=True, eq=False)
class Categories(Record):
    """categories.json: (word, category) pairs, and the name of the file that they came from."""

    name: str
    pairs: list[tuple[str, str]]

    @classmethod
    def from_json(cls, content: Any, file: str = "categories.json") -> Categories:
        get = _Fields(file, content)
        return cls(get("name", text), get("pairs", _pairs))


def _pairs(value: Any) -> list[tuple[str, str]]:
    try:
        found = [texts(pair) for pair in value] if isinstance(value, list) else None
    except ValueError:
        found = None
    if found is None or any(len(pair) != 2 for pair in found):
        raise ValueError("a list of words with their categories")
    return [(word, category) for word, category in found]


@dataclass(frozen=True, eq=False)
class DeletedRecord(Record):
    """deleted.json: when a model was deleted."""

    at: float

    @classmethod
    def from_json(cls, content: Any, file: str = "deleted.json") -> DeletedRecord:
        return cls(_Fields(file, content)("at", moment))


@dataclass(frozen=True, eq=False)
class ResultRecord(Record):
    """results/<kind>-<hash>.json: what a job found, but for its arrays (``found``, which the file calls
    values); ``model`` names the model's file
    of arrays that it looked at."""

    schema_version: int
    model: str
    parameters: dict[str, Any]
    has_arrays: bool
    found: dict[str, Any]
    seconds: float

    @classmethod
    def from_json(cls, content: Any, file: str = "the result") -> ResultRecord:
        get = _Fields(file, content)
        return cls(
            get("schema_version", whole),
            get("model", _arrays_name),
            get("parameters", table),
            get("has_arrays", truth),
            get("values", found_values),
            get("seconds", number),
        )


@dataclass(frozen=True, eq=False)
class Payload(Record):
    """A job's payload in queue.sqlite: a training's ``text`` (None where its folder holds it), or the
    ``model`` and the ``parameters`` of other work."""

    text: str | None = None
    model: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, file: str = "This job in queue.sqlite") -> Payload:
        get = _Fields(file, content)
        return cls(
            get("text", optional(text), None),
            get("model", optional(text), None),
            get("parameters", table, {}),
        )


def preparation_from_json(content: Any, file: str) -> dict[str, Any]:
    """What documents.json says of how its text was prepared; empty where it says nothing."""
    return _Fields(file, content)("preparation", optional(table), None) or {}


def held_from_json(content: Any) -> dict[str, str]:
    """people/<owner>.json: the owner's keys that a person has opened, by model."""
    return {
        id: key
        for id, key in _Fields("people", content)("held", table).items()
        if isinstance(key, str)
    }


# Arrays.


@dataclass(frozen=True)
class Array:
    """What an array must be: the kinds of its numbers as NumPy names them ("f": with a point, "iu":
    whole, "b": true or false, "U": text), and its shape, in which a letter stands for any length, the
    same wherever the letter stands. ``gaps``: whether a number may be NaN, for what is not known;
    ``least``: how many entries it has at least."""

    kinds: str
    shape: tuple[str | int, ...] = ()
    optional: bool = False
    gaps: bool = False
    least: int = 0


MODEL_ARRAYS = {
    "V": Array("f", ("n", "d")),
    "U": Array("f", ("n", "d"), optional=True),
    "log_q": Array("f", ("n",)),
    "counts": Array("iu", ("n",)),
    "loss_curve": Array("f", ("passes",)),
    "held_out_curve": Array("f", ("passes or none",), optional=True),
}
CORPUS_ARRAYS = {
    "ids": Array("iu", ("tokens",)),
    "sentence_starts": Array("iu", ("sentences + 1",)),
    "sentence_bytes": Array("iu", ("sentences", 2)),
    "counts": Array("iu", ("n",)),
    "all_counts": Array("iu", ("distinct",)),
}
PASS_ARRAYS = {
    "rows": Array("iu", ("rows",), least=1),
    "V": Array("f", ("rows", "d")),
    "U": Array("f", ("rows", "d")),
}
LIVE_ARRAYS = {"V": Array("f", ("n", "d")), "step": Array("iu")}
CHECKPOINT_ARRAYS = {
    "state.V": Array("f", ("n", "d")),
    "state.U": Array("f", ("n", "d")),
    "scalars": Array("U"),
    "log_q": Array("f", ("n",)),
    "losses": Array("f", ("passes",), least=1),
    "held_out_losses": Array("f", ("passes or none",), optional=True),
    "seconds": Array("f", (2,)),
}
_RESAMPLES = {
    "V": Array("f", ("R", "words", "d")),
    "U": Array("f", ("R", "words", "d")),
    "present": Array("b", ("R", "words")),
}
_SCORES = ("near", "wide", "cosine", "noise_near", "noise_wide", "noise_cosine", "score")
RESULT_ARRAYS: dict[str, dict[str, Array]] = {
    "tsne": {"coordinates": Array("f", ("words", "dims"))},
    "stability": _RESAMPLES,
    "random_start": {
        "V": Array("f", ("passes", "words", "d")),
        "U": Array("f", ("passes", "words", "d")),
        "losses": Array("f", ("passes",)),
    },
    "halves": {
        "V": Array("f", ("R", 2, "words", "d")),
        "U": Array("f", ("R", 2, "words", "d")),
        "present": Array("b", ("R", 2, "words")),
    },
    "compare": {
        "rows_a": Array("iu", ("words",)),
        "rows_b": Array("iu", ("words",)),
        **{name: Array("f", ("words",), gaps=True) for name in _SCORES},
        "changed": Array("b", ("words",)),
    },
}
"""By the kind of work; a kind that is not here leaves no arrays that need a certain shape."""


def check_headers(path: Path, wanted: Mapping[str, Array], **sizes: int) -> dict[str, Header]:
    """That an .npz promises the arrays it must hold; what is in them is not read.

    Parameters
    ----------
    path : Path
    wanted : mapping of name → Array
    **sizes : int
        Lengths that are known already, by their letter in the shapes.

    Raises
    ------
    FileNotFoundError
    Damaged
        with a sentence: which array is not what it must be.
    """
    found = array_headers(path)
    for name, array in wanted.items():
        if name not in found:
            if array.optional:
                continue
            raise Damaged(f"{path.name} is damaged: its array {name} is missing.")
        header = found[name]
        fits = header.dtype.kind in array.kinds and len(header.shape) == len(array.shape)
        for length, letter in zip(header.shape, array.shape, strict=False):
            known = letter if isinstance(letter, int) else sizes.setdefault(letter, length)
            fits = fits and length == known
        if not fits or math.prod(header.shape) < array.least:
            raise Damaged(f"{path.name} is damaged: its array {name} is not what it must be.")
    return found


def checked_arrays(
    path: Path, wanted: Mapping[str, Array], *others: str, **sizes: int
) -> dict[str, np.ndarray]:
    """The arrays of an .npz, each of the type and shape that it must have and none with a number that
    is not finite, or enormous (errors as for ``check_headers``).

    Parameters
    ----------
    path : Path
    wanted : mapping of name → Array
    *others : str
        Beginnings of the names of further arrays to read.
    **sizes : int
        As for ``check_headers``.
    """
    there = check_headers(path, wanted, **sizes)
    names = [name for name in there if name in wanted or name.startswith(others or ("\0",))]
    arrays = read_arrays(path, *names)
    for name, array in arrays.items():
        gaps = name in wanted and wanted[name].gaps
        if array.dtype.kind == "f" and not (gaps or _are_numbers(array)):
            raise Damaged(f"{path.name} is damaged: its array {name} holds numbers that cannot be.")
    return arrays


def _are_numbers(array: np.ndarray) -> bool:
    """Whether all are finite, and none is enormous."""
    if array.size == 0:
        return True
    with np.errstate(invalid="ignore"):
        return float(array.min()) >= -LARGEST and float(array.max()) <= LARGEST  # false for NaN


def check_sentences(arrays: dict[str, np.ndarray], n_words: int, size: int) -> bool:
    """Whether the encoded sentences of a text point where something is.

    Parameters
    ----------
    arrays : dict
        ``CORPUS_ARRAYS``.
    n_words : int
        Of the vocabulary.
    size : int
        Bytes of the text.
    """
    ids, starts, places = arrays["ids"], arrays["sentence_starts"], arrays["sentence_bytes"]
    return bool(
        len(starts) == len(places) + 1
        and len(places) > 0
        and len(arrays["all_counts"]) >= n_words
        and len(arrays["counts"]) == n_words
        and starts[0] == 0
        and starts[-1] == len(ids)
        and (np.diff(starts) >= 0).all()
        and (len(ids) == 0 or (ids.min() >= 0 and ids.max() < n_words))
        and (places[:, 0] >= 0).all()
        and (places[:, 0] <= places[:, 1]).all()
        and (places[:, 1] <= size).all()
        and (arrays["counts"] >= 1).all()
        and (arrays["all_counts"] >= 1).all()
        and arrays["all_counts"].astype(np.float64).sum() < 2**53
        and np.array_equal(np.bincount(ids, minlength=n_words), arrays["counts"])
    )


# A folder's files.


def read_about(folder: Path) -> About:
    """about.json of a folder; empty where there is none (``Damaged`` where it cannot be read)."""
    return About.from_json(_content(folder / "about.json", {}))


def read_owner(folder: Path) -> str:
    """Whose a folder of a model is, as far as that can be read: "" where it cannot."""
    try:
        return _Fields("", _content(folder / "about.json", {}))("owner", text, "")
    except (OSError, Damaged):
        return ""


def read_settings(folder: Path) -> Settings:
    """settings.json of a training's folder (FileNotFoundError, Damaged)."""
    return Settings.from_json(read_json(folder / "settings.json"))


def _content(file: Path, otherwise: Any) -> Any:
    try:
        return read_json(file)
    except FileNotFoundError:
        return otherwise
