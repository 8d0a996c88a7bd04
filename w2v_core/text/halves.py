"""A text cut in two at random, again and again: the halves share no document, or no passage.

Sentences that stand together speak of the same things in the same words. Were single sentences dealt
out, both halves would have a share of every passage, and would agree more than two texts do. What is
dealt out is therefore whole documents, or, where a text has none, blocks of consecutive sentences.
"""

from __future__ import annotations

import numpy as np

from w2v_core.text.corpus import Corpus

BLOCKS = 10
"""Blocks of about equal length that a text without documents is cut into: as long as they can be where ten
splits are to differ. Documents that nobody told of are then mostly in one half."""
LARGEST_SHARE = 0.18
"""A document that holds more than this share of the text is cut into blocks that hold less: six units,
three a half, are the fewest that can be dealt out equally in ten ways."""
_TRIES = 20  # deals before one that was made already is taken again


def random_halves(
    corpus: Corpus, documents: np.ndarray | None = None, splits: int = 10, seed: int = 0
) -> np.ndarray:
    """Random halves of about equal length.

    Parameters
    ----------
    corpus : Corpus
    documents : int (n_sentences,), optional
        Which document each sentence belongs to; any numbers will do.
    splits : int
    seed : int

    Returns
    -------
    bool (splits, n_sentences)
        Whether the sentence is in the first half of the split; otherwise it is in the second.

    Raises
    ------
    ValueError
        when ``documents`` is not one number for each sentence, or there are fewer than two sentences.
    """
    if corpus.n_sentences < 2:
        raise ValueError(
            "This text is a single sentence, so it cannot be split into halves: use a longer text, "
            "or let line ends end sentences."
        )
    return deal_halves(np.diff(corpus.sentence_starts), documents, splits, seed)


def deal_halves(
    lengths: np.ndarray, documents: np.ndarray | None, splits: int, seed: int
) -> np.ndarray:
    """The same of sentences of these lengths in words."""
    units = units_of(lengths, documents)
    sizes = np.bincount(units, lengths)
    rng = np.random.default_rng([seed, 2])
    made: list[np.ndarray] = []
    for _ in range(splits):
        for _ in range(_TRIES):
            first = _deal(sizes, rng)
            if not any((first == other).all() or (first != other).all() for other in made):
                break
        made.append(first)
    return np.stack(made)[:, units]


def units_of(lengths: np.ndarray, documents: np.ndarray | None = None) -> np.ndarray:
    """What is dealt out together: int (n_sentences,), the number of each sentence's unit.

    Parameters
    ----------
    lengths : int (n_sentences,)
        Words of each sentence.
    documents : int (n_sentences,), optional
        As for ``random_halves``.
    """
    if documents is None:
        return _blocks(lengths, BLOCKS)
    documents = np.asarray(documents)
    if documents.shape != lengths.shape or documents.dtype.kind not in "iu":
        raise ValueError(
            f"documents: expected {len(lengths):,} whole numbers, one for each sentence, not "
            f"{documents.dtype} of shape {documents.shape}."
        )
    _, labels = np.unique(documents, return_inverse=True)
    sizes = np.bincount(labels, lengths)
    units, used = np.zeros(len(lengths), np.int64), 0
    parts = np.ceil(sizes / (LARGEST_SHARE * lengths.sum()) - 1e-9).astype(np.int64)
    for label in np.flatnonzero(parts > 1):
        rows = np.flatnonzero(labels == label)
        units[rows] = used + _blocks(lengths[rows], parts[label])
        used = int(units[rows].max()) + 1
    whole = parts[labels] <= 1
    units[whole] = used + labels[whole]
    return np.unique(units, return_inverse=True)[1]


def _blocks(lengths: np.ndarray, number: int) -> np.ndarray:
    """Consecutive sentences in at most so many blocks of about equal length; a sentence goes where
    its middle falls."""
    middles = np.cumsum(lengths) - lengths / 2
    blocks = (middles * (number / max(int(lengths.sum()), 1))).astype(np.int64)
    blocks = np.unique(np.clip(blocks, 0, number - 1), return_inverse=True)[1]
    if blocks[-1] == 0:  # one sentence holds nearly everything: it stands alone
        longest = int(lengths.argmax())
        blocks[longest + (longest == 0) :] = 1
    return blocks


def _deal(sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """bool (units,): in random order, but the longest first (to a power of two), each goes to the half
    that is shorter so far."""
    rank = -np.floor(np.log2(np.maximum(sizes, 1)))
    order = np.lexsort((rng.random(len(sizes)), rank))
    first, lead = np.zeros(len(sizes), bool), 0.0
    for unit in order.tolist():
        if lead < 0 or (lead == 0 and rng.random() < 0.5):
            first[unit] = True
            lead += sizes[unit]
        else:
            lead -= sizes[unit]
    return first
