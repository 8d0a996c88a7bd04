"""The ids of the sample models, which come with the app: the same in every ``W2V_HOME``, so that an address
that names one opens everywhere. ``work.sample_models`` trains them."""

from __future__ import annotations

from w2v_core.storage.home import is_on

SAMPLE_IDS = ("samplesmallworld", "samplekingsqueen")
"""In the order in which they are offered; the first is what a page shows to a person without a model."""


def is_sample(id: str | None) -> bool:
    """Whether this is the id of a sample model: everyone may look at it, and nobody may change it."""
    return id in SAMPLE_IDS


def are_samples_offered() -> bool:
    """Whether the operator lets people see the sample models: ``W2V_SAMPLES``, on by default."""
    return is_on("W2V_SAMPLES", usual=True)
