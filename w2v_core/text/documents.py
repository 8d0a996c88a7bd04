"""Many files → one text, where each document stands in it, and an account of every file.

What a file is read as is told by its content first and by its name second (``formats``). A file that
cannot be read is left out with a sentence in its account, and the others are read; only where nothing can
be read is there an error. What an archive claims is checked before any of it is unpacked.
"""

from __future__ import annotations

import gzip
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, cast

from w2v_core.text import archives, reading
from w2v_core.text.account import FileAccount, counted
from w2v_core.text.archives import MOST_FILES, TooLarge
from w2v_core.text.budget import NoRoom
from w2v_core.text.document_list import (
    BETWEEN,
    FILE,
    FOLDER,
    MOST_DOCUMENTS,
    Documents,
    TooManyDocuments,
    copy_part,
)
from w2v_core.text.encoding_guess import python_codec
from w2v_core.text.file_names import Numbered, match_names
from w2v_core.text.formats.format import HEAD, Allowance, Format, Head, OpenFile, Unreadable
from w2v_core.text.formats.plain import PLAIN
from w2v_core.text.formats.registry import ARCHIVE, READ_ENDINGS, format_of
from w2v_core.text.gathering import ENCODINGS, Gathering, Source
from w2v_core.text.reading import TooMuchText
from w2v_core.text.single_line import single_line
from w2v_core.text.tables import Grid

_CODECS = {python_codec(codec): codec for codec in ENCODINGS}
_TOO_MUCH = (TooLarge, TooMuchText, TooManyDocuments, NoRoom)
_MOST_NAMED = 200_000  # rows of a table that describes files
_KIND = "mimetype"  # the part of a zip file that says what it is
_NAMED = 3  # names that a sentence lists


def gather(
    sources: Sequence[Source],
    out: BinaryIO,
    settings: Gathering | None = None,
    max_bytes: int | None = None,
    callback: Callable[[float], bool | None] | None = None,
) -> Documents:
    """Read files into one text.

    Parameters
    ----------
    sources : sequence of Source
    out : binary file
        Takes the text, UTF-8; must be able to seek.
    settings : Gathering, optional
    max_bytes : int, optional
        Refuse more than so many bytes of text in all.
    callback : callable, optional
        Called with the share read so far (0 to 1), at least once a file; True stops.

    Raises
    ------
    ValueError
        with a sentence, for more text than is read at once, and when no file holds text.
    OSError
        when a file cannot be read.
    InterruptedError
        when the callback stopped the reading.
    """
    settings = settings or Gathering()
    if len(sources) > MOST_FILES:
        raise ValueError(f"There are more than {MOST_FILES:,} files: join some of them first.")
    reader = _Reader(out, settings, max_bytes)
    total = sum(source.path.stat().st_size for source in sources) or 1
    done = 0

    def tell(share: float) -> None:
        if callback is not None and callback(min(share, 1.0)):
            raise InterruptedError("Reading the files was stopped.")

    tables: list[_Member] = []
    for source in sources:
        size = source.path.stat().st_size
        for member in reader.members(source, alone=len(sources) == 1):
            if not reader.take(member):
                tables.append(member)
            tell((done + size * member.share) / total)
        done += size
        tell(done / total)
    for member in [member for member in tables if not reader.describes(member)]:
        reader.rows(member)
        tell(1.0)
    reader.finish()
    found = reader.documents
    if not found.names:
        why = f" {found.notes[0]}" if found.notes else ""
        raise ValueError(f"None of these files contains text.{why}")
    return found


def table_preview(
    source: Source, encoding: str | None = None, n: int = 5
) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Of each table in a file: its columns, and its first n rows as they are."""
    found = {}
    for table in _tables_of(source, Gathering(encoding=encoding)):
        rows = [row for row, _ in zip(table.rows(), range(n), strict=False)]
        found[table.name] = (table.columns, rows)
    return found


def _tables_of(source: Source, settings: Gathering) -> Iterator[Grid]:
    reader = _Reader(None, settings, None)
    for member in reader.members(source, alone=True):
        with member.open() as file:
            format = format_of(head_of(file, member.name))
            if format.tables is not None:
                opened = OpenFile(member.name, file, settings, member.account)
                with format.tables(opened) as tables:
                    yield from tables


def head_of(file: BinaryIO, name: str) -> Head:
    """What a file's format is told by; the file is at its beginning after."""
    file.seek(0)
    data = reading.read_bytes(file, name, HEAD)
    parts, kind = frozenset[str](), ""
    if archives.is_zip(data):
        with suppress(*archives.ERRORS):
            archive = archives.open_zip(file, name)
            parts = frozenset(archive.namelist())
            if _KIND in parts:
                with archive.open(_KIND) as part:
                    kind = part.read(200).decode("utf-8", "replace")
    file.seek(0)
    return Head(name, data, parts, kind)


def is_plain_text(file: BinaryIO, name: str) -> bool:
    """Whether a file is plain text, packed with gzip or not, which is read as it stands. The file is at
    its beginning after."""
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    try:
        opened = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        return format_of(head_of(opened, name)) is PLAIN
    except ValueError:
        return True  # it is damaged, which is said when it is read
    finally:
        file.seek(0)


@dataclass
class _Member:
    """A file to read: one that was given, or one of an archive.

    ``named`` is its name as tables may write it, ``name`` the one it goes by here, which no other has;
    ``share`` says how much of its source has been read with it.
    """

    name: str
    named: str
    folder: str
    share: float
    open: Callable[[], BinaryIO]
    account: FileAccount
    alone: bool
    format: Format | None = None

    def __post_init__(self) -> None:
        self._first_notes = list(self.account.notes)

    def begin_again(self) -> None:
        """Forget what an earlier reading noted."""
        self.account.notes = list(self._first_notes)
        self.account.format, self.account.encoding, self.account.rows = "", "", None


class _Reader:
    """Writes documents, one after the other, into one text."""

    def __init__(self, out: BinaryIO | None, settings: Gathering, max_bytes: int | None):
        self.settings, self.max_bytes = settings, max_bytes
        self.documents = Documents()
        self._names = Numbered()
        self._named: list[str] = []  # of each document of a file of its own, as tables may write it
        self._codec: str | None = None  # that was suggested last
        self._allowance = Allowance()
        self._text_column_met = False
        self._no_such_column: str | None = None
        if out is not None:
            self.out = out
            self.place = out.tell()

    # Files, and files of archives, alike.

    def members(self, source: Source, alone: bool) -> Iterator[_Member]:
        """The files of a source, each with an account in the list."""
        name = single_line(source.name) or "a file"
        with open(source.path, "rb") as file:
            named = name.lower().endswith(".zip")
            if named or archives.is_zip(file.read(4)):
                format = format_of(head_of(file, name))
                if format is ARCHIVE or (named and format is PLAIN):
                    yield from self._of_archive(source, name, file)
                    return

        def opened() -> BinaryIO:
            return reading.open_bytes(source.path)

        yield self._member(name, source.name, "", 1.0, opened, alone)

    def _member(
        self,
        name: str,
        named: str,
        folder: str,
        share: float,
        opened: Callable[[], BinaryIO],
        alone: bool,
    ) -> _Member:
        given = self._names(name)
        account = self._account(given)
        if given != unicodedata.normalize("NFC", name):
            account.add("read", f"Another file is called {name} too; this one is called {given}.")
        return _Member(given, named, folder, share, opened, account, alone)

    def _account(self, name: str) -> FileAccount:
        self.documents.accounts.append(FileAccount(name))
        return self.documents.accounts[-1]

    def _of_archive(self, source: Source, name: str, file: BinaryIO) -> Iterator[_Member]:
        try:
            archive = archives.open_zip(file, name)
            with archive:
                yield from self._inner(source, name, archive)
        except _TOO_MUCH:
            raise
        except archives.ERRORS as error:
            if isinstance(error, InterruptedError):
                raise
            why = str(error) if isinstance(error, ValueError) else str(archives.damaged(name))
            self._account(name).add("left out", why)

    def _inner(self, source: Source, name: str, archive: zipfile.ZipFile) -> Iterator[_Member]:
        found = archives.contents(archive, name, self.max_bytes)
        if found.n_hidden or found.codec is not None:
            account = self._account(name)
            account.format = "Zip archive"
            if n := found.n_hidden:
                what = f"Left out: {counted(n, 'file')} that belong to an operating system."
                account.add("left out", what, n)
            if found.codec is not None:
                as_what = ENCODINGS[found.codec].partition(",")[0]
                account.add(
                    "guessed",
                    f"The names of its files are not UTF-8; they were read as {as_what}.",
                )
        size = sum(inner.info.compress_size for inner in found.files) or 1
        done = 0
        for inner in found.files:
            path = inner.name.replace("\\", "/")
            folder, _, last = path.rpartition("/")
            done += inner.info.compress_size
            shown = single_line(path) or single_line(last) or "a file"
            if inner.refused:
                self._account(self._names(shown)).add("left out", inner.refused)
                continue

            def opened(info: zipfile.ZipInfo = inner.info) -> BinaryIO:
                # A table is read after its archive was closed.
                return archives.unpacked_again(source.path, archive, info, name)

            share = min(done / size, 1.0)
            alone = len(found.files) == 1
            yield self._member(shown, path, single_line(folder), share, opened, alone)

    # One document from one file.

    def take(self, member: _Member) -> bool:
        """Read a file unless it is a table, which has to wait for the others: False then."""
        start = self.place
        try:
            with member.open() as file:
                member.format = format = format_of(head_of(file, member.name))
                if format.tables is not None:
                    return False
                if format is ARCHIVE:
                    with archives.open_zip(file, member.name):  # a damaged one is no archive
                        raise Unreadable(
                            f"{member.name} is itself an archive: unpack it, then pack the texts "
                            "themselves."
                        )
                if format.read is None:
                    raise Unreadable(f"{member.name} {format.left_out}.")
                self._document(file, member, format)
        except _TOO_MUCH:
            raise
        except ValueError as error:
            self._undo(start)
            self._leave_out(member, _sentence(error, member.name))
        return True

    def _document(self, file: BinaryIO, member: _Member, format: Format) -> None:
        start = self.place
        member.account.format = format.label
        opened = self._opened(file, member)
        try:
            has_words = self._write_all(format, opened)
        except UnicodeDecodeError:
            self._undo(start)
            file.seek(0)
            opened.again = True
            has_words = self._write_all(format, opened)
        if not has_words:
            raise Unreadable(f"{member.name} contains no text.{_reasons(member.account)}")
        self._keep_guess(opened)
        self._named.append(member.named)
        metadata = {**opened.metadata, FILE: member.name, FOLDER: member.folder}
        self._close(member.name, start, metadata)

    def _write_all(self, format: Format, opened: OpenFile) -> bool:
        """Write the text of a file; whether it has any."""
        assert format.read is not None
        has_words = False
        for piece in format.read(opened):
            self._write(piece)
            has_words = has_words or not (piece.isspace() or not piece)
        return has_words

    def _opened(self, file: BinaryIO, member: _Member) -> OpenFile:
        return OpenFile(
            member.name,
            file,
            self.settings,
            member.account,
            self.max_bytes,
            before=self._codec,
            alone=member.alone,
            allowance=self._allowance,
        )

    def _keep_guess(self, opened: OpenFile) -> None:
        if opened.guessed is not None:
            self._codec = _CODECS.get(opened.guessed)
            self.documents.unsure.append(opened.name)

    def _leave_out(self, member: _Member, why: str) -> None:
        member.begin_again()
        member.account.add("left out", why)

    def _undo(self, start: int) -> None:
        self.out.seek(start)
        self.out.truncate()
        self.place = start

    def _close(self, name: str, start: int, metadata: dict[str, str]) -> None:
        end = self.place
        self._write(BETWEEN)
        self.documents.add(name, start, end, metadata)

    def _write(self, data: bytes) -> None:
        if self.max_bytes is not None and self.place + len(data) > self.max_bytes:
            raise TooMuchText(
                f"These files contain more than {self.max_bytes / 1e6:,g} MB of text: use fewer of "
                "them."
            )
        self.out.write(data)
        self.place += len(data)

    # Tables: they describe the other files, or each of their rows is a document.

    def describes(self, member: _Member) -> bool:
        """Whether a table describes the files read so far; then its columns are theirs."""
        if self.settings.tables == "texts" or not self._named:
            return False
        try:
            with self._tables(member) as tables:
                return any(self._describes(table, member) for table in tables or ())
        except Unreadable:
            return False  # it is said when the rows are read

    def _describes(self, table: Grid, member: _Member) -> bool:
        rows = list(islice(table.rows(), _MOST_NAMED + 1))
        if len(rows) > _MOST_NAMED:
            return False
        best, named, matches = None, 0, list[int | None]()
        for i in range(len(table.columns)):
            found = match_names([row[i] for row in rows], self._named)
            hits = sum(match is not None for match in found)
            if hits > named:
                best, named, matches = i, hits, found
        n_files = len(self._named)
        if best is None or (self.settings.tables is None and 2 * named < n_files):
            return False
        for i, column in enumerate(table.columns):
            if i == best or not self._keeps(column):
                continue
            own = self.documents.columns.setdefault(column, [""] * n_files)
            for document, match in enumerate(matches):
                if match is not None:
                    own[document] = single_line(rows[match][i])
        self.documents.tables[table.name] = table.columns
        account = member.account
        account.rows = (account.rows or 0) + len(rows)
        account.add("read", f"The table describes {named:,} of {counted(n_files, 'file')}.", named)
        used = set(matches)
        spare = [row[best] for number, row in enumerate(rows) if number not in used]
        if spare:
            account.add(
                "left out",
                f"Left out: {counted(len(spare), 'row')} for files that are not here ({_some(spare)}).",
                len(spare),
            )
        missing = [
            name
            for name, match in zip(self.documents.columns[FILE], matches, strict=True)
            if match is None
        ]
        if missing:
            account.add(
                "read",
                f"{counted(len(missing), 'file')} without a row in {table.name} ({_some(missing)}).",
                len(missing),
            )
        return True

    def _keeps(self, column: str) -> bool:
        kept = self.settings.metadata_columns
        return column not in (FILE, FOLDER) and (kept is None or column in kept)

    def rows(self, member: _Member) -> None:
        """Each row of a table as a document."""
        start, n = self.place, len(self.documents)
        with self._tables(member) as tables:
            for table in tables or ():
                try:
                    self._rows(table, member)
                except Unreadable as error:
                    member.account.add(
                        "left out",
                        f"{error} Everything before that was read."
                        if len(self.documents) > n
                        else str(error),
                    )
        if len(self.documents) == n:
            self._undo(start)

    def _rows(self, table: Grid, member: _Member) -> None:
        wanted = self.settings.text_column
        if wanted in table.columns:
            table.text_column = table.columns.index(wanted)
            self._text_column_met = True
        elif wanted is not None and self._no_such_column is None:
            named = ", ".join(table.columns[:20])
            self._no_such_column = f"{table.name} has no column {wanted!r}: choose one of {named}."
        elif table.text_is_guessed:
            member.account.add(
                "guessed",
                f"The text was taken from the column “{table.columns[table.text_column]}”, which "
                "has the longest cells.",
                setting="text_column",
            )
        self.documents.tables[table.name] = table.columns
        text, empty = table.text_column, 0
        kept = [(i, c) for i, c in enumerate(table.columns) if i != text and self._keeps(c)]
        read = 0
        for number, row in enumerate(table.rows(), 1):
            if not row[text].strip():
                empty += 1
                continue
            start = self.place
            self._write(row[text].encode("utf-8", "replace"))
            metadata = {column: single_line(row[i]) for i, column in kept}
            metadata |= {FILE: member.name, FOLDER: member.folder}
            self._close(f"{table.name}, row {number:,}", start, metadata)
            read += 1
        member.account.rows = (member.account.rows or 0) + read
        if not read and not empty:
            member.account.add(
                "left out", f"{table.name} has no rows below the names of its columns."
            )
        if empty:
            member.account.add(
                "left out",
                f"Left out: {counted(empty, 'row')} without text in the column “{table.columns[text]}”.",
                empty,
                "text_column",
            )

    def finish(self) -> None:
        """Raise ValueError where a column that was chosen for the text is in none of the tables."""
        if self._no_such_column is not None and not self._text_column_met:
            raise ValueError(self._no_such_column)

    def _tables(self, member: _Member) -> _OpenTables:
        return _OpenTables(self, member)


class _OpenTables:
    """The tables of a file while they are read; None, and a line in its account, where they cannot be."""

    def __init__(self, reader: _Reader, member: _Member):
        self._reader, self._member = reader, member
        self._stack = ExitStack()

    def __enter__(self) -> Sequence[Grid] | None:
        reader, member = self._reader, self._member
        assert member.format is not None and member.format.tables is not None
        member.begin_again()
        member.account.format = member.format.label
        try:
            opened = reader._opened(self._stack.enter_context(member.open()), member)
            found = list(self._stack.enter_context(member.format.tables(opened)))
        except _TOO_MUCH:
            self._stack.close()
            raise
        except ValueError as error:
            self._stack.close()
            reader._leave_out(member, _sentence(error, member.name))
            return None
        if member.name not in reader.documents.unsure:
            reader._keep_guess(opened)
        return found

    def __exit__(self, *error: object) -> None:
        self._stack.close()


def _sentence(error: ValueError, name: str) -> str:
    """Why a file cannot be read; what a library says of damage is no sentence for a person."""
    said = str(error)
    ours = isinstance(error, Unreadable) or (type(error) is ValueError and said.endswith("."))
    return said if ours else f"{name} is damaged and cannot be read."


def _reasons(account: FileAccount) -> str:
    """What has been left out of a file, where that is all of it."""
    return "".join(f" {note.text}" for note in account.notes if note.kind == "left out")


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    named = ", ".join(single_line(name, 60) for name in names[:_NAMED])
    return f"{named} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else named


__all__ = [
    "BETWEEN",
    "ENCODINGS",
    "FILE",
    "FOLDER",
    "MOST_DOCUMENTS",
    "MOST_FILES",
    "READ_ENDINGS",
    "Documents",
    "Gathering",
    "Source",
    "copy_part",
    "gather",
    "is_plain_text",
    "single_line",
    "table_preview",
]
