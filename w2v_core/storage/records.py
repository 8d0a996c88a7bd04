"""The contents of each file of ``W2V_HOME``, checked once when the file is read.

Every JSON file has a class here, which ``from_json`` creates from the file's content; every .npz has a
table in ``array_tables``. Invalid content raises ``Damaged`` with a sentence that names the file and the
field but does not quote the content. Checked values can be used without checking their types again.

Fields added in later versions may be missing in older files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.model.trainers import parameter_names
from w2v_core.parameters import PARAMETERS
from w2v_core.storage.checks import (
    Check,
    T,
    duration,
    found_values,
    moment,
    number,
    numbers,
    optional,
    settings_of,
    shape,
    table,
    text,
    texts,
    truth,
    whole,
    words,
)
from w2v_core.storage.files import Damaged, read_json
from w2v_core.text.account import FileAccount
from w2v_core.text.earlier_words import NEWEST

_ARRAYS_NAME = re.compile(r"model-[0-9a-f]{16}\.npz")
_MISSING: Any = object()


_TEXT_SETTINGS = (
    *(name for name, p in PARAMETERS.items() if p.part == "text"),
    "stop_words",
    "phrases",
)
_model_settings, _text_settings = settings_of(*parameter_names()), settings_of(*_TEXT_SETTINGS)
_any_settings = settings_of(*PARAMETERS)


class _Fields:
    """The fields of a JSON object, each checked when it is read."""

    def __init__(self, file: str, content: Any):
        if not isinstance(content, dict):
            raise Damaged(f"{file} is damaged: it does not contain names with values.")
        self._file, self._content = file, content

    def __call__(self, name: str, check: Check[T], otherwise: Any = _MISSING) -> T:
        """A field, or ``otherwise``, which is not checked, if it is missing."""
        if name not in self._content:
            if otherwise is _MISSING:
                raise Damaged(f"{self._file} is damaged: “{name}” is missing.")
            return otherwise
        try:
            return check(self._content[name])
        except ValueError as error:
            raise Damaged(f"{self._file} is damaged: “{name}” is not {error}.") from error

    def others(self, known: Iterator[str]) -> dict[str, Any]:
        """The fields with other names, unchecked."""
        names = set(known)
        return {name: value for name, value in self._content.items() if name not in names}


class Record(Mapping[str, Any]):
    """The content of a file. Its fields can also be read by name, like those of the JSON object."""

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
    """model.json: a finished model without its arrays; ``arrays`` names their file in the folder."""

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
            raise Damaged(f"{file} is damaged: the numbers of its words and vectors differ.")
        return found


def _origin(found: dict[str, Any]) -> dict[str, Any]:
    """The origin of a model. A model can be used without it, so a part that cannot be read is left out and
    does not make the model a damaged one."""
    checks: dict[str, Check[dict[str, Any]]] = {
        "versions": table,
        "text": _text_facts,
        "certainty": _certainty,
        "stability": _stability,
        "vectors": _vectors,
        "trials": lambda value: Trials.from_json(table(value)).as_json(),
        "gain": lambda value: Gain.from_json(table(value)).as_json(),
    }
    kept = dict(found)
    for name, check in checks.items():
        if name in kept:
            try:
                kept[name] = None if kept[name] is None else check(kept[name])
            except (ValueError, KeyError, TypeError, AttributeError):
                kept[name] = None
    return kept


def _text_facts(value: Any) -> dict[str, Any]:
    facts = table(value)
    optional(text)(facts["sha256"])  # unknown where a cluster counted the text
    text(facts["encoding"])
    for name in ("bytes", "tokens", "distinct", "sentences"):
        whole(facts[name])
    if not table(facts["parameters"]).keys() <= PARAMETERS.keys():
        raise ValueError("the facts of a text")
    return facts


def _certainty(value: Any) -> dict[str, Any]:
    found = table(value)
    for name in ("splits", "documents", "nearest"):
        whole(found[name])
    for name in ("share_in_both_halves", "share_expected_again"):
        number(found[name], 0, 1)
    return found


def _vectors(value: Any) -> dict[str, Any]:
    """The account of a file of vectors."""
    return FileAccount.from_json(table(value)).as_json()


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
    """about.json: the changeable facts about a model; ``others`` are fields of other versions."""

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
    """settings.json: the settings of a training, ``text`` for ``Corpus`` and ``model`` for ``SkipGram``."""

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
    word_rules: int

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
            # Texts saved by earlier versions lack these.
            setting("sentence_ends", "marks and lines"),
            setting("numbers", "keep"),
            setting("addresses", "keep"),
            setting("emoji", "keep"),
            setting("language", "none"),
            setting("stop_most", 0),
            get("stop_words", texts, []),
            get("phrases", texts, []),
            get("word_rules", lambda value: whole(value, 1, NEWEST), 1),
        )


def _setting(name: str, value: Any) -> Any:
    try:
        return PARAMETERS[name].check(value)
    except (ValueError, OverflowError):
        raise ValueError("a setting that may be") from None


@dataclass(frozen=True, eq=False)
class ProgressRecord(Record):
    """progress.json: the progress of a training; empty before it begins."""

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
    """watched.json: the words that are followed during a training."""
    return _Fields(file, {"words": content})("words", texts)


def texts_in(content: Any, file: str) -> list[str]:
    """A file that contains only a list of texts."""
    return _Fields(file, {"list": content})("list", texts)


def text_in(file: str, value: Any) -> str:
    """A file that contains only a text."""
    return _Fields(file, {"name": value})("name", text)


@dataclass(frozen=True, eq=False)
class Categories(Record):
    """categories.json: (word, category) pairs, and the name of the file from which they came."""

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
    """results/<kind>-<hash>.json: the results of a job without its arrays (``found``, called values in the
    file); ``model`` names the file of the model's arrays that the job used."""

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
    """A job's payload in queue.sqlite: the ``text`` of a training (None if its folder contains it), or the
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
    """The preparation of a text according to documents.json; empty if there is none."""
    return _Fields(file, content)("preparation", optional(table), None) or {}


def held_from_json(content: Any) -> dict[str, str]:
    """people/<owner>.json: the owner's keys that a visitor has opened, by model."""
    return {
        id: key
        for id, key in _Fields("people", content)("held", table).items()
        if isinstance(key, str)
    }


# The files of a folder.


def read_about(folder: Path) -> About:
    """about.json of a folder; empty if there is none (``Damaged`` if it cannot be read)."""
    return About.from_json(_content(folder / "about.json", {}))


def read_owner(folder: Path) -> str:
    """The owner of a model's folder; "" if it cannot be read."""
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
