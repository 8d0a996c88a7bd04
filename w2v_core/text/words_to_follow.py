"""Words worth following through the slices of a text: what a page begins with before anybody has chosen."""

from __future__ import annotations

import numpy as np

from w2v_core.text.corpus import Corpus

PIECES = 100
"""Equal pieces of a text in which occurrences are counted."""


def words_to_follow(corpus: Corpus, slice_of: np.ndarray, n: int = 5, least: int = 10) -> list[str]:
    """Words that say what a text is about and stand in every slice, the most frequent first.

    A word that only joins others is short (Zipf's law of abbreviation, 1935) and spread evenly through a
    text, whereas a word that tells something comes in bursts (Church and Gale 1995). So of the words that
    stand ``least`` times or more in every slice, those are kept that are made of letters and are longer
    than half of all running words. They are divided by frequency into n bands of equally many words, and
    each band gives its most bursty word: the one whose occurrences in ``PIECES`` equal pieces of the text
    vary most about what its frequency would lead one to expect (mean of (observed − expected)² / expected).
    Where fewer than n words are left, shorter ones are accepted, then words of any kind.

    Parameters
    ----------
    corpus : Corpus
    slice_of : int (n_sentences,)
        The number of each sentence's slice; −1 for those in none.
    n : int
        How many words; fewer where fewer stand in every slice often enough.
    least : int
        Occurrences in each slice.

    Returns
    -------
    list of str
        Empty where no word stands in every slice often enough.
    """
    lengths = np.diff(corpus.sentence_starts)
    of_token = np.repeat(slice_of, lengths)
    ids, of_token = corpus.ids[of_token >= 0], of_token[of_token >= 0]
    if not len(ids):
        return []
    counts = _table(of_token, ids, int(of_token.max()) + 1, len(corpus.words))
    total = counts.sum(axis=0)
    size = np.array([len(word) for word in corpus.words])
    usual = np.median(size[ids])
    letters = np.array([word.replace("_", "").isalpha() for word in corpus.words])
    often = counts.min(axis=0) >= least
    rows = np.empty(0, np.int64)
    for kept in (letters & (size > usual), letters & (size >= usual), True):
        rows = np.flatnonzero(often & kept)
        if len(rows) >= n:
            break
    rows = rows[np.argsort(-total[rows], kind="stable")]
    bursts = _burstiness(ids, rows, total)
    bands = [band for band in np.array_split(np.arange(len(rows)), n) if len(band)]
    return [corpus.words[rows[band[np.argmax(bursts[band])]]] for band in bands]


def _table(places: np.ndarray, ids: np.ndarray, n_places: int, n_words: int) -> np.ndarray:
    """How often each word stands in each place: int (n_places, n_words)."""
    cells = places.astype(np.int64) * n_words + ids
    return np.bincount(cells, minlength=n_places * n_words).reshape(n_places, n_words)


def _burstiness(ids: np.ndarray, rows: np.ndarray, total: np.ndarray) -> np.ndarray:
    """How unevenly words are spread through the running words: float (rows,), about 1 for chance."""
    pieces = np.arange(len(ids)) * PIECES // len(ids)
    share = np.bincount(pieces, minlength=PIECES) / len(ids)
    found = _table(pieces, ids, PIECES, len(total))[:, rows]
    expected = np.outer(share, total[rows])
    filled = expected > 0  # a text of fewer words than pieces leaves some empty
    off = np.divide((found - expected) ** 2, expected, out=np.zeros(expected.shape), where=filled)
    return off.sum(axis=0) / max(int((share > 0).sum()) - 1, 1)
