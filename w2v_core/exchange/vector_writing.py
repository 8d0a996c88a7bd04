"""Vectors for other programs: word2vec text and binary, Embedding Projector, CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

import numpy as np

from w2v_core.exchange.tables import guarded

_ROWS = 1_000  # written at a time


def write_word2vec_text(
    out: BinaryIO, words: Sequence[str], matrix: np.ndarray, counts: np.ndarray
) -> None:
    """word2vec's text format, UTF-8; nine digits, from which float32 comes back exactly.

    Parameters
    ----------
    out : binary file
    words : sequence of str
        Spaces, which the format cannot hold, become underscores.
    matrix : float32 (|W|, d)
    counts : int (|W|,)
        Not in this format; every writer takes the same arguments.
    """
    out.write("{} {}\n".format(*matrix.shape).encode())
    numbers = " ".join(["%.9g"] * matrix.shape[1])
    for start, rows in _blocks(matrix):
        named = zip(spaceless(words)[start : start + len(rows)], rows.tolist(), strict=True)
        lines = [f"{word} {numbers % tuple(row)}\n" for word, row in named]
        out.write("".join(lines).encode("utf-8", "replace"))


def write_word2vec_binary(
    out: BinaryIO, words: Sequence[str], matrix: np.ndarray, counts: np.ndarray
) -> None:
    """word2vec's binary format: little-endian float32 (arguments as for the text)."""
    out.write("{} {}\n".format(*matrix.shape).encode())
    for word, row in zip(spaceless(words), matrix.astype("<f4"), strict=True):
        out.write(word.encode("utf-8", "replace") + b" " + row.tobytes() + b"\n")


def write_projector(
    out: BinaryIO, words: Sequence[str], matrix: np.ndarray, counts: np.ndarray
) -> None:
    """A zip of the two files that the Embedding Projector loads: vectors.tsv, and metadata.tsv with
    the columns word and count (the word alone, without a header, where counts are not known)."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("vectors.tsv", "w", force_zip64=True) as file:
            numbers = "\t".join(["%.9g"] * matrix.shape[1]) + "\n"
            for _, rows in _blocks(matrix):
                file.write("".join(numbers % tuple(row) for row in rows.tolist()).encode())
        if np.any(counts):
            lines = ["word\tcount", *(f"{w}\t{n}" for w, n in zip(words, counts, strict=True))]
        else:
            lines = list(words)
        archive.writestr("metadata.tsv", ("\n".join(lines) + "\n").encode("utf-8", "replace"))


def write_csv(out: BinaryIO, words: Sequence[str], matrix: np.ndarray, counts: np.ndarray) -> None:
    """A table for spreadsheets: word, count (empty where not known), then one column a number; words
    that look like formulas are guarded (see ``tables.guarded``)."""
    text = io.TextIOWrapper(out, "utf-8-sig", "replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(["word", "count", *(f"x{k + 1}" for k in range(matrix.shape[1]))])
    known = bool(np.any(counts))
    for start, rows in _blocks(matrix):
        for i, row in enumerate(rows.tolist(), start):
            numbers = (f"{value:.9g}" for value in row)
            writer.writerow([guarded(words[i]), int(counts[i]) if known else "", *numbers])
    text.detach()


def spaceless(words: Sequence[str]) -> list[str]:
    """Words for formats in which a space ends a word: white space becomes _, and words that this
    would make equal get further ones."""
    if not any(" " in word or "\u0085" in word or not word.isprintable() for word in words):
        return list(words)
    taken = {word for word in words if "_".join(word.split()) == word}
    found = []
    for word in words:
        joined = "_".join(word.split()) or "_"
        if joined != word:
            while joined in taken:
                joined += "_"
            taken.add(joined)
        found.append(joined)
    return found


def in_memory(write: Callable[..., None], *arguments: object) -> bytes:
    """What a writer writes into its first argument."""
    out = io.BytesIO()
    write(out, *arguments)
    return out.getvalue()


Writer = Callable[[BinaryIO, Sequence[str], np.ndarray, np.ndarray], None]

FORMATS: dict[str, tuple[str, str, Writer]] = {
    "word2vec text": (".txt", "text/plain", write_word2vec_text),
    "word2vec binary": (".bin", "application/octet-stream", write_word2vec_binary),
    "Embedding Projector": ("-projector.zip", "application/zip", write_projector),
    "CSV": (".csv", "text/csv", write_csv),
}
"""Name → the file's ending, its type, its writer (out, words, matrix float32 (|W|, d), counts)."""


def _blocks(matrix: np.ndarray) -> Iterable[tuple[int, np.ndarray]]:
    return ((i, matrix[i : i + _ROWS]) for i in range(0, len(matrix), _ROWS))
