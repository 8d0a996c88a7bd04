"""The supplied lists of word pairs, restricted to the words of a vocabulary."""

from __future__ import annotations

from pathlib import Path

from w2v_core.space.relations import read_pair_lists
from w2v_core.vocabulary import Vocabulary

_SAMPLES = ("small_world", "royalty", "notes_example", "python_help")  # the largest first
FEWEST = 3  # the smallest number of pairs in a list
_FAR_MORE = 3  # with this many times as many pairs, the words of a sample occur only by chance


def offered_lists(vocabulary: Vocabulary, folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Lists of related pairs for this vocabulary, by name: the lists of a sample if it contains all
    of their words, or the known pairs of the English lists if there are far more of them. Empty if it has
    fewer than three pairs of every list. The lists are the files ``<name>_pairs.txt`` in the folder."""
    best: dict[str, list[tuple[str, str]]] = {}
    for sample in _SAMPLES:
        lists = _read(folder, sample)
        if all(word in vocabulary for pairs in lists.values() for pair in pairs for word in pair):
            best = max(best, lists, key=_size)
    english = {}
    for name, pairs in _read(folder, "english").items():
        known = [pair for pair in pairs if all(word in vocabulary for word in pair)]
        if len(known) >= FEWEST:
            english[name] = known
    return english if _size(english) > _FAR_MORE * _size(best) else best


def _size(lists: dict[str, list[tuple[str, str]]]) -> int:
    return sum(map(len, lists.values()))


def _read(folder: Path, name: str) -> dict[str, list[tuple[str, str]]]:
    file = folder / f"{name}_pairs.txt"
    return read_pair_lists(file.read_text(encoding="utf-8")) if file.is_file() else {}
