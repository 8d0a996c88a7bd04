"""How words and names are shown: as text, never as markup, and not too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from w2v_core.durations import duration
from w2v_core.figures import theme

T = TypeVar("T")


_ADDRESS = re.compile(r"(?:://|@)(?=\w)|www(?=\.)", re.IGNORECASE)


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&@])")


def literal(words: str) -> str:
    """Words from a text or a file name, so that Markdown shows them as they are: no markup, no icons, and
    addresses that nobody can click on."""
    words = _ADDRESS.sub("\\g<0>\u2060", words)  # made into links after the backslashes have gone
    return _MARKDOWN.sub(r"\\\1", words).replace(":material", ":\u2060material")


def short(word: str, longest: int = 40) -> str:
    """A word for a line of running text, as ``literal`` shows it; cut where it is very long."""
    return literal(theme.isolated(cut(word, longest)))


def unlike(words: Sequence[str], longest: int = 40) -> dict[str, str]:
    """Each word as ``short`` shows it, and no two alike: fields know their options by what they show.
    What is cut alike is numbered."""
    shown: dict[str, str] = {}
    for word in words:
        name = cut(word, longest)
        number = 1
        while name in shown.values():
            number += 1
            name = f"{cut(word, longest)} ({number})"
        shown[word] = name
    return {word: literal(name) for word, name in shown.items()}


def shown_as(names: Mapping[T, str]) -> Callable[[T], str]:
    """How a field shows its options: by their names. A stale choice that has no name is shown as it is."""
    return lambda option: names.get(option, str(option))


def cut(word: str, longest: int = 40) -> str:
    """A word of no more than so many characters, as it is."""
    return word if len(word) <= longest else word[: longest - 1] + "…"


def waiting(place: int, seconds: float | None) -> str:
    """What a queued job says: how many come before it, and how long that will take."""
    if not place:
        return "Starting …"
    about = f", about {duration(seconds)}" if seconds is not None and seconds >= 1 else ""
    return f"Waiting: {place} ahead of this one{about}"
