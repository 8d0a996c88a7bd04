"""Uploaded files, and the one text that is made of them.

texts/<id>/.files/        files that were uploaded together, numbered; .files.json has their names
texts/<id>/<name>         a text made of them; .documents.json beside it says where each stands in it,
                          and how it was made; its id is that of the files and the choices
texts/<id>/.source        the key of what it was made of
texts/<id>/.choices.json  what a person chose for a text, so that an address can name it
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from w2v_core.library.library import forget_old_texts, put_text, text_file, text_name
from w2v_core.storage import clock
from w2v_core.storage.files import (
    copy_file,
    counted_file,
    read_json,
    scratch_folder,
    whole_file,
    write_json,
    write_text,
)
from w2v_core.storage.home import home
from w2v_core.storage.limits import max_text_bytes, refuse_upload
from w2v_core.storage.names import safe_name
from w2v_core.storage.records import (
    optional,
    preparation_from_json,
    table,
    text,
    text_in,
    texts_in,
)
from w2v_core.text import documents as documents_
from w2v_core.text import gutenberg, reading
from w2v_core.text.account import Note
from w2v_core.text.budget import Counted
from w2v_core.text.documents import Documents, Gathering, Source, gather, is_plain_text
from w2v_core.text.preparation import STEPS, Preparation, prepare
from w2v_core.text.single_line import single_line
from w2v_core.text.word_lists import word_list
from w2v_core.visitors import ownership, quota

_DOCUMENTS = ".documents.json"
CHOICES = ".choices.json"
FILES = ".files.json"
SOURCE = ".source"
"""In the folder of a text that was made of others: their key."""
_AS_THEY_ARE, _AS_IT_IS = Gathering(), Preparation()
_GONE = "This text is no longer here: choose or upload it again."


@dataclass(frozen=True)
class Choices:
    """Everything a person chose about a text, apart from the parameters of ``w2v_core.parameters``.

    Attributes
    ----------
    gathering : Gathering
        How the files are read.
    chosen : dict of str → tuple of str
        Metadata column → the values of the documents that go in; columns left out choose all.
    left_out : tuple of str
        Names of documents that do not go in.
    preparation : Preparation
        The steps that change the text.
    stop_words, phrases : tuple of str
        For ``Corpus``.
    """

    gathering: Gathering = _AS_THEY_ARE
    chosen: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    preparation: Preparation = _AS_IT_IS
    stop_words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def lists(self) -> dict[str, list[str]]:
        """Keyword arguments for ``Corpus.from_file``; empty where nothing was chosen."""
        lists = {"stop_words": list(self.stop_words), "phrases": list(self.phrases)}
        return {name: words for name, words in lists.items() if words}

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Choices:
        """What ``as_json`` gave, by way of JSON.

        Raises
        ------
        ValueError
            when it is damaged.
        """
        try:
            gathering, preparation = dict(record["gathering"]), dict(record["preparation"])
            optional(text)(gathering.get("text_column"))
            optional(text)(gathering.get("encoding"))
            optional(text)(gathering.get("tables"))
            optional(text)(gathering.get("first_row"))
            if gathering.get("metadata_columns") is not None:
                gathering["metadata_columns"] = tuple(map(str, gathering["metadata_columns"]))
            return cls(
                Gathering(**gathering),
                {str(k): tuple(map(str, v)) for k, v in record["chosen"].items()},
                tuple(map(str, record["left_out"])),
                Preparation.from_json(preparation),
                tuple(word_list("stop_words", record["stop_words"], False)),
                tuple(word_list("phrases", record["phrases"], False)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                "What was chosen for this text cannot be read: choose again."
            ) from error


NOTHING = Choices()


def keep_files(files: Sequence[tuple[str, Iterable[bytes]]]) -> str:
    """Keep files that were uploaded together; returns their id, the same for the same names and bytes.

    Parameters
    ----------
    files : sequence of (name, pieces of bytes)
    """
    forget_old_texts()
    quota.refuse_full(0)
    owner = ownership.visitor().owner
    digest = hmac.new(ownership.secret(), owner.encode(), hashlib.sha256)
    names, size = [], 0
    with quota.spending(), scratch_folder(home() / "texts", owner) as folder:
        (folder / ".files").mkdir()
        for number, (name, pieces) in enumerate(files):
            names.append(single_line(name) or f"file {number + 1}")
            digest.update(b"\0" + names[-1].encode("utf-8", "replace") + b"\0")
            with counted_file(folder / ".files" / f"{number:05d}") as file:
                for piece in pieces:
                    size += len(piece)
                    refuse_upload(size, "Together, these files")
                    digest.update(piece)
                    file.write(piece)
        write_text(folder / ".name", _called(names))
        write_json(folder / FILES, names)
        id = digest.hexdigest()[:32]
        put_text(folder, id)
    return id


def _used(folder: Path) -> None:
    """What is looked at stays longer (nothing goes where nothing can be written)."""
    with contextlib.suppress(OSError):
        os.utime(folder, (clock.now(),) * 2)


def _called(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{names[0]} and {len(names) - 1:,} more"


def is_collection(key: str) -> bool:
    """Whether a key names uploaded files rather than one plain text."""
    return ownership.may_read(key) and (home() / "texts" / key / FILES).is_file()


def is_plain(name: str, file: BinaryIO) -> bool:
    """Whether a single file is plain text, and is read as it is."""
    return is_plain_text(file, name)


def name_of(key: str) -> str:
    """What a text or a collection is called (errors as for ``library.text_file``)."""
    if is_collection(key):
        try:
            return text_in(".name", (home() / "texts" / key / ".name").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "uploaded files"
    return text_name(key)


def size_of(key: str) -> int:
    """The bytes that were uploaded."""
    return sum(source.path.stat().st_size for source in sources(key))


def sources(key: str) -> list[Source]:
    """The files of a key.

    Raises
    ------
    ValueError
        when they are not here.
    """
    if not is_collection(key):
        return [Source(text_name(key), text_file(key))]
    folder = home() / "texts" / key
    names = texts_in(read_json(folder / FILES), FILES)
    found = [Source(name, folder / ".files" / f"{i:05d}") for i, name in enumerate(names)]
    if not all(source.path.is_file() for source in found):
        raise ValueError(_GONE)
    _used(folder)
    return found


def gathered(
    key: str, settings: Gathering, callback: Callable[[float], bool | None] | None = None
) -> str:
    """The key of the text made of the files of a key; it is made once (errors as for ``gather``)."""
    id = _id("gathered", key, dataclasses.asdict(settings))
    return _made(
        id,
        name_of(key),
        lambda out: gather(sources(key), out, settings, max_text_bytes(), callback),
        {"gathering": dataclasses.asdict(settings), "sources": _facts(key)},
        key,
    )


def prepared(
    key: str, choices: Choices, callback: Callable[[float], bool | None] | None = None
) -> str:
    """The key of the text that is trained on: of the text or files of a key, read, chosen from and
    prepared as the choices say.

    A single plain text that nothing was chosen for is its own; it is not copied.

    Raises
    ------
    ValueError
        when no document is left, and for the same reasons as ``gather``.
    """
    chosen = bool(choices.preparation or choices.chosen or choices.left_out)
    around = choices.preparation.gutenberg and has_gutenberg_header(key)
    if not is_collection(key) and choices.gathering == _AS_THEY_ARE and not (chosen or around):
        return key
    whole = gathered(key, choices.gathering, callback)
    if not (chosen or around):
        return whole
    documents = documents_of(whole)
    assert documents is not None  # gathered wrote them
    rows = documents.rows(choices.chosen, choices.left_out)
    if not rows:
        raise ValueError("No document is left: choose more values, or leave out fewer documents.")

    facts: dict[str, Any] = {}

    def write(out) -> Documents:
        with open(text_file(whole), "rb") as text:
            found = prepare(text, documents.part(rows), out, choices.preparation, callback)
        facts["done"] = [note.as_json() for note in found.notes]
        return found.documents

    file = text_file(whole).with_name(_DOCUMENTS)
    record = preparation_from_json(read_json(file), _DOCUMENTS)
    facts |= {
        **record,
        "chosen": {k: list(v) for k, v in choices.chosen.items()},
        "left_out": list(choices.left_out),
        **choices.preparation.as_json(),
    }
    parts = [list(choices.chosen.items()), choices.left_out, choices.preparation.as_json()]
    return _made(_id("prepared", whole, parts), name_of(key), write, facts, key)


def has_gutenberg_header(key: str) -> bool:
    """Whether a file of a key is a book of Project Gutenberg's (errors as for ``sources``)."""
    return any(_has_header(str(s.path), s.path.stat().st_mtime_ns) for s in sources(key))


@functools.lru_cache(maxsize=10_000)
def _has_header(path: str, changed: int) -> bool:
    try:
        encoding = reading.guess_encoding(path)
        with reading.open_bytes(path) as file:
            head = file.read(gutenberg.HEAD)
    except (OSError, ValueError):  # empty, or no plain text: reading it says so
        return False
    return gutenberg.has_header(head.decode(encoding.codec, "replace").encode())


def preparation_notes(key: str) -> list[Note]:
    """What the preparation of a text left out, mended or guessed; empty for a text as it was given."""
    file = text_file(key).with_name(_DOCUMENTS)
    if not file.is_file():
        return []
    done = preparation_from_json(read_json(file), _DOCUMENTS).get("done")
    return [Note.from_json(table(note)) for note in done] if isinstance(done, list) else []


def documents_of(key: str) -> Documents | None:
    """Where the documents of a text stand; None for a text that was not gathered."""
    return _read_documents(text_file(key).with_name(_DOCUMENTS))


def model_documents(folder: Path) -> Documents | None:
    """Where the documents of a model's text stand in it; None where they are not known."""
    return _read_documents(folder / "documents.json")


def keep_documents(text: Path, folder: Path) -> None:
    """Keep what is known of a text's documents in the folder of its model."""
    if (record := text.with_name(_DOCUMENTS)).is_file():
        copy_file(record, folder / "documents.json")


def part_of_model(folder: Path, name: str, column: str, values: Sequence[str]) -> str:
    """The key of a text made of some documents of a model's text.

    Parameters
    ----------
    folder : Path
        The model's.
    name : str
        What the text is called.
    column : str
        A metadata column.
    values : sequence of str
        The documents that have one of these go in.

    Raises
    ------
    ValueError
        when there are none.
    """
    documents = model_documents(folder)
    rows = [] if documents is None else documents.rows({column: values})
    if documents is None or not rows:
        raise ValueError(f"No document of this text has one of these values of {column!r}.")

    def write(out) -> Documents:
        with open(folder / "text.txt", "rb") as text:
            return documents_.copy_part(text, documents.part(rows), out)

    record = preparation_from_json(read_json(folder / "documents.json"), "documents.json")
    before = record.get("chosen")
    before = before if isinstance(before, dict) else {}
    facts = {**record, "chosen": {**before, column: list(values)}}
    stamp = (folder / "text.txt").stat().st_mtime_ns
    return _made(_id("part", folder.name, [stamp, column, list(values)]), name, write, facts)


def make_again(files: Path, preparation: dict[str, Any], out: Path) -> None:
    """Write the text that a methods record describes from the files it was made of.

    Parameters
    ----------
    files : Path
        The one file, or a folder that holds all of them.
    preparation : dict
        What ``formats.text_facts`` says of it.
    out : Path
        The text.

    Raises
    ------
    ValueError, OSError
        with a sentence.
    """
    given = [Source(files.name, files)]
    if files.is_dir():
        order = [str(line).split(" · ")[0] for line in preparation.get("sources") or []]
        there = {file.name: file for file in sorted(files.iterdir()) if file.is_file()}
        names = [name for name in order if name in there] or list(there)
        given = [Source(name, there[name]) for name in names]
    choices = Choices.from_json(
        {
            "gathering": preparation.get("gathering") or {},
            "chosen": preparation.get("chosen") or {},
            "left_out": preparation.get("left_out") or [],
            "preparation": {name: preparation[name] for name in STEPS if name in preparation},
            "stop_words": [],
            "phrases": [],
        }
    )
    with open(out, "w+b") as whole:
        documents = gather(given, whole, choices.gathering, max_text_bytes())
    steps = choices.preparation
    if choices.chosen or choices.left_out or steps or steps.gutenberg:
        rows = documents.rows(choices.chosen, choices.left_out)
        first = out.with_name(f"{out.name}.whole")
        os.replace(out, first)
        try:
            with open(first, "rb") as text, open(out, "wb") as target:
                part = documents.part(rows)
                documents = prepare(text, part, target, steps).documents
        finally:
            first.unlink()
    write_json(out.with_name(_DOCUMENTS), {**documents.as_json(), "preparation": preparation})


def keep_choices(choices: Choices) -> str | None:
    """Keep choices, so that an address can name them; None where nothing was chosen."""
    if choices == NOTHING:
        return None
    record = choices.as_json()
    id = _id("choices", "", record)
    folder = home() / "texts" / id
    if not (folder / CHOICES).is_file():
        quota.refuse_full(0)
        owner = ownership.visitor().owner
        with quota.spending(), scratch_folder(home() / "texts", owner) as spare:
            write_json(spare / CHOICES, record)
            put_text(spare, id)
    _used(folder)
    return id


def kept_choices(id: str | None) -> Choices:
    """The choices of an id; nothing chosen where they are not here, or cannot be read."""
    file = home() / "texts" / str(id) / CHOICES
    if id is None or not ownership.may_read(id):
        return NOTHING
    try:
        return Choices.from_json(table(read_json(file)))
    except (OSError, ValueError):
        return NOTHING


def _id(kind: str, key: str, parts: Any) -> str:
    """An id that says what was made of what, for whom; nobody else can work it out."""
    text = json.dumps([ownership.visitor().owner, kind, key, parts], sort_keys=True)
    return hmac.new(ownership.secret(), text.encode(), hashlib.sha256).hexdigest()[:32]


def _facts(key: str) -> list[str]:
    """Name, size and SHA-256 of each uploaded file, a line each; of the first 1,000."""
    lines = []
    for source in sources(key)[:1_000]:
        with open(source.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{source.name} · {source.path.stat().st_size} bytes · {digest}")
    return lines


def _made(
    id: str,
    name: str,
    write: Callable[[Any], Documents],
    facts: dict[str, Any],
    source: str | None = None,
) -> str:
    """A text, made unless it is here; whole or not at all. ``source`` is the key of the text or the
    files that it is made of."""
    folder = home() / "texts" / id
    if (folder / _DOCUMENTS).is_file() and list(folder.glob("[!.]*")):
        _used(folder)
        return id
    quota.refuse_full(0)
    owner = ownership.visitor().owner
    with quota.spending(), scratch_folder(home() / "texts", owner) as spare:
        target = spare / f"{Path(safe_name(name)).stem[:50]}.txt"
        with whole_file(target) as temporary, Counted(open(temporary, "w+b")) as out:
            documents = write(out)
        write_json(spare / _DOCUMENTS, {**documents.as_json(), "preparation": facts})
        write_text(spare / ".name", name)
        if source is not None:
            write_text(spare / SOURCE, source)
        put_text(spare, id)
    return id


def _read_documents(file: Path) -> Documents | None:
    return Documents.from_json(read_json(file)) if file.is_file() else None
