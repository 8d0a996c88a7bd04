"""The names of files: as an archive stores them, as people write them in tables, and told apart."""

from __future__ import annotations

import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from w2v_core.text.encoding_guess import best_codec

_UTF8_FLAG = 0x800
_NOT_ENDINGS = 12  # characters: what follows a later dot than this is no ending


def folded(name: str) -> str:
    """A name as names are compared: composed, without letter case, with forward slashes."""
    name = unicodedata.normalize("NFC", name.strip()).replace("\\", "/")
    return unicodedata.normalize("NFC", name.casefold()).removeprefix("./")


def stem(last: str) -> str:
    """The last part of a path without its ending."""
    whole = last.removesuffix(".gz")
    before, dot, ending = whole.rpartition(".")
    return before if dot and before and len(ending) <= _NOT_ENDINGS else whole


class Numbered:
    """Gives each name once, composed (NFC): a second file of the same name is numbered."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._times: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        name = unicodedata.normalize("NFC", name)
        given = name
        while given in self._taken:
            self._times[name] += 1
            given = f"{name} ({self._times[name] + 1})"
        self._taken.add(given)
        return given


def match_names(cells: Sequence[str], files: Sequence[str]) -> list[int | None]:
    """For each file the cell that names it, None where none does.

    A cell names a file when they are the same once composed and without letter case: by the whole path,
    by as much of it as both have, or by its last part, with or without its ending. Where several cells
    would do, the one with the most of the path is taken, of these the one with the same letter case, and of
    these the first.
    """
    by_last: defaultdict[str, list[tuple[list[str], int]]] = defaultdict(list)
    by_stem: defaultdict[str, list[tuple[list[str], int]]] = defaultdict(list)
    for number, cell in enumerate(cells):
        parts = folded(cell).split("/")
        if not parts[-1]:
            continue
        by_last[parts[-1]].append((parts[:-1], number))
        by_stem[stem(parts[-1])].append((parts[:-1], number))
    alike = Counter(folded(name).rpartition("/")[2] for name in files)
    found: list[int | None] = []
    for name in files:
        *folders, last = folded(name).split("/")
        candidates = by_last.get(last) or by_last.get(stem(last)) or by_stem.get(stem(last)) or []
        best, highest = None, (-1, False)
        exact = unicodedata.normalize("NFC", name.replace("\\", "/"))
        for others, number in candidates:
            shared = min(len(others), len(folders))
            same = not shared or others[-shared:] == folders[-shared:]
            rank = (shared, exact.endswith(unicodedata.normalize("NFC", cells[number].strip())))
            if same and rank > highest:
                best, highest = number, rank
        if best is None and len(candidates) == 1 and alike[last] == 1:
            best = candidates[0][1]  # the folders are called otherwise on another machine
        found.append(best)
    return found


def names_in_archive(infos: Iterable[zipfile.ZipInfo]) -> tuple[dict[str, str], str | None]:
    """The names of an archive's files as they were meant, by the names that ``zipfile`` gives them.

    A name without the archive's mark for UTF-8 was read as DOS 437. It is UTF-8 all the same, or else in
    the encoding that fits all such names of the archive best.

    Returns
    -------
    names : dict of str → str
        Only those that differ.
    codec : str or None
        The encoding that was guessed; None where nothing had to be.
    """
    raw: dict[str, bytes] = {}
    for info in infos:
        if not info.flag_bits & _UTF8_FLAG and not info.filename.isascii():
            try:
                raw[info.filename] = info.filename.encode("cp437")
            except UnicodeEncodeError:
                continue
    if not raw:
        return {}, None
    try:
        return {name: data.decode("utf-8") for name, data in raw.items()}, None
    except UnicodeDecodeError:
        pass
    codec = best_codec(b"\n".join(raw.values()), extra=("cp437",))
    return {name: data.decode(codec, "replace") for name, data in raw.items()}, codec
