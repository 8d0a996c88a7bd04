"""The room that an owner's things take, how much of it there is, and the budget to write within.

Three bounds hold while something is written: what one owner may keep (``W2V_MAX_OWNER_MB``, where
visitors are strangers), what everybody may keep together (``W2V_MAX_HOME_MB``), and the part of the disk
that stays free (``W2V_MIN_FREE``). The last two hold for everyone, the person who runs the app included.
Nobody needs room to read, or to delete.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from w2v_core.storage import catalog
from w2v_core.storage.files import OWNER, bytes_in, read_json
from w2v_core.storage.home import is_id
from w2v_core.storage.limits import max_home_bytes, max_models, max_owner_bytes, min_free_bytes
from w2v_core.storage.sample_ids import is_sample
from w2v_core.text.budget import NoRoom, within
from w2v_core.visitors.ownership import is_shared
from w2v_core.visitors.rights import Rights

_AGAIN = 16_000_000  # bytes written since an owner's room was measured, after which it is again
_OWNER_FOR = 5.0  # seconds that such a measurement holds
_HOLDS = 1.0  # seconds that a measurement of everybody's holds, at least
_COST = 20  # times as long as a measurement took it holds


@dataclass(frozen=True)
class Used:
    """How many models an owner has, those in training included, and the bytes of everything kept for
    them: models, trainings, models that were deleted and can be brought back, texts and choices."""

    models: int
    bytes: int


def used(home: Path, owner: str) -> Used:
    """What an owner takes; the sample models count for nobody."""
    n_models = total = 0
    for where in ("models", "deleted", "texts"):
        for folder in folders(home, where):
            if folder_owner(folder) == owner and not is_sample(folder.name):
                total += size(folder)
                n_models += where == "models" and is_id(folder.name)
    return Used(n_models, total)


def folders(home: Path, where: str) -> Iterator[Path]:
    """The folders of models, deleted ones or texts; also those that are being written, whose names
    begin with a dot."""
    with contextlib.suppress(OSError):
        for place in os.scandir(home / where):
            if (is_id(place.name) or place.name.startswith(".")) and place.is_dir(
                follow_symlinks=False
            ):
                yield Path(place.path)


def folder_owner(folder: Path) -> str:
    """Whose a model's or a text's folder is ("": the one person's at this machine)."""
    return model_owner(folder) or text_owner(folder)


def model_owner(folder: Path) -> str:
    """Whose a model's folder is ("": the one person's at this machine)."""
    try:
        return _model_owner(folder, (folder / "about.json").stat().st_mtime_ns)
    except OSError:
        return ""


@functools.lru_cache(10_000)
def _model_owner(folder: Path, changed: int) -> str:
    try:
        return read_json(folder / "about.json").get("owner") or ""
    except (OSError, ValueError, AttributeError):
        return ""


def text_owner(folder: Path) -> str:
    """Whose a text is ("": the one person's at this machine)."""
    try:
        return (folder / OWNER).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def size(folder: Path) -> int:
    """The bytes that a folder takes."""
    if is_id(folder.name) and folder.parent.name == "models" and (folder / "model.json").is_file():
        return catalog.size(folder)
    return bytes_in(folder)


# What everybody takes.


class _Measured:
    """A number that takes a while to measure: it holds for a moment, and what this process writes
    meanwhile is added."""

    def __init__(self, measure: Callable[[], int]):
        self._measure, self._lock = measure, threading.Lock()
        self._value, self._until = 0, 0.0

    def now(self) -> int:
        with self._lock:
            began = time.monotonic()
            if began >= self._until:
                self._value = self._measure()
                took = time.monotonic() - began
                self._until = time.monotonic() + max(_HOLDS, _COST * took)
            return self._value

    def add(self, n_bytes: int) -> None:
        with self._lock:
            self._value += n_bytes

    def forget(self) -> None:
        with self._lock:
            self._until = 0.0


@functools.lru_cache(8)
def _everything(place: Path) -> _Measured:
    return _Measured(lambda: bytes_in(place))


def freed(home: Path) -> None:
    """Measure anew at the next question: something was deleted."""
    _everything(home).forget()


class Budget:
    """What may be written in a ``W2V_HOME`` for an owner ("": for the person who runs the app, who has no
    quota)."""

    def __init__(self, home: Path, owner: str):
        self.owner = owner
        self._home = home
        self._aside = 0
        self._since = 0  # bytes written since ``_measured``
        self._measured, self._at = 0, -_OWNER_FOR

    def spend(self, n_bytes: int, aside: bool = False) -> None:
        """Count bytes that are about to be written.

        Raises
        ------
        NoRoom
            with a sentence, where there is no room for them; then they do not count.
        """
        self.check(n_bytes, aside)
        self._add(n_bytes, aside)

    def give_back(self, n_bytes: int, aside: bool = False) -> None:
        """Count bytes that have left the disk."""
        self._add(-n_bytes, aside)

    def check(self, n_bytes: int, aside: bool = False) -> None:
        """See that there is room for so many bytes more (errors as for ``spend``)."""
        if self.owner:
            self._check_owner(n_bytes, aside)
        if (most := max_home_bytes()) is not None and not aside:
            taken = _everything(self._home).now()
            if taken + n_bytes > most:
                raise NoRoom(
                    f"Everything on this server may take {_amount(most)} in all, and there is no "
                    "room for this: delete what you no longer need in the Library, or ask the "
                    "person who runs it for more room (W2V_MAX_HOME_MB)."
                )
        self._check_disk(n_bytes, aside)

    def _check_owner(self, n_bytes: int, aside: bool) -> None:
        most = max_owner_bytes()
        if self._since >= _AGAIN or time.monotonic() - self._at >= _OWNER_FOR:
            self._measure()
        more = n_bytes + (self._aside if aside else 0)
        if self._measured + self._since + more > most:
            self._measure()  # something may have been deleted
        now = self._measured + self._since
        if now + more > most:
            raise NoRoom(
                f"Your models and texts take {_amount(now)}, of at most {_amount(most)}"
                + (f"; this would add {_amount(more)}" if more >= 1e5 else "")
                + ": delete models in the Library, or texts and trainings kept beside them "
                "(permanently, as what can be restored takes room too)."
            )

    def _measure(self) -> None:
        self._measured, self._since = used(self._home, self.owner).bytes, 0
        self._at = time.monotonic()

    def _check_disk(self, n_bytes: int, aside: bool) -> None:
        place = Path(tempfile.gettempdir()) if aside else self._home
        disk = shutil.disk_usage(place)
        reserve = min_free_bytes(disk.total, is_shared())
        if disk.free - n_bytes < reserve:
            where = place if aside else "W2V_HOME"
            raise NoRoom(
                f"The disk is nearly full: {_amount(reserve)} of it are kept free (W2V_MIN_FREE), "
                "so there is no room for this. Delete what you no longer need, or free some space "
                f"where {where} is. Everything saved before is unchanged."
            )

    def _add(self, n_bytes: int, aside: bool) -> None:
        if aside:
            self._aside += n_bytes
        else:
            self._since += n_bytes
            _everything(self._home).add(n_bytes)


@contextmanager
def spending(home: Path, owner: str) -> Iterator[Budget]:
    """Let what is written in the block count for an owner."""
    budget = Budget(home, owner)
    with within(budget):
        yield budget


@contextmanager
def spending_of(rights: Rights) -> Iterator[Budget]:
    """Let what is written in the block count for a visitor (ValueError for one who can make nothing)."""
    rights.refuse_unknown()
    with spending(rights.home, rights.visitor.owner) as budget:
        yield budget


def refuse_full(rights: Rights, more_models: int = 1, more_bytes: int = 0) -> None:
    """ValueError, with a sentence, where a visitor has no room for more."""
    rights.refuse_unknown()
    owner = rights.visitor.owner
    if owner and more_models:
        n_models = used(rights.home, owner).models
        if n_models + more_models > max_models():
            raise ValueError(
                f"You have {n_models:,} models, of at most {max_models():,}: delete one in the Library, "
                "or a training that left none."
            )
    Budget(rights.home, owner).check(more_bytes)


def _amount(n_bytes: float) -> str:
    if n_bytes >= 1e9:
        return f"{n_bytes / 1e9:,.1f} GB"
    return f"{n_bytes / 1e6:,.0f} MB" if n_bytes >= 1e7 else f"{n_bytes / 1e6:,.1f} MB"
