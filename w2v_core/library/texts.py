"""Uploaded and pasted texts, uploaded files, and the one text that is made of them.

texts/<id>/<name>         a text as the person named it, or one made of others: .documents.json beside it
                          says where each stands in it, and how it was made; its id is that of the files
                          and the choices
texts/<id>/.files/        files that were uploaded together, numbered; .files.json has their names
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
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from w2v_core.library.choices import AS_THEY_ARE, NOTHING, Choices
from w2v_core.library.model_documents import DOCUMENTS, model_documents, read_documents
from w2v_core.storage import clock
from w2v_core.storage.files import (
    counted_file,
    read_json,
    remove,
    scratch_folder,
    whole_file,
    write_json,
    write_text,
)
from w2v_core.storage.home import is_id
from w2v_core.storage.limits import max_text_bytes, refuse_upload
from w2v_core.storage.names import safe_name
from w2v_core.storage.records import preparation_from_json, table, text_in, texts_in
from w2v_core.text import documents as documents_
from w2v_core.text import gutenberg, reading
from w2v_core.text.account import Note
from w2v_core.text.budget import Counted
from w2v_core.text.documents import Documents, Gathering, Source, gather, is_plain_text
from w2v_core.text.preparation import prepare
from w2v_core.text.samples import sample_path
from w2v_core.text.single_line import single_line
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import secret
from w2v_core.visitors.rights import Rights

TEXTS_KEPT = 7 * 24 * 3600.0
"""Seconds after which an uploaded text goes; trained ones live on in their model's folder."""
CHOICES = ".choices.json"
FILES = ".files.json"
SOURCE = ".source"
"""In the folder of a text that was made of others: their key."""
_GONE = "This text is no longer here: choose or upload it again."


@dataclass(frozen=True)
class Texts:
    """The texts of a ``W2V_HOME``, as one visitor may use them.

    A text's key is "sample:<name>", or the id that ``keep``, ``keep_files``, ``gathered``, ``prepared`` or
    ``part_of_model`` gave.

    Parameters
    ----------
    rights : Rights
        Of the visitor.
    """

    rights: Rights

    @property
    def _owner(self) -> str:
        return self.rights.visitor.owner

    def _folder(self, id: str) -> Path:
        return self.rights.home / "texts" / id

    def _make_room(self) -> None:
        forget_old_texts(self.rights.home)
        quota.refuse_full(self.rights, 0)

    @contextlib.contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """A folder to make a text of the visitor's in (see ``scratch_folder``); what it takes counts."""
        place = self.rights.home / "texts"
        with quota.spending_of(self.rights), scratch_folder(place, self._owner) as folder:
            yield folder

    def keep(self, name: str, data: bytes | Iterable[bytes]) -> str:
        """Keep an uploaded or pasted text; returns its id, the same for the same name, bytes and owner.
        In sharing mode nobody can work it out from the text.

        Raises
        ------
        ValueError
            for more bytes than are taken, or than there is room for; what was kept before is as it was.
        """
        self._make_room()
        name = re.sub(r"[\x00-\x1f\x7f]", " ", name)[-200:]
        digest = hmac.new(secret(self.rights.home), digestmod=hashlib.sha256)
        for part in (self._owner, name):
            digest.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
        with self._new_folder() as folder:
            with counted_file(folder / safe_name(name)) as file:
                size = 0
                for piece in [data] if isinstance(data, bytes) else data:
                    size += len(piece)
                    refuse_upload(size, "This text")
                    digest.update(piece)
                    file.write(piece)
            write_text(folder / ".name", name)
            id = digest.hexdigest()[:32]
            put_text(self.rights.home, folder, id)
        return id

    def keep_files(self, files: Sequence[tuple[str, Iterable[bytes]]]) -> str:
        """Keep files that were uploaded together; returns their id, the same for the same names and bytes.

        Parameters
        ----------
        files : sequence of (name, pieces of bytes)
        """
        self._make_room()
        digest = hmac.new(secret(self.rights.home), self._owner.encode(), hashlib.sha256)
        names, size = [], 0
        with self._new_folder() as folder:
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
            put_text(self.rights.home, folder, id)
        return id

    def file(self, key: str) -> Path:
        """The file of a text's key.

        Raises
        ------
        ValueError
            when there is none.
        """
        kind, _, name = key.partition(":")
        if kind == "sample" and name:
            return sample_path(name)
        known = self.rights.may_read(key)
        found = self._folder(key).glob("[!.]*") if known else ()
        files = [file for file in found if file.is_file()]
        if not files:
            raise ValueError(_GONE)
        return files[0]

    def is_collection(self, key: str) -> bool:
        """Whether a key names uploaded files rather than one plain text."""
        return self.rights.may_read(key) and (self._folder(key) / FILES).is_file()

    def name_of(self, key: str) -> str:
        """What a text or a collection is called (errors as for ``file``)."""
        if self.is_collection(key):
            try:
                return text_in(".name", (self._folder(key) / ".name").read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return "uploaded files"
        return self._text_name(key)

    def _text_name(self, key: str) -> str:
        """What the person called a text (errors as for ``file``)."""
        file = self.file(key)
        try:
            return text_in(".name", file.with_name(".name").read_text(encoding="utf-8"))
        except (OSError, ValueError):  # names on the disk may be of any bytes
            return file.name.encode("utf-8", "replace").decode("utf-8")

    def size_of(self, key: str) -> int:
        """The bytes that were uploaded."""
        return sum(source.path.stat().st_size for source in self.sources(key))

    def sources(self, key: str) -> list[Source]:
        """The files of a key.

        Raises
        ------
        ValueError
            when they are not here.
        """
        if not self.is_collection(key):
            return [Source(self._text_name(key), self.file(key))]
        folder = self._folder(key)
        names = texts_in(read_json(folder / FILES), FILES)
        found = [Source(name, folder / ".files" / f"{i:05d}") for i, name in enumerate(names)]
        if not all(source.path.is_file() for source in found):
            raise ValueError(_GONE)
        _used(folder)
        return found

    def gathered(
        self, key: str, settings: Gathering, callback: Callable[[float], bool | None] | None = None
    ) -> str:
        """The key of the text made of the files of a key; it is made once (errors as for ``gather``)."""
        id = self._id("gathered", key, dataclasses.asdict(settings))
        return self._made(
            id,
            self.name_of(key),
            lambda out: gather(self.sources(key), out, settings, max_text_bytes(), callback),
            {"gathering": dataclasses.asdict(settings), "sources": self._facts(key)},
            key,
        )

    def prepared(
        self, key: str, choices: Choices, callback: Callable[[float], bool | None] | None = None
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
        around = choices.preparation.gutenberg and self.has_gutenberg_header(key)
        if (
            not self.is_collection(key)
            and choices.gathering == AS_THEY_ARE
            and not (chosen or around)
        ):
            return key
        whole = self.gathered(key, choices.gathering, callback)
        if not (chosen or around):
            return whole
        documents = self.documents_of(whole)
        assert documents is not None  # gathered wrote them
        rows = documents.rows(choices.chosen, choices.left_out)
        if not rows:
            raise ValueError(
                "No document is left: choose more values, or leave out fewer documents."
            )

        facts: dict[str, Any] = {}

        def write(out) -> Documents:
            with open(self.file(whole), "rb") as text:
                found = prepare(text, documents.part(rows), out, choices.preparation, callback)
            facts["done"] = [note.as_json() for note in found.notes]
            return found.documents

        file = self.file(whole).with_name(DOCUMENTS)
        record = preparation_from_json(read_json(file), DOCUMENTS)
        facts |= {
            **record,
            "chosen": {k: list(v) for k, v in choices.chosen.items()},
            "left_out": list(choices.left_out),
            **choices.preparation.as_json(),
        }
        parts = [list(choices.chosen.items()), choices.left_out, choices.preparation.as_json()]
        return self._made(self._id("prepared", whole, parts), self.name_of(key), write, facts, key)

    def has_gutenberg_header(self, key: str) -> bool:
        """Whether a file of a key is a book of Project Gutenberg's (errors as for ``sources``)."""
        return any(_has_header(str(s.path), s.path.stat().st_mtime_ns) for s in self.sources(key))

    def preparation_notes(self, key: str) -> list[Note]:
        """What the preparation of a text left out, mended or guessed; empty for a text as it was given."""
        file = self.file(key).with_name(DOCUMENTS)
        if not file.is_file():
            return []
        done = preparation_from_json(read_json(file), DOCUMENTS).get("done")
        return [Note.from_json(table(note)) for note in done] if isinstance(done, list) else []

    def documents_of(self, key: str) -> Documents | None:
        """Where the documents of a text stand; None for a text that was not gathered."""
        return read_documents(self.file(key).with_name(DOCUMENTS))

    def part_of_model(self, folder: Path, name: str, column: str, values: Sequence[str]) -> str:
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
        return self._made(
            self._id("part", folder.name, [stamp, column, list(values)]), name, write, facts
        )

    def keep_choices(self, choices: Choices) -> str | None:
        """Keep choices, so that an address can name them; None where nothing was chosen."""
        if choices == NOTHING:
            return None
        record = choices.as_json()
        id = self._id("choices", "", record)
        folder = self._folder(id)
        if not (folder / CHOICES).is_file():
            quota.refuse_full(self.rights, 0)
            with self._new_folder() as spare:
                write_json(spare / CHOICES, record)
                put_text(self.rights.home, spare, id)
        _used(folder)
        return id

    def kept_choices(self, id: str | None) -> Choices:
        """The choices of an id; nothing chosen where they are not here, or cannot be read."""
        file = self._folder(str(id)) / CHOICES
        if id is None or not self.rights.may_read(id):
            return NOTHING
        try:
            return Choices.from_json(table(read_json(file)))
        except (OSError, ValueError):
            return NOTHING

    def _id(self, kind: str, key: str, parts: Any) -> str:
        """An id that says what was made of what, for whom; nobody else can work it out."""
        text = json.dumps([self._owner, kind, key, parts], sort_keys=True)
        return hmac.new(secret(self.rights.home), text.encode(), hashlib.sha256).hexdigest()[:32]

    def _facts(self, key: str) -> list[str]:
        """Name, size and SHA-256 of each uploaded file, a line each; of the first 1,000."""
        lines = []
        for source in self.sources(key)[:1_000]:
            with open(source.path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{source.name} · {source.path.stat().st_size} bytes · {digest}")
        return lines

    def _made(
        self,
        id: str,
        name: str,
        write: Callable[[Any], Documents],
        facts: dict[str, Any],
        source: str | None = None,
    ) -> str:
        """A text, made unless it is here; whole or not at all. ``source`` is the key of the text or the
        files that it is made of."""
        folder = self._folder(id)
        if (folder / DOCUMENTS).is_file() and list(folder.glob("[!.]*")):
            _used(folder)
            return id
        quota.refuse_full(self.rights, 0)
        with self._new_folder() as spare:
            target = spare / f"{Path(safe_name(name)).stem[:50]}.txt"
            with whole_file(target) as temporary, Counted(open(temporary, "w+b")) as out:
                documents = write(out)
            write_json(spare / DOCUMENTS, {**documents.as_json(), "preparation": facts})
            write_text(spare / ".name", name)
            if source is not None:
                write_text(spare / SOURCE, source)
            put_text(self.rights.home, spare, id)
        return id


def is_plain(name: str, file: BinaryIO) -> bool:
    """Whether a single file is plain text, and is read as it is."""
    return is_plain_text(file, name)


def put_text(home: Path, folder: Path, id: str) -> None:
    """Let a folder become the text of an id; one that is whole and there already stays, as what is
    kept of it is the same."""
    place = home / "texts" / id
    if place.is_dir() and not ((place / ".files.json").is_file() or list(place.glob("[!.]*"))):
        shutil.rmtree(place, ignore_errors=True)  # a process was killed while it made it
    if not place.is_dir():
        try:
            os.replace(folder, place)
        except OSError:
            if not place.is_dir():  # another visitor's page was faster
                raise
    os.utime(place, (clock.now(),) * 2)


def forget_old_texts(home: Path, in_use: Collection[str] = ()) -> None:
    """Remove the texts that nobody has used for ``TEXTS_KEPT``; those ``in_use`` stay."""
    for folder in (home / "texts").glob("*"):
        with contextlib.suppress(OSError):  # deleted at this moment
            old = clock.now() - folder.lstat().st_mtime > TEXTS_KEPT
            if old and is_id(folder.name) and folder.name not in in_use:
                remove(folder)


def _used(folder: Path) -> None:
    """What is looked at stays longer (nothing goes where nothing can be written)."""
    with contextlib.suppress(OSError):
        os.utime(folder, (clock.now(),) * 2)


def _called(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{names[0]} and {len(names) - 1:,} more"


@functools.lru_cache(maxsize=10_000)
def _has_header(path: str, changed: int) -> bool:
    try:
        encoding = reading.guess_encoding(path)
        with reading.open_bytes(path) as file:
            head = file.read(gutenberg.HEAD)
    except (OSError, ValueError):  # empty, or no plain text: reading it says so
        return False
    return gutenberg.has_header(head.decode(encoding.codec, "replace").encode())
