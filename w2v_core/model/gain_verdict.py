"""What a model has learned beyond frequency, in words."""

from __future__ import annotations

from w2v_core.model.gain import Gain


def chance_verdict(gain: Gain | None, what: str) -> tuple[str, str]:
    """Of a model that has learned nothing beyond frequency: what was found, and what follows for what it
    shows, which ``what`` names ("what its map shows"); two empty texts for any other."""
    if gain is None or gain.beyond_frequency:
        return "", ""
    return _finding(gain), f"So {what} cannot be told from chance."


def measured_gain(gain: Gain) -> str:
    """The gain and half of its 95 % confidence interval."""
    number = f"{gain.gain:+.3f}".replace("-", "−")
    return f"{number} ± {gain.error:.3f} nats per pair"


def _finding(gain: Gain) -> str:
    if not gain.sentences:
        return (
            "This text has too few sentences to keep some aside, so it cannot be shown that the "
            "model has learned anything beyond word frequency."
        )
    return (
        "On sentences kept aside, this model predicts no better than word frequency alone, as far "
        f"as can be measured ({measured_gain(gain)})."
    )
