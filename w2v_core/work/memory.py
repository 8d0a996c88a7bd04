"""Whether a training fits into the memory that a worker may use, told before it starts."""

from __future__ import annotations

from w2v_core.model.estimate import READING_BYTES, Estimate
from w2v_core.storage.limits import worker_bytes
from w2v_core.text.corpus import Corpus

_TEXT_SHARE = 0.5  # of the memory, from which on the text is what must be smaller


def too_much(expected: Estimate, corpus: Corpus, dim: int) -> str | None:
    """A sentence that says what to lower, where a training would take more memory than a worker may
    use; None where it fits."""
    most = worker_bytes()
    if most is None or expected.memory <= most:
        return None
    if READING_BYTES * corpus.n_tokens > _TEXT_SHARE * expected.memory:
        advice = f"use a shorter text ({corpus.n_tokens:,} words now)"
    else:
        advice = f"lower max_vocab ({len(corpus.words):,} words now) or dim ({dim:,} now)"
    return (
        f"This training would take about {_amount(expected.memory)} of memory, and a worker may use "
        f"{_amount(most)}: {advice}."
    )


def _amount(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
