"""The room that an owner's models and texts take, and how much of it there is for one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from w2v_core.runs import catalog
from w2v_core.runs.files import read_json
from w2v_core.runs.home import home, is_id
from w2v_core.runs.limits import max_models, max_owner_bytes
from w2v_core.runs.ownership import refuse_unknown, visitor


@dataclass(frozen=True)
class Used:
    """How many models an owner has, those in training included, and the bytes of everything kept for
    them: models, those that were deleted and can be brought back, and texts."""

    models: int
    bytes: int


def used(owner: str) -> Used:
    """What an owner takes."""
    models = [folder for folder in _folders("models") if _owner(folder) == owner]
    gone = [folder for folder in _folders("deleted") if _owner(folder) == owner]
    texts = [folder for folder in _folders("texts") if text_owner(folder) == owner]
    total = sum(catalog.size(folder) for folder in models)
    for folder in gone + texts:
        for file in folder.rglob("*"):
            with contextlib.suppress(OSError):
                total += file.stat().st_size
    return Used(len(models), total)


def refuse_full(more_models: int = 1, more_bytes: int = 0) -> None:
    """ValueError, with a sentence, where the visitor has no room for more (in sharing mode; at a machine
    of one's own the disk is the limit)."""
    refuse_unknown()
    who = visitor()
    if who.everything:
        return
    now = used(who.owner)
    if more_models and now.models + more_models > max_models():
        raise ValueError(
            f"You have {now.models:,} models, of at most {max_models():,}: delete one in the Library."
        )
    if now.bytes + more_bytes > max_owner_bytes():
        raise ValueError(
            f"Your models and texts take {now.bytes / 1e6:,.0f} MB, of at most "
            f"{max_owner_bytes() / 1e6:,.0f} MB"
            + (f"; this would add {more_bytes / 1e6:,.0f} MB" if more_bytes else "")
            + ": delete models in the Library (for good: what can be brought back takes room too)."
        )


def text_owner(folder: Path) -> str:
    """Whose a text is ("": the one person's at this machine)."""
    try:
        return (folder / ".owner").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _folders(where: str) -> Iterator[Path]:
    return (folder for folder in (home() / where).glob("*") if is_id(folder.name))


def _owner(folder: Path) -> str:
    try:
        return read_json(folder / "about.json").get("owner") or ""
    except (OSError, ValueError, AttributeError):
        return ""
