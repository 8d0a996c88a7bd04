"""What a word report says. Whoever has computed it fills it in; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Near:
    """A near word and its cosine; with trainings on halves of the text, in how many ``splits`` of them both
    halves have it, the ``share`` of texts like this one that are expected to (0 to 1), and whether that is
    to be relied on."""

    word: str
    cosine: float
    splits: int | None = None
    share: float | None = None
    sure: bool = True


@dataclass(frozen=True)
class Expected:
    """A context word: its probability in the model p(o|c), its share N(c,o)/n(c) of what stands around the
    word in the text (None without a text), and its share anywhere, q(o); all from 0 to 1."""

    word: str
    model: float
    text: float | None
    anywhere: float


@dataclass(frozen=True)
class ReportedLine:
    """A line of the text, where the word stands in it, and the name of its document, with its date."""

    text: str
    word: tuple[int, int]
    document: str = ""


@dataclass(frozen=True)
class InList:
    """A list of related pairs that the word stands in.

    ``pairs`` are the word's own, ``cosines`` the mean cosine of each one's offset with those of the other
    pairs; ``verdict`` is what chance says of the whole list.
    """

    name: str
    pairs: Sequence[tuple[str, str]]
    cosines: Sequence[float]
    verdict: str


@dataclass(frozen=True)
class Made:
    """The model and the tool, for a citation.

    ``made`` and ``reported`` are dates (YYYY-MM-DD); ``facts`` are rows of what and value; ``fingerprint``
    is the SHA-256 of the vectors.
    """

    model: str
    id: str
    tool: str
    version: str
    made: str
    reported: str
    trained_here: bool
    words: int
    dimensions: int
    fingerprint: str
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class WordReport:
    """Everything on the page. ``notice`` stands above the rest where it is not empty. A ``…_note`` is what
    stands below a part; in place of an empty one it says what is missing, and why."""

    word: str
    rank: int
    times: int | None
    per_million: float | None
    vectors: str
    made: Made
    notice: str = ""
    near: Sequence[Near] = ()
    splits: int | None = None
    near_note: str = ""
    probable: Sequence[Expected] = ()
    specific: Sequence[Expected] = ()
    predicted_note: str = ""
    lines: Sequence[ReportedLine] = ()
    lines_note: str = ""
    lists: Sequence[InList] = ()
    lists_note: str = ""
    selections: Sequence[str] = field(default_factory=tuple)
