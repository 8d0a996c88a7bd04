"""The mean of a word's contexts, in each part of a text: sums from which any union of parts follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from w2v_core.text.corpus import Corpus

_TOKENS = 1 << 15
"""Occurrences whose contexts are summed at a time: at d = 100, 13 MB."""


@dataclass(frozen=True)
class WordContexts:
    """The contexts of one word: ``parts`` int (p,) in which it stands; ``sums`` float32 (p, d) of the
    vectors around it there, and ``weights`` float32 (p,), the sums of what each counted."""

    row: int
    parts: np.ndarray
    sums: np.ndarray
    weights: np.ndarray


def context_sums(
    corpus: Corpus,
    vectors: np.ndarray,
    keep: np.ndarray,
    part: np.ndarray,
    rows: np.ndarray,
    window: int = 5,
    poll: Callable[[float], object] | None = None,
) -> Iterator[WordContexts]:
    """The words of some rows, one after the other, each with the sums of its contexts.

    A context at distance δ of a window of k words counts (k − δ + 1)/k times ``keep`` of its word, as in
    ``count_pairs``: the sums over all parts are the rows of N·vectors (up to the center's own ``keep``).

    Parameters
    ----------
    corpus : Corpus
    vectors : float32 (|W|, d)
    keep : float (|W|,)
        What each word counts as a context; 0 takes it out.
    part : int (n_sentences,)
        The part of the text each sentence belongs to.
    rows : int (words,)
    window : int
    poll : callable, optional
        Called now and then with the share done.
    """
    lengths = np.diff(corpus.sentence_starts)
    ids = np.concatenate((corpus.ids.astype(np.int64), [len(corpus.words)]))
    weight = np.append(np.asarray(keep, np.float32), np.float32(0))
    weighted = np.vstack((vectors, np.zeros(vectors.shape[1]))).astype(np.float32)
    weighted *= weight[:, None]
    begin = np.repeat(corpus.sentence_starts[:-1], lengths)
    end = np.repeat(corpus.sentence_starts[1:], lengths)
    of_token = np.repeat(part, lengths)
    wanted = np.zeros(len(corpus.words), bool)
    wanted[rows] = True
    tokens = np.flatnonzero(wanted[corpus.ids])
    tokens = tokens[np.lexsort((of_token[tokens], corpus.ids[tokens]))]
    bounds = np.searchsorted(corpus.ids[tokens], np.arange(len(corpus.words) + 1))
    nowhere = len(corpus.ids)
    first = 0
    words = np.flatnonzero(np.diff(bounds))
    while first < len(words):
        # Whole words, as many as fit; a frequent one alone.
        limit = bounds[words[first]] + _TOKENS
        last = max(int(np.searchsorted(bounds[words + 1], limit, side="right")), first + 1)
        here = tokens[bounds[words[first]] : bounds[words[last - 1] + 1]]
        group = corpus.ids[here].astype(np.int64) * (int(part.max()) + 1) + of_token[here]
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        sums = np.zeros((len(starts), vectors.shape[1]), np.float32)
        weights = np.zeros(len(starts), np.float32)
        for piece in _pieces(starts, len(here)):
            at = here[starts[piece.start] : piece.stop_token]
            around = np.zeros((len(at), vectors.shape[1]), np.float32)
            around_weight = np.zeros(len(at), np.float32)
            for distance in range(1, window + 1):
                share = np.float32((window - distance + 1) / window)
                for place in (at - distance, at + distance):
                    inside = (place >= begin[at]) & (place < end[at])
                    other = ids[np.where(inside, place, nowhere)]
                    around += share * weighted[other]
                    around_weight += share * weight[other]
            local = starts[piece.start : piece.stop] - starts[piece.start]
            sums[piece.start : piece.stop] = np.add.reduceat(around, local, axis=0)
            weights[piece.start : piece.stop] = np.add.reduceat(around_weight, local)
        of_group = corpus.ids[here[starts]]
        edges = np.searchsorted(of_group, words[first:last], side="left")
        edges = np.append(edges, len(starts))
        for number, row in enumerate(words[first:last].tolist()):
            own = slice(edges[number], edges[number + 1])
            yield WordContexts(row, of_token[here[starts[own]]], sums[own], weights[own])
        first = last
        if poll is not None:
            poll(first / len(words))


@dataclass(frozen=True)
class _Piece:
    start: int
    stop: int
    stop_token: int


def _pieces(starts: np.ndarray, n: int) -> Iterator[_Piece]:
    """Groups, as many as have about ``_TOKENS`` occurrences together."""
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + _TOKENS, side="right"))
        last = max(last if last < len(starts) else len(starts), first + 1)
        yield _Piece(first, last, int(starts[last]) if last < len(starts) else n)
        first = last


def context_counts(
    corpus: Corpus, keep: np.ndarray, part: np.ndarray, rows: np.ndarray, window: int = 5
) -> tuple[np.ndarray, np.ndarray, sp.csr_array]:
    """The pair counts of some words in each part of a text, of which those of any union of parts are sums.

    Parameters
    ----------
    corpus, keep, part, rows, window
        As for ``context_sums``; here the center's own ``keep`` counts too, as in ``count_pairs``.

    Returns
    -------
    row, part : int (groups,)
        The word and the part that each row of N is of.
    N : sparse float32 (groups, |W|)
    """
    n_words, n_parts = len(corpus.words), int(part.max(initial=0)) + 1
    lengths = np.diff(corpus.sentence_starts)
    begin = np.repeat(corpus.sentence_starts[:-1], lengths)
    end = np.repeat(corpus.sentence_starts[1:], lengths)
    wanted = np.zeros(n_words, bool)
    wanted[rows] = True
    at = np.flatnonzero(wanted[corpus.ids])
    of_token = corpus.ids[at].astype(np.int64) * n_parts + np.repeat(part, lengths)[at]
    groups, group = np.unique(of_token, return_inverse=True)
    places, others, values = [], [], []
    for distance in range(1, window + 1):
        for place in (at - distance, at + distance):
            inside = (place >= begin[at]) & (place < end[at])
            other = corpus.ids[place[inside]]
            places.append(group[inside])
            others.append(other)
            values.append(
                (window - distance + 1) / window * keep[other] * keep[corpus.ids[at[inside]]]
            )
    entries = (np.concatenate(values), (np.concatenate(places), np.concatenate(others)))
    N = sp.coo_array(entries, shape=(len(groups), n_words)).tocsr().astype(np.float32)
    return groups // n_parts, groups % n_parts, N
