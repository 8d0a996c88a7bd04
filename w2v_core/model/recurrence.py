"""From what both halves of a text say to what another text of its kind and length would say.

Half of a text holds less than the whole: what both halves have is too strict a count where the text is
just long enough, and too generous a one where an answer was chosen for standing out in this very text.
Both biases depend on the text. What does not, much, is how they act:

- The nearest words of two halves agree to some share h. For two texts of twice that length, the odds of
  this agreement are twice as large: 1.7 to 2.2 times in English, German and technical texts of 20,000
  to 250,000 words and in a made-up world where h is ten times as large; 1.4 times at 5,000 words.
  So the mean over all answers is known.
- Among the answers of one text, log-odds of being found again grow with those of the splits both halves
  of which have it, of the halves that have it, and of how far the halves agree on this word at all.

The weights were fitted on the first half of an English text in samples of three lengths, on a German
one and on the small world; ``tests/benchmarks/calibration.py`` measures what comes of them on others, and
docs/benchmarks.md holds its tables. Of a person's own text nothing is fitted but h.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

_BOTH, _HALVES, _WORD = 0.40, 0.32, 0.23
"""Weights, for neighbours, of the log-odds of the share of splits, of halves, and of the word's own
agreement above that of all."""
_FROM_HALF_TO_WHOLE = 2.0  # how far the odds of agreement grow when texts are twice as long
_ANALOGY = (2.57, 0.28, 0.72, 1.22)
"""For first answers of analogies: a constant, and the weights of the log-odds of the share of splits, of
halves, and of the agreement h of neighbours."""
_WORD_AS = 3.0  # splits that the agreement of all words counts for beside a word's own
_LEAST = 1e-3  # of an agreement, so that it has log-odds


def odds(share: np.ndarray | float) -> np.ndarray:
    """log(share / (1 − share)), of shares kept away from 0 and 1."""
    kept = np.clip(share, _LEAST, 1 - _LEAST)
    return np.log(kept / (1 - kept))


def neighbour_evidence(
    both: np.ndarray, halves: np.ndarray, word: np.ndarray | float, text: float, splits: int
) -> np.ndarray:
    """Log-odds that a neighbour is found again, but for a constant of the text.

    Parameters
    ----------
    both : int (…,)
        Splits both halves of which have it.
    halves : int (…,)
        Halves, of 2 · splits, that have it.
    word : float, broadcast against both
        The mean share of their lists that the two halves of a split agree in, for this word.
    text : float
        The same for all words.
    splits : int
    """
    own = (splits * np.asarray(word) + _WORD_AS * text) / (splits + _WORD_AS)
    return (
        _BOTH * _smoothed_odds(both, splits)
        + _HALVES * _smoothed_odds(halves, 2 * splits)
        + _WORD * (odds(own) - odds(text))
    )


def level(evidence: np.ndarray, text: float) -> float:
    """The constant of a text: what is to be added to the evidence of its neighbours, all in all, so that
    on the mean as many of them are found again as the agreement ``text`` of its halves lets expect."""
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
