"""The two models that Compare sets side by side, and their vectors of the words they share."""

from __future__ import annotations

import dataclasses

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal, shown_as
from pages.parts.model.current_model import current_model_id, damage_said, model_labels
from pages.parts.model.opened_model import vectors
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.figures import theme
from w2v_core.space.alignment import LEAST_SHARED, Aligned, align_spaces, shared_words
from w2v_core.space.distances import mean_overlap
from w2v_core.space.vectors import WordVectors
from w2v_core.storage.sample_ids import is_sample

LONGEST_LABEL = 40  # characters of a model's name, in fields that are as wide as Compare's
NO_TEXT = (
    "One of these models came without its text, so {what}: choose models that were trained here."
)


def open_pair(a: str, b: str) -> None:
    """Compare these two models."""
    address.A.set(a)
    address.B.set(b)


def choose_models(place: DeltaGenerator) -> tuple[str, str] | None:
    """The two models that are compared, chosen in ``place``: a person's own, or the samples where they
    have none or ask for one of them. None where there are not two."""
    entries = {entry.id: entry for entry in the_library().models()}
    asked = {"a": address.A.get(), "b": address.B.get()}
    if len(entries) != 1 or any(map(is_sample, asked.values())):
        entries |= {entry.id: entry for entry in the_library().samples()}
    if len(entries) < 2:
        return None
    labels = model_labels(list(entries.values()), LONGEST_LABEL)
    current = current_model_id()
    a, b = asked["a"], asked["b"]
    if a is None or a not in entries:
        a = current if current is not None and current in entries else next(iter(entries))
    if b is None or b not in entries or b == a:
        b = next(id for id in entries if id != a)
    open_pair(a, b)

    def set_model(name: str) -> None:
        chosen = st.session_state[f"_{name}"]
        if chosen == (b if name == "a" else a):  # both would be the same: they change places
            open_pair(b, a)
        elif name == "a":
            open_pair(chosen, b)
        else:
            open_pair(a, chosen)

    def swap() -> None:
        open_pair(b, a)

    for name in ("a", "b"):
        if (damaged := damage_said(asked[name])) is not None:
            st.warning(literal(damaged), icon=":material/heart_broken:")
    left, middle, right = place.columns([10, 1, 10], vertical_alignment="bottom")
    for place, name, value in ((left, "a", a), (right, "b", b)):
        st.session_state[f"_{name}"] = value
        place.selectbox(
            side(name.upper()),
            [id for id in entries if id != (b if name == "a" else a)],
            format_func=shown_as(labels),
            key=f"_{name}",
            on_change=deferred(set_model),
            args=(name,),
        )
    middle.button(
        "A for B, B for A",
        icon=":material/swap_horiz:",
        help="A for B, B for A",
        on_click=deferred(swap),
        key="icon_swap",
    )
    return a, b


def side(name: str) -> str:
    """The name of a side, A or B, beside a mark in its colour, which is that of its figures."""
    color = {"A": theme.SIDE_A, "B": theme.SIDE_B}[name]
    if st.context.theme.type == "dark":
        color = theme.ON_DARK[color]
    return f':small[:color[■]{{foreground="{color}"}}] **{name}**'


def name_of(id: str) -> str:
    return cut(the_library().entry(id).name, 30)


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two models' vectors of the words they share."""

    words: list[str]
    rows_a: np.ndarray
    rows_b: np.ndarray
    a: WordVectors
    b: WordVectors
    aligned: Aligned


@of_readable(max_entries=4, show_spinner="Aligning the two models …", subjects=2)
def _pair(a: str, b: str, changed: tuple, which: str) -> Pair:
    space_a, space_b = vectors(a, which), vectors(b, which)
    words, rows_a, rows_b = shared_words(space_a.words, space_b.words)
    if len(words) < LEAST_SHARED:
        raise ValueError(
            f"These models share {len(words):,} words; at least {LEAST_SHARED} are needed to "
            "compare them."
        )
    part_a, part_b = space_a.matrix[rows_a], space_b.matrix[rows_b]
    lowercase = space_a.vocabulary.lowercase
    return Pair(
        words,
        rows_a,
        rows_b,
        WordVectors(words, part_a, lowercase=lowercase),
        WordVectors(words, part_b, lowercase=lowercase),
        align_spaces(part_a, part_b),
    )


def pair_of(a: str, b: str, which: str) -> Pair:
    return _pair(a, b, stamps(a, b), which)


def stamps(a: str, b: str) -> tuple[float, ...]:
    """When the two models last changed."""
    return tuple((the_library().model_folder(id) / "model.json").stat().st_mtime for id in (a, b))


@of_readable(max_entries=8, show_spinner="Comparing neighbours …", subjects=2)
def _overlap(a: str, b: str, changed: tuple, which: str) -> tuple[float, float, float, float]:
    pair = _pair(a, b, changed, which)
    return mean_overlap(pair.a.matrix, pair.b.matrix)


def overlap_of(a: str, b: str, which: str) -> tuple[float, float, float, float]:
    """How alike the two are on the whole: see ``space.distances.mean_overlap``."""
    return _overlap(a, b, stamps(a, b), which)


def go_to(word: str) -> None:
    address.WORD.set(word)
    address.PART.set("word")
