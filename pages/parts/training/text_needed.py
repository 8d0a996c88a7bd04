"""How much text is needed? What parts of a model's text taught, and what more of it would."""

from __future__ import annotations

import streamlit as st

from pages.parts.background_work import background
from pages.parts.certainty_tools import has_text
from pages.parts.model.opened_model import open_model
from pages.plot import plot
from w2v_core.figures.learning_curve import measured_and_forecast
from w2v_core.model.estimate import seconds_again
from w2v_core.model.learning_curve import (
    PARTS,
    RELIABLE,
    Forecast,
    LearningCurve,
    forecast_again,
    forecast_loss,
    forecast_sure,
)
from w2v_core.work.text_needed import curve_of

PARAMETERS = {"splits": 4, "seed": 0}
MORE = (2, 10)  # times as much text
ALL = 0.95  # of the words: as good as all
HELP = (
    "Trains in the background on an eighth, a quarter, a half and all of this text (except a "
    "tenth, which is used for testing), and on halves of each part. The curves are extrapolated "
    "from these points."
)


def text_needed(id: str) -> None:
    """The button that trains on parts of the text, then the curves and what they say."""
    if not has_text(id):
        return
    trainings = len(PARTS) * (1 + 2 * PARAMETERS["splits"])
    result = background(
        "learning_curve",
        id,
        PARAMETERS,
        "How much text is needed?",
        "text_needed",
        HELP,
        seconds=seconds_again(open_model(id), trainings, 0.5),
        icon=":material/show_chart:",
    )
    curve = None if result is None else curve_of(result)
    if curve is not None:
        _show(id, curve)


def _show(id: str, curve: LearningCurve) -> None:
    size = curve.sizes[-1]
    st.markdown("**How much text is needed?**")
    left, right, told = st.columns([3, 3, 4], gap="medium")
    for place, forecast, measured, title, percent in (
        (left, forecast_loss, curve.losses, "loss on held-out text, nats per pair", False),
        (right, forecast_again, curve.again, "neighbours expected again in other texts", True),
    ):
        ahead = [(times * size, forecast(curve, times * size)) for times in MORE]
        with place:
            plot(
                measured_and_forecast(
                    curve.sizes,
                    measured,
                    [(n, found.value, found.low, found.high) for n, found in ahead],
                    title=title,
                    percent=percent,
                ),
                key=f"{forecast.__name__}-{id}",
                height=280,
                name=title,
            )
    with told:
        st.markdown("\n\n".join(_sentences(id, curve)))
        st.caption(
            "Dashed lines are extrapolations, with their ranges.",
            help="The loss is assumed to follow a + b · n^(−c) for n words, and the log-odds of "
            "neighbours to grow linearly with log n. The parts consist of "
            + ("whole documents" if curve.documents else "blocks of consecutive sentences")
            + ". For twice as much text, forecasts of the loss were off by 2 % or less on ten "
            "texts. Forecasts of neighbours were off by half of their value where few are "
            "found again, but within their range. For ten times as much text they have not "
            "been tested.",
        )


def _sentences(id: str, curve: LearningCurve) -> list[str]:
    size = curve.sizes[-1]
    twice, tenfold = ((forecast_again(curve, times * size)) for times in MORE)
    found = [
        f"**Now** {curve.sure[-1]:,} of the {curve.asked:,} most frequent words have a neighbour "
        f"that more than {RELIABLE:.0%} of other texts like this one are expected to have; of all "
        f"their ten nearest words, {curve.again[-1]:.0%} are expected again.",
        f"**Twice as much text** would raise this to {_said(twice)}, ten times as much to "
        f"{_said(tenfold)}.{_reliable(curve)}",
    ]
    model = open_model(id)
    rare = int((model.counts < curve.rarest).sum())
    if rare >= ALL * len(model.words):
        found.append(
            "**Hardly any word** can be learned reliably yet, however frequent it is: fewer than a "
            "tenth have a reliable neighbour."
        )
    elif rare:
        found.append(
            f"**Words that occur fewer than {curve.rarest:,} times** cannot be learned yet: "
            f"{rare:,} of the {len(model.words):,} in the vocabulary. Hardly any of them has a "
            "reliable neighbour."
        )
    else:
        found.append("**No words** are too rare to be learned from this text.")
    return found


def _reliable(curve: LearningCurve) -> str:
    times = [forecast_sure(curve, many * curve.sizes[-1]) for many in MORE]
    twice, tenfold = times
    if twice is None or tenfold is None:
        return ""
    return (
        f" About {curve.asked * twice.value:,.0f} and {curve.asked * tenfold.value:,.0f} words "
        "would then have such a neighbour."
    )


def _said(forecast: Forecast) -> str:
    return f"{forecast.value:.0%} ({forecast.low:.0%} to {forecast.high:.0%})"
