"""Prove it: the model trained again without the lines of the contexts that carry a neighbour most."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.background_work import background
from pages.parts.displayed_text import short
from pages.parts.model.opened_model import open_model
from pages.parts.table import show_table
from w2v_core.model.estimate import seconds_again
from w2v_core.model.removal import Nearness, Removal
from w2v_core.work.reason_removal import removal_of

DRAWS = 3
NEARLY_ALL = 0.85  # of the lines of two words


def prove(id: str, word: str, other: str, contexts: Sequence[str]) -> None:
    """The button that takes the lines of these contexts out, then what is left of the neighbour."""
    result = background(
        "removal",
        id,
        {
            "word": word,
            "neighbour": other,
            "contexts": list(contexts),
            "draws": DRAWS,
            "seed": 0,
        },
        "Prove it",
        "prove",
        "Trains the model again in the background, without the lines in which one of these "
        f"{len(contexts)} contexts occurs near either word and, for comparison, without as many "
        f"random lines of the two words. Each training is repeated {DRAWS} times from different "
        "random starts.",
        seconds=seconds_again(open_model(id), 2 * DRAWS),
        icon=":material/science:",
    )
    removal = None if result is None else removal_of(result)
    if removal is not None:
        _table(removal, word, other, len(contexts))


def _table(removal: Removal, word: str, other: str, contexts: int) -> None:
    ours, random = removal.mean_without_reasons, removal.mean_without_random
    rows: list[tuple[str, Nearness]] = [
        ("this model", removal.whole),
        (f"without the {_lines(removal.lines)} of these contexts", ours),
        (f"without {_lines(removal.lines)} drawn at random", random),
    ]
    told, table = st.columns([3, 4], gap="medium", vertical_alignment="center")
    with table:
        show_table(
            {
                "trained on the text": [what for what, _ in rows],
                "rank among the nearest": [round(near.rank, 1) for _, near in rows],
                "cosine": [round(near.cosine, 3) for _, near in rows],
            }
        )
    lost, lost_anyway = removal.whole.cosine - ours.cosine, removal.whole.cosine - random.cosine
    if removal.lines > NEARLY_ALL * removal.of:
        verdict = (
            f"These contexts occur in {removal.lines:,} of the {_lines(removal.of)} with either "
            "word. As many random lines would be nearly the same ones, so this proves nothing."
        )
    elif ours.cosine < min(near.cosine for near in removal.without_random):
        verdict = (
            "These contexts make the words near: without their lines the cosine falls by "
            f"{lost:.2f}, and without as many random lines by {lost_anyway:.2f}."
        )
    else:
        verdict = (
            f"These contexts matter no more than other lines: the cosine is {ours.cosine:.2f} "
            f"without theirs, and {random.cosine:.2f} without as many random lines."
        )
    with told:
        st.markdown(f"**{verdict}**")
        st.caption(
            f"Means of {DRAWS} trainings. The rank is that of {short(other, 24)} among the words "
            f"nearest to {short(word, 24)}. {removal.lines:,} of the {_lines(removal.of)} with "
            "either word were removed.",
            help="Removing any lines changes a model. The random lines, which have the same two "
            f"words, show by how much. The {contexts} contexts are those shown as bars above.",
        )


def _lines(number: int) -> str:
    return "one line" if number == 1 else f"{number:,} lines"
