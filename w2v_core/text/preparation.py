"""The steps that change a text before it is learned from; it is then kept as it was changed.

What Project Gutenberg puts around its books goes, lines that repeat across documents go, words that a line
end cut are joined, and, where a language pipeline is installed, words are written in their dictionary form.
The steps that decide which words a text has, and leave the text as it is, are taken by ``Corpus``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from w2v_core.text import gutenberg, reading
from w2v_core.text.account import Note
from w2v_core.text.document_blocks import Callback, pieces, report
from w2v_core.text.documents import BETWEEN, Documents
from w2v_core.text.hyphens import cut_at_end, hyphenated, hyphens_kept, join_hyphens
from w2v_core.text.lemmas import PARTS_OF_SPEECH, Lemmatiser, lemmatiser
from w2v_core.text.repeated_lines import without_lines

_MOST_LINES = 100
"""Lines with a cut word at their ends, one below the other."""


@dataclass(frozen=True)
class Preparation:
    """The steps that change the text.

    Attributes
    ----------
    gutenberg : bool
        Whether Project Gutenberg's header and licence are left out, where they stand.
    drop_lines : tuple of str
        Lines to leave out, as ``folded_line`` writes them.
    join_hyphens : bool
        Whether words that a line end cut are joined.
    pipeline : str
        The name of the language pipeline (see ``lemmas.pipelines``) that writes words in their dictionary
        form; "" for none.
    parts_of_speech : tuple of str
        The parts of speech that stay, as the pipeline tells them; empty for all.
    """

    gutenberg: bool = True
    drop_lines: tuple[str, ...] = ()
    join_hyphens: bool = False
    pipeline: str = ""
    parts_of_speech: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it was chosen to change any text; the header of Project Gutenberg only some have."""
        return bool(self.drop_lines) or self.join_hyphens or bool(self.pipeline)

    def as_json(self) -> dict[str, Any]:
        """The steps as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Preparation:
        """What ``as_json`` gave; steps that the record does not name, as it was written before they were
        there, are not taken.

        Raises
        ------
        ValueError
            when it is damaged.
        """
        kept, joined = record.get("gutenberg", False), record.get("join_hyphens", False)
        pipeline = record.get("pipeline", "")
        parts = tuple(record.get("parts_of_speech", ()))
        wrong = not isinstance(pipeline, str) or any(part not in PARTS_OF_SPEECH for part in parts)
        if wrong or not isinstance(kept, bool) or not isinstance(joined, bool):
            raise ValueError("How the text was prepared is damaged.")
        return cls(kept, tuple(map(str, record.get("drop_lines", ()))), joined, pipeline, parts)


STEPS = tuple(asdict(Preparation()))
"""The names of the steps."""


@dataclass(frozen=True)
class Prepared:
    """What ``prepare`` made: the documents where they now stand, and what was done to them."""

    documents: Documents
    notes: list[Note]


def prepare(
    text: BinaryIO,
    documents: Documents,
    out: BinaryIO,
    preparation: Preparation,
    callback: Callback | None = None,
) -> Prepared:
    """Write documents into a text of their own, prepared; those that lose all their text stay, empty.

    Parameters
    ----------
    text : binary file
        In which the documents stand, UTF-8.
    documents : Documents
        Those that go in (see ``Documents.part``).
    out : binary file
    preparation : Preparation
    callback : callable, optional
        Called with the share done; True stops.

    Raises
    ------
    ValueError
        when the language pipeline is not installed, or fails.
    """
    spans = list(zip(documents.starts, documents.ends, strict=True))
    notes: list[Note] = []
    if preparation.gutenberg:
        bodies = [gutenberg.body_of(text, *span) for span in spans]
        if number := sum(a != b for a, b in zip(spans, bodies, strict=True)):
            lost = sum(b - a for a, b in spans) - sum(b - a for a, b in bodies)
            where = "" if len(spans) == 1 else f" of {number:,} of {len(spans):,} documents"
            said = f"{gutenberg.NOTE}{where}: {max(lost / 1e3, 0.1):,.1f} kB."
            notes.append(Note("left out", said, number, "gutenberg"))
        spans = bodies
    steps = _Steps(text, spans, preparation, callback)
    starts, ends, place = [], [], out.tell()
    for span in spans:
        starts.append(place)
        for piece in steps.document(*span):
            out.write(piece)
            place += len(piece)
        ends.append(place)
        out.write(BETWEEN)
        place += len(BETWEEN)
    found = documents.part(range(len(documents)))
    found.starts, found.ends = starts, ends
    return Prepared(found, [*notes, *steps.notes()])


class _Steps:
    """Takes the steps, document by document and block by block, and counts what they do."""

    def __init__(
        self,
        text: BinaryIO,
        spans: list[tuple[int, int]],
        preparation: Preparation,
        callback: Callback | None,
    ):
        self._text = text
        self._dropped = set(preparation.drop_lines)
        self._joins = preparation.join_hyphens
        self._callback = callback
        self._size = sum(end - start for start, end in spans) or 1
        self._passes = 2 if self._joins else 1
        self._done = 0
        self._n_dropped = self._n_joined = 0
        self._lemmatiser: Lemmatiser | None = None
        if preparation.pipeline:
            self._lemmatiser = lemmatiser(preparation.pipeline, preparation.parts_of_speech)
        self._kept: set[str] = set()
        if self._joins:
            self._kept = hyphens_kept(
                without_lines(block, self._dropped) for span in spans for block in self._read(*span)
            )

    def document(self, start: int, end: int) -> Iterator[bytes]:
        """The prepared text of one document."""
        blocks = self._lines(start, end)
        if self._joins:
            blocks = self._joined(blocks)
        if self._lemmatiser is not None:
            blocks = self._lemmatiser.rewritten(blocks, lambda: report(self._callback, self._share))
        yield from blocks

    def notes(self) -> list[Note]:
        """What was done, a sentence a step."""
        found = []
        if self._n_dropped:
            said = f"{self._n_dropped:,} lines that repeat across documents were left out."
            found.append(Note("left out", said, self._n_dropped, "drop_lines"))
        if self._n_joined:
            said = f"{self._n_joined:,} words that a line end cut were joined."
            found.append(Note("mended", said, self._n_joined, "join_hyphens"))
        if self._lemmatiser is not None:
            found += self._lemmatiser.notes()
        return found

    @property
    def _share(self) -> float:
        return min(self._done / self._size / self._passes, 1.0)

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        for block in reading.blocks(pieces(self._text, start, end)):
            self._done += len(block)
            report(self._callback, self._share)
            yield block

    def _lines(self, start: int, end: int) -> Iterator[bytes]:
        for block in self._read(start, end):
            if self._dropped:
                left = without_lines(block, self._dropped)
                self._n_dropped += len(block.splitlines()) - len(left.splitlines())
                block = left
            yield block

    def _joined(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        rest = ""
        for block in blocks:
            text, rest = rest + block.decode("utf-8", "replace"), ""
            if cut_at_end(text):  # a word that the block's end cuts waits for the next one
                cut = _begin_of_cut(text)
                text, rest = text[:cut], text[cut:]
            yield self._without_hyphens(text)
        yield rest.encode("utf-8")

    def _without_hyphens(self, text: str) -> bytes:
        self._n_joined += len(hyphenated(text))
        return join_hyphens(text, self._kept).encode("utf-8")


def _begin_of_cut(text: str) -> int:
    """Where the last line begins whose beginning is not itself the rest of a cut word."""
    cut = len(text)
    for _ in range(_MOST_LINES):
        stripped = text[:cut].rstrip()
        cut = max(stripped.rfind("\n"), stripped.rfind("\r")) + 1
        if not cut_at_end(text[max(cut - 50, 0) : cut]):
            break
    return cut
