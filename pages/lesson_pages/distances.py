"""Lesson 8: distances."""

import streamlit as st

from pages.lesson_pages.frame import Source, pick, quiz, space_of
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.points_on_line import on_a_line
from w2v_core.lessons import distances
from w2v_core.space.vectors import WordVectors

QUESTION = "Is the nearest word the one at the smallest distance or at the smallest angle?"
RICHER = False
POINTS = 400
NEAREST = 9


@st.cache_data(max_entries=20, show_spinner=False)
def pairs(key: str, _space: WordVectors, x: int, z: int):
    return distances.random_pair_distances(_space, POINTS, x, z)


def show(source: Source) -> None:
    space = space_of(source)
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        x = pick("x", "center", source, "Berlin", "king")
        z = pick("z", "output", source, "Paris", "Germany", "queen", skip=(x,))
        one, other, dot, squared = pairs(source.key, space, source.row(x), source.row(z))
        st.markdown("Scale every vector to length 1, so that only its direction remains. Then")
        st.latex(equations.distance(x, z, float(dot[0]), float(squared[0])))
        st.caption(
            "exp(−d²) is again an unnormalised probability: exp of a score, here −d², as in lesson 4."
        )
    names = [f"{space.words[i]} · {space.words[j]}" for i, j in zip(one, other, strict=True)]
    with picture:
        plot(
            on_a_line(
                dot,
                squared,
                names,
                line=([-1, 1], [4, 0]),
                axes=("dot product xᵀz", "squared distance d²"),
                marked=0,
            ),
            key="distances",
            height=430,
            name="distances",
        )
        st.caption(
            f"Your pair and {len(dot) - 1:,} random pairs. d² is computed from the coordinates, and all "
            "points lie on the line d² = 2 − 2 xᵀz."
        )
    show_rankings(source, x)
    halved = float(dot[0]) > 0
    quiz(
        f"{short(x)} and {short(z)} have the dot product {dot[0]:.2f}. If you turn one of them by 180°, "
        "how large is d²?",
        list(dict.fromkeys(f"{value:.2f}" for value in (squared[0], 4 - squared[0], 2.0, 0.0))),
        f"{2 - 2 * -dot[0]:.2f}",
        f"The dot product becomes {-dot[0]:.2f}, and 2 − 2·({-dot[0]:.2f}) = {2 + 2 * dot[0]:.2f}"
        + (
            ". They are then farther apart than orthogonal words, for which d² is 2."
            if halved
            else "."
        ),
        "For vectors of length 1, distance and dot product contain the same information: "
        "d² = 2 − 2 xᵀz. The larger the similarity, the smaller the distance.",
    )


def show_rankings(source: Source, x: str) -> None:
    """The nearest words of x by cosine, distance and exp(−d²), side by side."""
    space = space_of(source)
    st.markdown(f"### The nearest words to {short(x)}: three measures, one ranking")
    ranking = distances.rankings(space, source.row(x), NEAREST)
    places = st.columns(3, gap="medium")
    for place, (title, rows, values, color) in zip(
        places,
        (
            ("cosine, largest first", *ranking["cosine"], theme.CENTER),
            ("distance d, smallest first", *ranking["distance"], theme.OUTPUT),
            ("exp(−d²), largest first", *ranking["exp"], theme.SUM),
        ),
        strict=True,
    ):
        with place:
            plot(
                compared_bars([space.words[r] for r in rows], [(title, values, color)], title),
                key=f"rank {title}",
                height=330,
                name=title,
            )
