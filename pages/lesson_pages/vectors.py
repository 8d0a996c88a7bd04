"""Lesson 2: vectors, their sum and their dot product."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.lesson_pages.frame import Source, pick, quiz, remembered
from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import Arrow, arrows
from w2v_core.lessons.plane import at_angle, in_their_plane
from w2v_core.lessons.typed_pairs import cosine
from w2v_core.model.softmax import scores

QUESTION = "What can you do with two arrows, and what does it tell you?"
RICHER = False
OWN = "your own"
ANGLES = {"same direction": 0, "opposite": 180, "orthogonal": 90}


@dataclass(frozen=True)
class TwoArrows:
    """The arrows v and u, each (2,), their names, and how they were chosen."""

    kind: str
    v: np.ndarray
    u: np.ndarray
    names: tuple[str, str]

    @property
    def view(self) -> str:
        return f"{self.kind} {self.names}"


def show(source: Source) -> None:
    controls, left, right = st.columns([3, 5, 5], gap="medium")
    with controls:
        two = choose_arrows(source)
    with left:
        show_sum(two)
    with right:
        show_dot_product(two)
    dot = float(scores(two.v, two.u[None])[0])
    quiz(
        f"turn {'u' if two.kind == OWN else short(two.names[1])} around by 180°. What becomes of "
        f"the dot product, which is now {dot:.2f}?",
        (f"{-dot:.2f}", f"{dot:.2f}", "0"),
        f"{float(scores(two.v, -two.u[None])[0]):.2f}",
        "Every product in the sum changes its sign.",
        "The dot product is large for the same direction, equally large but negative for opposite "
        "directions, and zero for orthogonal ones, which are unrelated. The model uses this one "
        "number to say how well two words go together.",
    )


def choose_arrows(source: Source) -> TwoArrows:
    kind = st.segmented_control(
        "Arrows", [OWN, "two words"], default=OWN, required=True, key="arrows", bind="query-params"
    )
    return TwoArrows(kind, *(arrows_set_by_hand() if kind == OWN else arrows_of_words(source)))


def arrows_set_by_hand() -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    remembered(address.ANGLE, 50, lambda degrees: -180 <= degrees <= 180)
    st.slider("Angle between them, degrees", -180, 180, key="angle", bind="query-params")
    length = st.slider("Length of v", 0.5, 3.0, 2.0, 0.1, key="length_v", bind="query-params")
    other = st.slider("Length of u", 0.5, 3.0, 1.5, 0.1, key="length_u", bind="query-params")
    st.caption("Set the angle to")
    for name, degrees in ANGLES.items():
        st.button(name, on_click=deferred(set_angle), args=(degrees,), width="stretch")
    return at_angle(length, 0), at_angle(other, st.session_state["angle"]), ("v", "u")


def arrows_of_words(source: Source) -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    c = pick("v: center vector of", "center", source, "Berlin", "king")
    o = pick("u: output vector of", "output", source, "Germany", "queen")
    model = source.model
    v, u = in_their_plane(
        model.V[source.row(c)].astype(float), model.U[source.row(o)].astype(float)
    )
    st.caption(
        "The two vectors are drawn in the plane that they span, with their true lengths and angle."
    )
    return v, u, (c, o)


def show_sum(two: TwoArrows) -> None:
    st.markdown("### Sum: tip to tail")
    v, u = two.v, two.u
    plot(
        arrows(
            [
                Arrow(v, two.names[0], color=theme.CENTER),
                Arrow(v + u, two.names[1], start=v, color=theme.OUTPUT),
                Arrow(v + u, "v + u", color=theme.SUM, dash="dot"),
            ],
            half=4.2 if two.kind == OWN else None,
            size=(380, 380),
        ),
        key="sum",
        height=420,
        view=two.view,
        name="sum",
    )
    st.latex(equations.vector_sum(v, u))
    st.caption("Start u where v ends: the sum points from 0 to the tip of u.")


def show_dot_product(two: TwoArrows) -> None:
    st.markdown("### Dot product: do they agree?")
    dot, cos = float(scores(two.v, two.u[None])[0]), cosine(two.v, two.u)
    lengths = [float(np.linalg.norm(x)) for x in (two.v, two.u)]
    plot(
        arrows(
            [
                Arrow(two.v, two.names[0], color=theme.CENTER),
                Arrow(two.u, two.names[1], color=theme.OUTPUT),
            ],
            half=2.8 if two.kind == OWN else None,
            size=(380, 380),
        ),
        key="dot",
        height=420,
        view=two.view,
        name="dot product",
    )
    st.latex(equations.dot_product(two.v, two.u, lengths, cos, dot))
    st.caption(in_words(cos))


def in_words(cos: float) -> str:
    """A sentence about two directions with this cosine."""
    if cos > 0.99:
        return "The same direction: the largest dot product possible at these lengths."
    if cos < -0.99:
        return "Opposite directions: the smallest dot product possible at these lengths."
    if abs(cos) < 0.01:
        return "Orthogonal directions: the dot product is 0, and the vectors are unrelated."
    if cos > 0:
        return "The angle is below 90°: the dot product is positive."
    return "The angle is above 90°: the dot product is negative."


def set_angle(degrees: int) -> None:
    st.session_state["angle"] = degrees
