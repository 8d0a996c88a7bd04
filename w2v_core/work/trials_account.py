"""What was tried before the training of a small vocabulary, and which vectors that recommends."""

from __future__ import annotations

from w2v_core.figures.theme import VECTOR_NAMES
from w2v_core.model.dimension import Trials


def what_was_tried(trials: Trials) -> list[tuple[str, str]]:
    """(what, account): the losses of every dimension and prior tried, and what was preferred."""
    dims = ", ".join(f"{dim:,} ({loss:.3f})" for dim, loss in trials.dims)
    priors = ", ".join(f"{prior:g} ({loss:.3f})" for prior, loss in trials.priors)
    return [
        (
            "dimensions tried",
            f"{dims}; in brackets the loss on held-out sentences, nats per pair "
            f"({trials.unigram_loss:.3f} by word frequencies alone)",
        ),
        ("priors tried, with this dimension", priors),
        (f"{VECTOR_NAMES[trials.vectors]} recommended for relations", why_recommended(trials)),
    ]


def why_recommended(trials: Trials) -> str:
    """Which of V and V + U is recommended, and why, in a sentence."""
    best = trials.vectors
    other = next(which for which in trials.closing if which != best)
    here, there = (f"{trials.closing[which]:.2f}" for which in (best, other))
    if trials.closing[best] > trials.closing[other]:
        where = f"clearer by {VECTOR_NAMES[best]} (margin {here}) than by {VECTOR_NAMES[other]} ({there})"
    else:
        where = (
            f"clear by {VECTOR_NAMES[best]} alone (margin {here}, by chance {trials.chance:.2f}), which "
            f"then answers more questions than {VECTOR_NAMES[other]} ({there})"
        )
    return (
        "of the trainings that predict held-out sentences about equally well, this one has the strongest "
        f"prior whose parallelograms of words are about as clear as any, and they are {where}"
    )
