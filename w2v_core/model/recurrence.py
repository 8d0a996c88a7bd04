"""Estimate from two halves of a text what another text of its kind and length would show.

Half of a text contains less than the whole. Counting only what both halves show is therefore too strict
if the text is just long enough, and too generous if an answer was selected because it stands out in this
very text. Both biases depend on the text, but the following regularities hardly do:

- The nearest words of two halves agree to some share h. For two texts of twice that length, the odds of
  this agreement are twice as large: 1.7 to 2.2 times in English, German and technical texts of 20,000
  to 250,000 words and in a made-up world where h is ten times as large; 1.4 times at 5,000 words.
  So the mean over all answers is known.
- Among the answers of one text, the log-odds of being found again grow with the log-odds of three shares:
of the splits in which both halves have the answer, of the halves that have it, and of the agreement of
the halves on this word in general.

The weights were fitted on the first half of an English text in samples of three lengths, on a German
one and on the small world; ``tests/benchmarks/calibration.py`` measures the results on other texts, and
docs/benchmarks.md contains its tables. For a new text only h is estimated.
"""

from __future__ import annotations

import numpy as np

_BOTH, _HALVES, _WORD = 0.40, 0.32, 0.23
"""Weights for neighbours: of the log-odds of the share of splits, of the share of halves, and of the
word's own agreement relative to that of all words."""
_FROM_HALF_TO_WHOLE = 2.0  # factor by which the odds of agreement grow when texts are twice as long
_ANALOGY = (2.57, 0.28, 0.72, 1.22)
"""For first answers of analogies: a constant, and the weights of the log-odds of the share of splits, of
halves, and of the agreement h of neighbours."""
_WORD_AS = 3.0  # the agreement of all words counts as this many splits of a word's own
_LEAST = 1e-3  # the smallest agreement, so that its log-odds are finite


def odds(share: np.ndarray | float) -> np.ndarray:
    """log(share / (1 − share)), with shares clipped away from 0 and 1."""
    kept = np.clip(share, _LEAST, 1 - _LEAST)
    return np.log(kept / (1 - kept))


def neighbour_evidence(
    both: np.ndarray, halves: np.ndarray, word: np.ndarray | float, text: float, splits: int
) -> np.ndarray:
    """Log-odds that a neighbour is found again, up to a constant of the text.

    Parameters
    ----------
    both : int (…,)
        Number of splits in which both halves have it.
    halves : int (…,)
        Number of halves, out of 2 · splits, that have it.
    word : float, broadcast against both
        The mean share of their lists on which the two halves of a split agree, for this word.
    text : float
        The same for all words together.
    splits : int
    """
    own = (splits * np.asarray(word) + _WORD_AS * text) / (splits + _WORD_AS)
    return (
        _BOTH * _smoothed_odds(both, splits)
        + _HALVES * _smoothed_odds(halves, 2 * splits)
        + _WORD * (odds(own) - odds(text))
    )


def level(evidence: np.ndarray, text: float) -> float:
    """The constant of a text: the number to add to the evidence of all its neighbours, so that the mean
    share found again equals the share expected from the agreement ``text`` of its halves."""
    from scipy.optimize import brentq  # loads for a third of a second

    text = float(np.clip(text, _LEAST, 1 - _LEAST))
    ratio = _FROM_HALF_TO_WHOLE * text / (1 - text)
    expected = ratio / (1 + ratio)
    return float(brentq(lambda constant: share(evidence + constant).mean() - expected, -50, 50))


def analogy_evidence(both: np.ndarray, halves: np.ndarray, text: float, splits: int) -> np.ndarray:
    """Log-odds that the first answer of an analogy is the first answer again (parameters as for
    ``neighbour_evidence``)."""
    constant, of_both, of_halves, of_text = _ANALOGY
    return (
        constant
        + of_both * _smoothed_odds(both, splits)
        + of_halves * _smoothed_odds(halves, 2 * splits)
        + of_text * odds(text)
    )


def share(log_odds: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−log-odds))."""
    return 1 / (1 + np.exp(-log_odds))


def _smoothed_odds(count: np.ndarray, of: int) -> np.ndarray:
    counted = (np.asarray(count) + 0.5) / (of + 1)
    return np.log(counted / (1 - counted))
