"""Words followed through slices or groups of one model's documents, as an analysis of the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.library import Library
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import load_corpus, load_model
from w2v_core.model.compared_use import LEAST
from w2v_core.model.followed_words import FollowedWords, follow_words
from w2v_core.space.permutation_test import benjamini_hochberg
from w2v_core.text.corpus import Corpus
from w2v_core.text.document_list import Documents
from w2v_core.text.sentence_documents import documents_of_sentences
from w2v_core.text.slices import MOST_SLICES, Slices, part_of_corpus, slices_of
from w2v_core.text.words_to_follow import words_to_follow
from w2v_core.vocabulary import UnknownWord
from w2v_core.work.results import Tell, forget, result

KIND = "follow"
NEAREST = 10
"""Words that are listed for each slice."""
MOST_CURVES = 24
"""Of them, those whose curves are kept."""
CURVES = 6
"""Of these, those that a figure begins with."""


@dataclass(frozen=True)
class Followed:
    """Words followed, as the job "follow" keeps them.

    Attributes
    ----------
    names : list of str
        Of the slices.
    words : list of str (n,)
        The words asked about.
    counts : int (slices, n)
        How often each word stands in each slice.
    nearest : list
        For each word and each slice, its nearest words: [word, cosine], best first.
    others : list of lists of str
        For each word, the words whose curves are kept.
    curves : float (n, others, slices, 3)
        Cosine and both ends of its 90 % band; NaN where a slice lacks the word.
    z, near : float (n, contrasts); p, q : float (n,); moved : bool (n,); when : int (n,)
        As in ``model.followed_words.Moved``; q is over the words asked about alone.
    all_words : list of str (m,)
        All words that occur often enough.
    all_counts, all_when : int (m,); all_z, all_q : float (m,); all_moved : bool (m,)
        The same of these: z at ``all_when``, and q over all of them.
    settings : dict
        Those of ``follow_words``, how many documents have no value ("without"), the number of documents
        and of words in each slice ("documents", "sizes"), and of different "values".
    """

    names: list[str]
    words: list[str]
    counts: np.ndarray
    nearest: list[list[list[tuple[str, float]]]]
    others: list[list[str]]
    curves: np.ndarray
    z: np.ndarray
    near: np.ndarray
    p: np.ndarray
    q: np.ndarray
    moved: np.ndarray
    when: np.ndarray
    all_words: list[str]
    all_counts: np.ndarray
    all_z: np.ndarray
    all_q: np.ndarray
    all_moved: np.ndarray
    all_when: np.ndarray
    settings: dict[str, Any]

    def telling(self, word: int, n: int = CURVES) -> list[str]:
        """Words whose nearness to a word differs most between slices. In ordered ones half of them rose
        and half fell from before to after the place where the word moved (without one: the middle of its
        occurrences), and a slice counts as often as the word stands in it. Of each group, it is those that
        are nearer there than elsewhere."""
        others = self.others[word]
        cosine = self.curves[word, : len(others), :, 0].astype(np.float64)
        times = np.where(np.isfinite(cosine).any(axis=0), self.counts[:, word], 0).astype(
            np.float64
        )
        cosine = np.nan_to_num(cosine)
        if (times > 0).sum() < 2 or len(others) <= n:
            return others[:n]
        if not self.settings["ordered"]:
            above = cosine - (cosine @ times / times.sum())[:, None]
            ranks = np.argsort(-above[:, times > 0], axis=0, kind="stable")
            return [others[i] for i in list(dict.fromkeys(ranks.ravel().tolist()))[:n]]
        upto = np.cumsum(times)
        before = np.arange(len(times)) <= self.when[word]
        if not self.moved[word] or not 0 < times[before].sum() < upto[-1]:
            before = upto - times / 2 < upto[-1] / 2
            before[np.flatnonzero(times)[[0, -1]]] = True, False
        first, then = times * before, times * ~before
        rise = cosine @ then / then.sum() - cosine @ first / first.sum()
        order = np.argsort(-rise, kind="stable").tolist()
        return [others[i] for i in [*order[: n - n // 2], *order[len(order) - n // 2 :]]]


def follow(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"column": name, "ordered": bool, "words": [...], "draws": n, "rate": r, "seed": s, and "slices": how
    many at most of ordered values, or ``MOST_SLICES``} → the fields of ``Followed``."""
    tell(0.0, "Opening the text")
    model = load_model(folder)
    documents = model_documents(folder)
    if model.corpus is None or documents is None:
        raise ValueError(
            "The text of this model or the list of its documents is not here, so words cannot be "
            "followed through it."
        )
    column = parameters["column"]
    if column not in documents.columns:
        raise ValueError(f"The documents of this text have no column {column!r}.")
    corpus = model.corpus
    most = parameters.get("slices", MOST_SLICES)
    slices, slice_of, of_sentence = _sliced(
        corpus, documents, column, ordered=parameters["ordered"], most=most
    )
    texts, labels = _texts(corpus, slice_of, of_sentence, slices.names)
    try:
        found = follow_words(
            texts,
            parameters["words"],
            names=slices.names,
            documents=labels,
            ordered=parameters["ordered"],
            everything=True,
            draws=parameters["draws"],
            rate=parameters["rate"],
            seed=parameters["seed"],
            callback=tell,
        )
    except UnknownWord as error:
        raise ValueError(str(error)) from error
    of_slice = slices.of_document
    about = {
        "values": slices.values,
        "without": int((of_slice < 0).sum()),
        "documents": np.bincount(of_slice[of_slice >= 0], minlength=len(slices.names)).tolist(),
        "sizes": [len(text.ids) for text in texts],
    }
    return {**_kept(found, parameters["rate"]), "settings": {**found.settings, **about}}


def first_words(folder: Path, column: str, *, ordered: bool, most: int = MOST_SLICES) -> list[str]:
    """Words to begin with in the text of a model, divided as ``follow`` divides it (see
    ``text.words_to_follow``).

    Raises
    ------
    ValueError
        where the text cannot be divided so.
    """
    documents = model_documents(folder)
    if documents is None or column not in documents.columns:
        raise ValueError(f"The documents of this text have no column {column!r}.")
    corpus = load_corpus(folder)
    _, slice_of, _ = _sliced(corpus, documents, column, ordered=ordered, most=most)
    return words_to_follow(corpus, slice_of, least=LEAST)


def _sliced(
    corpus: Corpus, documents: Documents, column: str, *, ordered: bool, most: int
) -> tuple[Slices, np.ndarray, np.ndarray]:
    """The slices, and of each sentence its slice and its document, −1 for none."""
    of_sentence = documents_of_sentences(corpus.sentence_bytes, documents.starts)
    inside = of_sentence >= 0
    lengths = np.diff(corpus.sentence_starts)
    sizes = np.bincount(of_sentence[inside], lengths[inside], minlength=len(documents))
    slices = slices_of(documents.columns[column], sizes, ordered, most)
    return slices, np.where(inside, slices.of_document[of_sentence], -1), of_sentence


def _texts(
    corpus: Corpus, slice_of: np.ndarray, of_sentence: np.ndarray, names: list[str]
) -> tuple[list[Corpus], list[np.ndarray]]:
    """The text of each slice, and the document of each of its sentences."""
    texts, labels = [], []
    for number, name in enumerate(names):
        chosen = slice_of == number
        if chosen.sum() < 2:
            raise ValueError(
                f"The slice {name!r} has only one sentence, which is too little: leave its "
                "documents out, or divide the text by another column."
            )
        texts.append(part_of_corpus(corpus, chosen))
        labels.append(of_sentence[chosen])
    return texts, labels


def _kept(found: FollowedWords, rate: float) -> dict[str, Any]:
    """What pages show of it: neighbours and curves in place of vectors, which are much larger."""
    nearest = [
        [found.neighbours(word, i, NEAREST) for i in range(len(found.names))]
        for word in found.words
    ]
    others = [_others(*of_word) for of_word in zip(nearest, found.counts.T.tolist(), strict=True)]
    most = max(map(len, others))
    curves = np.full((len(found.words), most, len(found.names), 3), np.nan, np.float32)
    for i, word in enumerate(found.words):
        for j, other in enumerate(others[i]):
            curves[i, j] = found.curve(word, other)
    moved = found.moved
    place = {word: i for i, word in enumerate(moved.words)}
    at = np.array([place.get(word, -1) for word in found.words])
    known = at >= 0
    n, contrasts = len(found.words), moved.z.shape[1]
    z, near = np.full((2, n, contrasts), np.nan, np.float32)
    p, q, when = np.ones(n), np.ones(n), np.full(n, -1)
    z[known], near[known] = moved.z[at[known]], moved.near[at[known]]
    p[known], when[known] = moved.p[at[known]], moved.when[at[known]]
    q[known] = benjamini_hochberg(p[known])
    rows = np.arange(len(moved.words))
    all_z = np.where(moved.when >= 0, moved.z[rows, moved.when], np.nan)
    row_of = [found.model.vocabulary.index(word) for word in moved.words]
    return {
        "names": found.names,
        "words": found.words,
        "counts": found.counts,
        "nearest": nearest,
        "others": others,
        "curves": curves,
        "z": z,
        "near": near,
        "p": p,
        "q": q,
        "moved": q <= rate,
        "when": when,
        "all_words": moved.words,
        "all_counts": found.model.counts[row_of].astype(np.int64),
        "all_z": all_z.astype(np.float32),
        "all_q": moved.q,
        "all_moved": moved.moved,
        "all_when": moved.when,
    }


def _others(nearest: list[list[tuple[str, float]]], times: list[int]) -> list[str]:
    """The words nearest in the slices: a slice speaks as often as the word stands in it, for the first of
    its list with all its voice, for the second with half of it, and so on."""
    voices: dict[str, float] = {}
    for of_slice, often in zip(nearest, times, strict=True):
        for rank, (other, _) in enumerate(of_slice, start=1):
            voices[other] = voices.get(other, 0.0) + often / rank
    return sorted(voices, key=lambda other: -voices[other])[:MOST_CURVES]


def load_followed(library: Library, model_id: str, parameters: dict[str, Any]) -> Followed | None:
    """The result of the job "follow"; None if there is none (see ``results.result``)."""
    found = result(library, KIND, model_id, parameters)
    if found is None:
        return None
    try:
        followed = Followed(**{**found.arrays, **found.values})
        if not _whole(followed):
            raise TypeError("a list does not fit the arrays")
        return followed
    except TypeError:  # a field is missing
        forget(library.model_folder(model_id), KIND, parameters)
        return None


def _whole(found: Followed) -> bool:
    """Whether names and lists are as many as the arrays say."""
    n, most, slices, _ = found.curves.shape
    contrasts = slices - 1 if found.settings["ordered"] else slices
    return (
        len(found.names) == slices
        and len(found.words) == len(found.nearest) == len(found.others) == n
        and all(len(of_word) == slices for of_word in found.nearest)
        and all(len(of_word) <= most for of_word in found.others)
        and len(found.all_words) == len(found.all_q)
        and found.z.shape[1] == contrasts
        and max(found.when.max(initial=-1), found.all_when.max(initial=-1)) < contrasts
    )
