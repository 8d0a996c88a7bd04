"""Many files → one text, and where each document stands in it.

Read are plain text (.txt, also packed with gzip), .html, .md, tables (.csv, .tsv: each row a document,
or a description of the other files), and .zip files of these. What the text is made of is told by
names alone; whether a file holds text at all, by its bytes.

Nothing is unpacked onto the disk under a name from an archive; what an archive claims is checked before
any of it is read, and archives within archives are refused.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

from w2v_core.text import reading
from w2v_core.text.budget import Counted, NoRoom
from w2v_core.text.markup import text_of_html, text_of_markdown
from w2v_core.text.reading import Encoding

MOST_FILES = 20_000
"""Files of an archive, and files at once."""
MOST_DOCUMENTS = 1_000_000
MOST_COLUMNS = 1_000
FILE, FOLDER = "file", "folder"
"""The metadata every document has; the folder is that of a file in an archive, empty elsewhere."""
BETWEEN = b"\n\n"
"""After each document: an empty line ends every sentence, however sentences are told."""

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252, Western European",
    "iso8859-15": "ISO 8859-15, Western European with €",
    "mac-roman": "Mac Roman, Western European",
    "cp437": "DOS 437",
    "cp1250": "Windows-1250, Central European",
    "iso8859-2": "ISO 8859-2, Central European",
    "cp1251": "Windows-1251, Cyrillic",
    "koi8-r": "KOI8-R, Russian",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp1255": "Windows-1255, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "gb18030": "GB 18030, Chinese",
    "big5": "Big5, Chinese (traditional)",
    "shift-jis": "Shift JIS, Japanese",
    "euc-jp": "EUC-JP, Japanese",
    "euc-kr": "EUC-KR, Korean",
}
"""Codecs that can be chosen by hand, and their names for people."""

_ARCHIVES = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z|rar|zst|jar|epub|docx|xlsx|odt)$", re.I)
_HIDDEN = re.compile(r"(^|/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)", re.I)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_LONGEST_NAME = 200
_LONGEST_VALUE = 200  # characters of a metadata value
_LONGEST_CELL = 64_000_000  # characters of a table's cell
_MOST_MARKUP = 64_000_000  # bytes of an .html or .md file: its parser holds it whole
_MOST_DIRECTORY = 10_000_000  # bytes of an archive's table of contents
_IN_MEMORY = 1 << 24  # bytes of a file of an archive that stays in memory
_ROWS_LOOKED_AT = 200
_DELIMITERS = ",;\t|"
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    AttributeError,
)

csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True)
class Source:
    """A file as a person gave it: its name, and where it lies."""

    name: str
    path: Path


@dataclass(frozen=True)
class Gathering:
    """How files are read.

    Attributes
    ----------
    encoding : str or None
        A codec of ``ENCODINGS`` chosen by hand for all files; None: found out for each.
    text_column : str or None
        Of tables, the column that holds the text; None: the one with the longest cells.
    metadata_columns : tuple of str or None
        Of tables, the columns kept for each document; None: all but the text column.
    tables : "texts", "metadata" or None
        Whether rows of tables are documents, or describe the other files (a column names them); None:
        the second where a column names at least half of the files.
    """

    encoding: str | None = None
    text_column: str | None = None
    metadata_columns: tuple[str, ...] | None = None
    tables: str | None = None

    def __post_init__(self):
        if self.encoding is not None and self.encoding not in ENCODINGS:
            raise ValueError(f"encoding={self.encoding!r}: choose one of {', '.join(ENCODINGS)}.")
        if self.tables not in (None, "texts", "metadata"):
            raise ValueError(f"tables={self.tables!r}: choose 'texts', 'metadata' or None.")


@dataclass
class Documents:
    """Where the documents of a text stand in its UTF-8 bytes, and what is known of them.

    Attributes
    ----------
    names : list of str
    starts, ends : list of int
        Bytes; what stands between two documents belongs to neither.
    columns : dict of str → list of str
        A value for each document; ``FILE`` and ``FOLDER`` always, then the columns of tables.
    notes : list of str
        Sentences for the person: what was skipped, guessed or damaged.
    unsure : list of str
        Names of files whose encoding was guessed or damaged.
    tables : dict of str → list of str
        The columns of each table.
    """

    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=lambda: {FILE: [], FOLDER: []})
    notes: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def add(self, name: str, start: int, end: int, metadata: dict[str, str]) -> None:
        """One more document; columns it lacks are empty for it."""
        if len(self.names) >= MOST_DOCUMENTS:
            raise ValueError(
                f"There are more than {MOST_DOCUMENTS:,} documents: use a part of them."
            )
        for column in metadata:
            if column not in self.columns:
                self.columns[column] = [""] * len(self.names)
        self.names.append(name)
        self.starts.append(start)
        self.ends.append(end)
        for column, values in self.columns.items():
            values.append(metadata.get(column, ""))

    def rows(self, chosen: Mapping[str, Sequence[str]], left_out: Iterable[str] = ()) -> list[int]:
        """The documents that have one of the chosen values in every column named, and whose name is not
        left out; unknown columns choose nothing."""
        wanted = {column: set(values) for column, values in chosen.items()}
        out = set(left_out)
        return [
            i
            for i, name in enumerate(self.names)
            if name not in out
            and all(
                column in self.columns and self.columns[column][i] in values
                for column, values in wanted.items()
            )
        ]

    def part(self, rows: Sequence[int]) -> Documents:
        """Some of the documents, where they stand."""
        return Documents(
            [self.names[i] for i in rows],
            [self.starts[i] for i in rows],
            [self.ends[i] for i in rows],
            {name: [values[i] for i in rows] for name, values in self.columns.items()},
            list(self.notes),
            list(self.unsure),
            dict(self.tables),
        )

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "schema_version": 1,
            "names": self.names,
            "starts": self.starts,
            "ends": self.ends,
            "columns": self.columns,
            "notes": self.notes,
            "unsure": self.unsure,
            "tables": self.tables,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Documents:
        """What ``as_json`` gave.

        Raises
        ------
        ValueError
            when it is damaged.
        """
        try:
            notes, unsure = ([clean(v, 1_000) for v in record[n]] for n in ("notes", "unsure"))
            found = cls(
                [clean(name) for name in record["names"]],
                [int(n) for n in record["starts"]],
                [int(n) for n in record["ends"]],
                {clean(k): [clean(v) for v in values] for k, values in record["columns"].items()},
                notes,
                unsure,
                {clean(k): [clean(v) for v in values] for k, values in record["tables"].items()},
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise ValueError("The list of documents is damaged: gather the text again.") from error
        lengths = {len(found.starts), len(found.ends), *map(len, found.columns.values())}
        bounds = [0, *(n for pair in zip(found.starts, found.ends, strict=False) for n in pair)]
        if lengths != {len(found.names)} or any(a > b for a, b in pairwise(bounds)):
            raise ValueError("The list of documents is damaged: gather the text again.")
        return found


def clean(text: Any, longest: int = _LONGEST_VALUE) -> str:
    """One line without control characters, not too long."""
    text = str(text).encode("utf-8", "replace").decode("utf-8")  # half a surrogate cannot be shown
    return " ".join(_CONTROL.sub(" ", text).split())[:longest]


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
        with a sentence, for hostile and damaged archives, files too large, and when no file holds text.
    OSError
        when a file cannot be read.
    InterruptedError
        when the callback stopped the reading.
    """
    settings = settings or Gathering()
    if len(sources) > MOST_FILES:
        raise ValueError(f"These are more than {MOST_FILES:,} files: join some of them first.")
    reader = _Reader(out, settings, max_bytes)
    total = sum(source.path.stat().st_size for source in sources) or 1
    done = 0

    def tell(share: float) -> None:
        if callback is not None and callback(min(share, 1.0)):
            raise InterruptedError("Reading the files was stopped.")

    tables: list[_Member] = []
    for source in sources:
        size = source.path.stat().st_size
        for entry in _entries(source, max_bytes):
            if entry.kind == "table":
                tables.append(entry)
            else:
                reader.take(entry)
            tell((done + size * entry.share) / total)
        done += size
        tell(done / total)
    described = [entry for entry in tables if reader.describes(entry)]
    for entry in tables:
        if entry not in described:
            reader.rows(entry)
        tell(1.0)
    reader.finish()
    found = reader.documents
    if not found.names:
        why = f" {found.notes[0]}" if found.notes else ""
        raise ValueError(f"None of these files holds text.{why}")
    return found


def table_preview(
    source: Source, encoding: str | None = None, n: int = 5
) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Of each table in a file: its columns, and its first n rows as they are (errors as ``gather``)."""
    found = {}
    for entry in _entries(source, None):
        if entry.kind == "table":
            with _Table(entry, encoding, None) as table:
                rows = [row for row, _ in zip(table.rows(), range(n), strict=False)]
                found[entry.name] = (table.columns, rows)
    return found


def kind_of(name: str) -> str:
    """What a file is read as, by its name: "zip", "table", "html", "markdown" or "text"."""
    name = name.lower().removesuffix(".gz")
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in ("csv", "tsv", "tab"):
        return "table"
    if ending in ("html", "htm", "xhtml"):
        return "html"
    if ending in ("md", "markdown"):
        return "markdown"
    return "zip" if ending == "zip" else "text"


# Entries: files, and files of archives, alike.


class _Member:
    """A file to read: its name and folder, what it is, and the share of its source read with it."""

    def __init__(self, name: str, folder: str, kind: str, share: float, opened: Callable):
        self.name, self.folder, self.kind, self.share = name, folder, kind, share
        self.open: Callable[[], BinaryIO] = opened


def _entries(source: Source, max_bytes: int | None) -> Iterator[_Member]:
    name = clean(source.name) or "a file"
    with open(source.path, "rb") as file:
        head = file.read(4)
    if kind_of(name) == "zip" or head == b"PK\x03\x04" or head == b"PK\x05\x06":
        yield from _zip_entries(source, name, max_bytes)
    else:
        yield _Member(name, "", kind_of(name), 1.0, lambda: reading.open_bytes(source.path))


def _zip_entries(source: Source, name: str, max_bytes: int | None) -> Iterator[_Member]:
    with open(source.path, "rb") as file:
        _check_directory(file, name)
        try:
            archive = zipfile.ZipFile(file)
        except _ZIP_ERRORS as error:
            raise _damaged(name) from error
        with archive:
            infos = _checked(archive.infolist(), name, max_bytes)
            size = sum(info.compress_size for info in infos) or 1
            done = 0
            for info in infos:
                inner = info.filename.replace("\\", "/")
                folder, _, last = inner.rpartition("/")
                done += info.compress_size
                yield _Member(
                    clean(inner) or clean(last) or "a file",
                    clean(folder),
                    kind_of(inner),
                    min(done / size, 1.0),
                    # A table is read after its archive was closed.
                    (lambda info=info: _kept_member(source, archive, info, name)),
                )


def _kept_member(
    source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str
) -> BinaryIO:
    try:
        if archive.fp is not None:
            return _unpacked(archive, info)
        with zipfile.ZipFile(source.path) as again:
            return _unpacked(again, info)
    except NoRoom:
        raise
    except _ZIP_ERRORS as error:
        raise _damaged(f"{clean(info.filename)} in {name}") from error


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="w2v-file-")  # noqa: SIM115
    out = Counted(file, aside=True)
    try:
        with archive.open(info) as member:
            # No more than was promised, whatever is packed there.
            left = info.file_size
            while left > 0 and (piece := member.read(min(left, 1 << 20))):
                out.write(piece)
                left -= len(piece)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    # It has all that is used of a BinaryIO, but is declared as none.
    return cast(BinaryIO, out)


def _damaged(name: str) -> ValueError:
    return ValueError(f"{name} is damaged or was cut off: pack it again as .zip.")


def _check_directory(file: BinaryIO, name: str) -> None:
    """The table of contents is bounded before it is read: it says how large it is."""
    size = file.seek(0, 2)
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise _damaged(name)
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    locator = tail[max(at - 20, 0) : at]
    if locator.startswith(b"PK\x06\x07") and len(locator) == 20:
        file.seek(min(int.from_bytes(locator[8:16], "little"), size))
        large = file.read(56)
        if len(large) < 56 or not large.startswith(b"PK\x06\x06"):
            raise _damaged(name)
        entries = int.from_bytes(large[32:40], "little")
        directory = int.from_bytes(large[40:48], "little")
    if entries > MOST_FILES or directory > _MOST_DIRECTORY:
        raise ValueError(f"{name} lists more than {MOST_FILES:,} files: pack fewer at a time.")
    file.seek(0)


def _checked(
    infos: list[zipfile.ZipInfo], name: str, max_bytes: int | None
) -> list[zipfile.ZipInfo]:
    """The files of an archive that are read, names and sizes checked."""
    if len(infos) > MOST_FILES:
        raise ValueError(f"{name} lists more than {MOST_FILES:,} files: pack fewer at a time.")
    kept = []
    for info in infos:
        inner = info.filename
        if _OUTSIDE.search(inner) or _CONTROL.search(inner):
            raise ValueError(
                f"{name} holds a file named {clean(inner, 80)!r}, which points out of its folder: it was "
                "not unpacked. Pack the texts again."
            )
        if info.is_dir() or _HIDDEN.search(inner.replace("\\", "/")):
            continue
        if _ARCHIVES.search(inner):
            raise ValueError(
                f"{name} holds another archive ({clean(inner, 80)}): unpack that one first, then pack "
                "the texts themselves."
            )
        if info.flag_bits & 0x1:
            raise ValueError(f"{name} is locked with a password: pack it again without one.")
        kept.append(info)
    size = sum(info.file_size for info in kept)
    if max_bytes is not None and size > max_bytes:
        raise ValueError(
            f"{name} holds {size / 1e6:,.0f} MB when unpacked, more than the {max_bytes / 1e6:,g} MB that "
            "are read: use a part of it."
        )
    return kept


# Reading


class _Reader:
    """Writes documents, one after the other, into one text."""

    def __init__(self, out: BinaryIO, settings: Gathering, max_bytes: int | None):
        self.out, self.settings, self.max_bytes = out, settings, max_bytes
        self.documents = Documents()
        self.skipped: Counter[str] = Counter()
        self.first_skipped: dict[str, str] = {}
        self.place = out.tell()

    def take(self, entry: _Member) -> None:
        """One document from one file; a file that holds no text is skipped, and told of."""
        start = self.place
        try:
            with entry.open() as file:
                if entry.kind == "text":
                    self._plain(file, entry.name)
                else:
                    self._write(self._marked_up(file, entry))
        except _NoText as error:
            self._undo(start)
            self.skipped[str(error)] += 1
            self.first_skipped.setdefault(str(error), entry.name)
            return
        self._close(entry.name, start, {FILE: entry.name, FOLDER: entry.folder})

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
            raise ValueError(
                f"These files hold more than {self.max_bytes / 1e6:,g} MB of text: use fewer of them."
            )
        self.out.write(data)
        self.place += len(data)

    def _plain(self, file: BinaryIO, name: str) -> None:
        start = self.place
        encoding = self._first_guess(file, name)
        try:
            for block in reading.blocks_in(file, name, encoding, self.max_bytes):
                self._write(block)
        except UnicodeDecodeError:
            self._undo(start)
            file.seek(0)
            encoding = self._second_guess(file, name)
            for block in reading.blocks_in(file, name, encoding, self.max_bytes):
                self._write(block)

    def _first_guess(self, file: BinaryIO, name: str) -> Encoding:
        if self.settings.encoding is not None:
            return by_hand(self.settings.encoding)
        try:
            head = reading._read(file, name, reading.HEAD)
            found = reading.guess_from(head, name)
        except ValueError as error:
            raise _NoText(_without_name(error, name)) from error
        file.seek(0)
        return found

    def _second_guess(self, file: BinaryIO, name: str) -> Encoding:
        found = reading.detect_in(file, name, self.max_bytes)
        if found.warning is not None:
            self.documents.unsure.append(name)
        file.seek(0)
        return found

    def _marked_up(self, file: BinaryIO, entry: _Member) -> bytes:
        data = reading._read(file, entry.name, _MOST_MARKUP + 1)
        if len(data) > _MOST_MARKUP:
            raise ValueError(
                f"{entry.name} is larger than {_MOST_MARKUP / 1e6:g} MB: save its text as .txt, or cut it."
            )
        file.seek(0)
        encoding = self._first_guess(file, entry.name)
        try:
            text = data.decode(encoding.codec, encoding.errors)
        except UnicodeDecodeError:
            named = _CHARSET.search(data[:4096]) if entry.kind == "html" else None
            declared = _decoded(data, named[1].decode("ascii")) if named else None
            if declared is None:
                encoding = self._second_guess(file, entry.name)
                declared = data.decode(encoding.codec, encoding.errors)
            text = declared
        reduce = text_of_html if entry.kind == "html" else text_of_markdown
        return reduce(text).encode("utf-8", "replace")

    def describes(self, entry: _Member) -> bool:
        """Whether a table describes the files read so far; then its columns are theirs."""
        wish = self.settings.tables
        if wish == "texts" or not self.documents.names:
            return False
        with _Table(entry, self.settings.encoding, self.max_bytes) as table:
            rows = list(zip(table.rows(), range(MOST_FILES), strict=False))
            places = _places(self.documents.columns[FILE])
            best, named = None, 0
            for i in range(len(table.columns)):
                cells = {clean(row[i]) for row, _ in rows if i < len(row)}
                hits = sum(any(key in cells for key in keys) for keys in places)
                if hits > named:
                    best, named = i, hits
            if best is None or (wish is None and 2 * named < len(places)):
                return False
            by_name = {clean(row[best]): row for row, _ in rows if best < len(row)}
            kept = [c for i, c in enumerate(table.columns) if i != best and self._keeps(c)]
            at = {c: i for i, c in enumerate(table.columns)}
            for column in kept:
                own = self.documents.columns.setdefault(column, [""] * len(places))
                for document, keys in enumerate(places):
                    row = next((by_name[key] for key in keys if key in by_name), None)
                    if row is not None and at[column] < len(row):
                        own[document] = clean(row[at[column]])
            self.documents.tables[entry.name] = table.columns
            note = f"{entry.name} describes {named:,} of the {len(places):,} files."
            self.documents.notes.append(note)
            return True

    def _keeps(self, column: str) -> bool:
        kept = self.settings.metadata_columns
        return column not in (FILE, FOLDER) and (kept is None or column in kept)

    def rows(self, entry: _Member) -> None:
        """Each row of a table as a document."""
        try:
            table = _Table(entry, self.settings.encoding, self.max_bytes)
        except _NoText as error:
            self.skipped[str(error)] += 1
            self.first_skipped.setdefault(str(error), entry.name)
            return
        with table:
            if table.warning is not None:
                self.documents.unsure.append(entry.name)
            self.documents.tables[entry.name] = table.columns
            text = self._text_column(table)
            kept = [(i, c) for i, c in enumerate(table.columns) if i != text and self._keeps(c)]
            for number, row in enumerate(table.rows(), 1):
                if text >= len(row) or not row[text].strip():
                    continue
                start = self.place
                self._write(row[text].encode("utf-8", "replace"))
                metadata = {c: clean(row[i]) if i < len(row) else "" for i, c in kept}
                metadata |= {FILE: entry.name, FOLDER: entry.folder}
                self._close(f"{entry.name}, row {number:,}", start, metadata)

    def _text_column(self, table: _Table) -> int:
        wanted = self.settings.text_column
        if wanted is None:
            return table.longest
        if wanted in table.columns:
            return table.columns.index(wanted)
        raise ValueError(
            f"{table.name} has no column {wanted!r}: choose one of {', '.join(table.columns[:20])}."
        )

    def finish(self) -> None:
        notes = self.documents.notes
        for what, number in self.skipped.most_common(20):
            first = self.first_skipped[what]
            more = f", and {number - 1:,} more such" if number > 1 else ""
            notes.append(f"Left out: {first} {what}{more}.")
        if unsure := self.documents.unsure:
            named = ", ".join(unsure[:3]) + (f" and {len(unsure) - 3:,} more" * (len(unsure) > 3))
            notes.append(
                f"It is not sure how {named} is encoded: it is no whole UTF-8. Choose the encoding by hand "
                "where letters look wrong."
            )


class _NoText(ValueError):
    """A file holds no text: what it holds instead, as the rest of a sentence."""


def _without_name(error: ValueError, name: str) -> str:
    first = str(error).partition(":")[0]
    return first.removeprefix(name).strip() or "holds no text"


def by_hand(codec: str) -> Encoding:
    """An encoding that a person chose: what does not fit it shows as �."""
    if codec == "utf-8":
        return Encoding("utf-8-sig", ENCODINGS[codec], errors="replace")
    return Encoding(codec, ENCODINGS[codec], errors="replace")


def _decoded(data: bytes, name: str) -> str | None:
    try:
        found = codecs.lookup(name)
        if not getattr(found, "_is_text_encoding", True):
            return None
        text = data.decode(found.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _places(names: Sequence[str]) -> list[tuple[str, ...]]:
    """For each file the ways in which a table may name it: with its folder, without, without ending."""
    found: list[tuple[str, ...]] = []
    for name in names:
        last = name.rpartition("/")[2]
        stem = last.removesuffix(".gz").rpartition(".")[0] or last
        found.append((name, last, stem))
    return found


# Tables


class _Table:
    """The rows of a .csv or .tsv file; the first holds the names of the columns.

    Raises
    ------
    ValueError
        with a sentence, for what is no table.
    """

    def __init__(self, entry: _Member, encoding: str | None, max_bytes: int | None):
        self.name = entry.name
        self._file = entry.open()
        try:
            if encoding is None:
                try:
                    found = reading.detect_in(self._file, entry.name, max_bytes)
                except ValueError as error:
                    if "more than" in str(error) or "damaged" in str(error):
                        raise
                    raise _NoText(_without_name(error, entry.name)) from error
            else:
                found = by_hand(encoding)
            self.warning = found.warning
            self._file.seek(0)
            readable = io.BufferedReader(_Readable(self._file))
            self._text = io.TextIOWrapper(readable, found.codec, found.errors, newline="")
            self.delimiter = self._delimiter()
            self._reader = csv.reader(self._lines(), delimiter=self.delimiter)
            first = next(self._parsed(), None)
            if not first or len(first) > MOST_COLUMNS:
                raise ValueError(
                    f"{self.name} has no row of column names, or more than {MOST_COLUMNS:,} columns."
                )
            self.columns = _column_names(first)
            self._held = [
                row for row, _ in zip(self._parsed(), range(_ROWS_LOOKED_AT), strict=False)
            ]
        except BaseException:
            self._file.close()
            raise
        lengths = [
            sum(len(row[i]) for row in self._held if i < len(row)) for i in range(len(self.columns))
        ]
        self.longest = lengths.index(max(lengths))

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def _delimiter(self) -> str:
        """The one that makes most columns of the first lines; a .tsv's is the tab."""
        if self.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
            return "\t"
        line = ""
        for piece, _ in zip(self._lines(), range(5), strict=False):
            line += piece
            if line.count('"') % 2 == 0 and line.strip():
                break
        self._text.seek(0)

        def columns(delimiter: str) -> int:
            rows = csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)
            try:
                return len(next(filter(None, rows), []))
            except csv.Error:
                return 0

        return max(_DELIMITERS, key=columns)

    def _lines(self) -> Iterator[str]:
        try:
            while line := self._text.readline(_LONGEST_CELL + 1):
                if len(line) > _LONGEST_CELL:
                    raise ValueError(f"{self.name} has a line of more than 64 million characters.")
                yield line
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(self.name) from error

    def _parsed(self) -> Iterator[list[str]]:
        try:
            for row in self._reader:
                if row:
                    yield row
        except csv.Error as error:
            raise ValueError(
                f"{self.name} cannot be read as a table after line {self._reader.line_num:,} ({error}): "
                "save it again as CSV in UTF-8."
            ) from error

    def rows(self) -> Iterator[list[str]]:
        """The rows after the first, each once."""
        while self._held:
            yield self._held.pop(0)
        yield from self._parsed()


class _Readable(io.RawIOBase):
    """A file as TextIOWrapper wants it; closing it leaves the file open."""

    def __init__(self, file: BinaryIO):
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read1(self, size: int = -1) -> bytes:
        return self._file.read(size if size >= 0 else 1 << 16)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readinto(self, buffer) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _column_names(row: Sequence[str]) -> list[str]:
    """Names of columns, none empty, no two alike."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = clean(cell, 80) or f"column {number}"
        while name in names or name in (FILE, FOLDER):
            name += " *"
        names.append(name)
    return names


def copy_part(text: BinaryIO, documents: Documents, out: BinaryIO) -> Documents:
    """Write some documents of a text (``Documents.part``) into a text of their own."""
    starts, ends, place = [], [], out.tell()
    for start, end in zip(documents.starts, documents.ends, strict=True):
        text.seek(start)
        left = end - start
        starts.append(place)
        while left > 0 and (piece := text.read(min(left, 1 << 22))):
            out.write(piece)
            left -= len(piece)
            place += len(piece)
        ends.append(place)
        out.write(BETWEEN)
        place += len(BETWEEN)
    whole = documents.part(range(len(documents)))
    whole.starts, whole.ends = starts, ends
    return whole


__all__ = [
    "ENCODINGS",
    "FILE",
    "FOLDER",
    "Documents",
    "Gathering",
    "Source",
    "copy_part",
    "gather",
    "kind_of",
    "table_preview",
]
