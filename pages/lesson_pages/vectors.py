"""Lesson 2: vectors, their sum and their dot product."""

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
ANGLES = {"same direction": 0, "opposite": 180, "orthogonal": 90}


def show(source: Source) -> None:
    controls, left, right = st.columns([3, 5, 5], gap="medium")
    with controls:
        kind = st.segmented_control(
            "Arrows",
            ["your own", "two words"],
            default="your own",
            required=True,
            key="arrows",
            bind="query-params",
        )
        if kind == "your own":
            remembered(address.ANGLE, 50, lambda degrees: -180 <= degrees <= 180)
            st.slider("Angle between them, degrees", -180, 180, key="angle", bind="query-params")
            length = st.slider(
                "Length of v", 0.5, 3.0, 2.0, 0.1, key="length_v", bind="query-params"
            )
            other = st.slider(
                "Length of u", 0.5, 3.0, 1.5, 0.1, key="length_u", bind="query-params"
            )
            st.caption("Set them")
            for name, degrees in ANGLES.items():
                st.button(name, on_click=deferred(set_angle), args=(degrees,), width="stretch")
            v, u = at_angle(length, 0), at_angle(other, st.session_state["angle"])
            names = ("v", "u")
        else:
            c = pick("v: center vector of", "center", source, "Berlin", "king")
            o = pick("u: output vector of", "output", source, "Germany", "queen")
            model = source.model
            v, u = in_their_plane(
                model.V[source.row(c)].astype(float), model.U[source.row(o)].astype(float)
            )
            names = (c, o)
            st.caption(
                "Drawn in the plane that the two vectors span: lengths and angle are the true ones."
            )
    dot, cos = float(scores(v, u[None])[0]), cosine(v, u)
    lengths = [float(np.linalg.norm(x)) for x in (v, u)]
    with left:
        st.markdown("##### Sum: tip to tail")
        plot(
            arrows(
                [
                    Arrow(v, names[0], color=theme.CENTER),
                    Arrow(v + u, names[1], start=v, color=theme.OUTPUT),
                    Arrow(v + u, "v + u", color=theme.SUM, dash="dot"),
                ],
                half=4.2 if kind == "your own" else None,
                size=(380, 380),
            ),
            key="sum",
            height=420,
            view=f"{kind} {names}",
            name="sum",
        )
        st.latex(equations.vector_sum(v, u))
        st.caption("Begin u where v ends: the sum leads from 0 to its tip.")
    with right:
        st.markdown("##### Dot product: do they agree?")
        plot(
            arrows(
                [
                    Arrow(v, names[0], color=theme.CENTER),
                    Arrow(u, names[1], color=theme.OUTPUT),
                ],
                half=2.8 if kind == "your own" else None,
                size=(380, 380),
            ),
            key="dot",
            height=420,
            view=f"{kind} {names}",
            name="dot product",
        )
        st.latex(equations.dot_product(v, u, lengths, cos, dot))
        st.caption(said(cos))
    quiz(
        f"turn {'u' if kind == 'your own' else short(names[1])} around by 180°. What becomes of "
        f"the dot product, now {dot:.2f}?",
        (f"{-dot:.2f}", f"{dot:.2f}", "0"),
        f"{float(scores(v, -u[None])[0]):.2f}",
        "Every product in the sum changes its sign.",
        "Same direction: large. Opposite: just as large, below zero. Orthogonal: zero, nothing "
        "to do with each other. The model uses this one number to say how well two words go "
        "together.",
    )


def said(cos: float) -> str:
    """What a cosine says of two directions."""
    if cos > 0.99:
        return "The same direction: no larger dot product at these lengths."
    if cos < -0.99:
        return "Opposite directions: the lowest dot product at these lengths."
    if abs(cos) < 0.01:
        return "Orthogonal: nothing to do with each other, dot product 0."
    return "More alike than not: above 0." if cos > 0 else "More opposed than alike: below 0."


def set_angle(degrees: int) -> None:
    st.session_state["angle"] = degrees
