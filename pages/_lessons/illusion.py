"""Lesson 7: the illusion, explained."""

import numpy as np
import streamlit as st

from pages._lessons._frame import quiz
from pages._plot import plot
from w2v_core.figures import equations, theme
from w2v_core.figures.arrows import all_vectors
from w2v_core.figures.lessons import compared_bars
from w2v_core.model import typed_pairs
from w2v_core.model.typed_pairs import DIAMOND, PairTraining, closure, cosine, parse_pairs

QUESTION = "Why do pairs of words become parallel, if nobody told the model about pairs?"
RICHER = False
OWN_NUMBERS = True  # trained on this page, whatever model is open
ROUNDS = 200  # times through all pairs
SEEDS = 10
PRESETS = ("role and place contexts", "the notes' literal pairs")


@st.cache_resource(max_entries=40, show_spinner=False)
def training(text: str, seed: int) -> PairTraining:
    return PairTraining(parse_pairs(text, both_directions=True), 8, 0.1, seed)


@st.cache_data(max_entries=40, show_spinner="Training from ten random starts …")
def ten_seeds(text: str) -> np.ndarray:
    return typed_pairs.closure_over_seeds(text, SEEDS, ROUNDS)


def show(_source) -> None:
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        preset = st.segmented_control(
            "Pairs", PRESETS, default=PRESETS[0], required=True, key="illusion", bind="query-params"
        )
        literal_pairs = preset == PRESETS[1]
        places = True
        if not literal_pairs:
            places = st.toggle(
                "Place contexts: what is said of France stands near Paris too",
                value=True,
                key="places",
            )
        text = pairs_text(literal_pairs, places)
        seed = int(st.number_input("Random seed", 0, 9, 0, key="illusion_seed"))
        trained = training(text, seed)
        per_round = len(trained.pairs.c)
        rounds = st.slider(
            "Times through all pairs",
            0,
            ROUNDS,
            ROUNDS,
            5,
            key="rounds",
            help="Drag from 0: small random vectors, then one pair a step.",
        )
        show_sum = st.segmented_control(
            "Show", ["V", "V + U"], default="V", required=True, key="illusion_show"
        )
        V, U = trained.at(rounds * per_round)
        words = trained.pairs.words
        rows = [words.index(word) for word in DIAMOND]
    X, last = (V, trained.at(ROUNDS * per_round)[0])
    if show_sum == "V + U":
        X, last = V + U, sum(trained.at(ROUNDS * per_round))
    with picture:
        axes = typed_pairs.plane_of_four(last[rows])
        flat = (X[rows] - X[rows].mean(axis=0)) @ axes.T
        whole = (last[rows] - last[rows].mean(axis=0)) @ axes.T
        half = 1.35 * max(float(np.abs(whole).max()), float(np.abs(flat).max()), 0.3)
        plot(
            all_vectors(
                flat, np.zeros((0, 2)), DIAMOND, outline=(0, 1, 3, 2), half=half, rays=False
            ),
            key="diamond",
            height=470,
            name="four words",
            view=f"{text} {show_sum} {seed}",
        )
        st.caption(
            f"The four words in the plane of their largest differences ({show_sum}); equal scales."
        )
    cities, countries = closure(X, tuple(rows))
    name = "v" if show_sum == "V" else "(v{+}u)"
    a, b, c, d = DIAMOND
    left, right = st.columns(2, gap="large")
    left.latex(equations.parallel(a, b, c, d, cities, name))
    right.latex(equations.parallel(a, c, b, d, countries, name))
    closed = min(cities, countries)
    if closed >= 0.95:
        st.success(
            f"The diamond is closed: both pairs of sides are parallel (cos at least {closed:.3f})."
        )
    elif literal_pairs:
        st.warning(
            "These are the pairs that the notes name, and with them **V does not close**: "
            "Paris and Berlin stand beside *different* countries and beside each other, so nothing "
            "makes their difference that of France and Germany. Look at V + U: its city-to-country "
            "sides are nearly parallel, its city-to-city sides usually not."
        )
    elif not places and rounds:
        st.warning(
            "Open on V. Roles alone tell cities from countries, but nothing says in which way Paris "
            "differs from Berlin *and* France from Germany. (V + U may close even so: each word's u "
            "holds who stands beside it, and Paris stands beside France.)"
        )
    chance, agree = st.columns(2, gap="large")
    with chance:
        st.markdown("##### Luck? Ten random starts")
        found = ten_seeds(text)
        plot(
            compared_bars(
                [f"seed {s}" for s in range(SEEDS)],
                [("V", found[:, 0], theme.CENTER), ("V + U", found[:, 1], theme.SUM)],
                "cos of the less parallel sides",
                (-1, 1),
            ),
            key="seeds",
            height=360,
            name="ten seeds",
        )
        st.latex(
            rf"\text{{mean of ten, V: }} {equations.number(found[:, 0].mean())}, \quad"
            rf"\text{{V + U: }} {equations.number(found[:, 1].mean())}"
        )
    with agree:
        st.markdown("##### Do V and U agree?")
        cosines = [cosine(v, u) for v, u in zip(V, U, strict=True)]
        plot(
            compared_bars(words, [("cos", cosines, theme.ANSWER)], "cos(v_w, u_w)", (-1, 1)),
            key="agree",
            height=360,
            name="V and U",
        )
        st.caption(
            "Rarely: a word seldom stands beside itself, so its v and its u need not be alike."
        )
    with st.expander(f"The {per_round // 2} pairs, each trained in both directions"):
        st.code(text, language=None, wrap_lines=True)
    without = ten_seeds(pairs_text(False, False))[:, 0].mean()
    with_places = ten_seeds(pairs_text(False, True))[:, 0].mean()
    quiz(
        "the role contexts (capitol, city; country, border) alone: do they close the diamond on V?",
        ("yes", "no"),
        "yes" if without >= 0.95 else "no",
        f"Over ten starts the cosine is {without:.2f} on average without the place contexts, "
        f"{with_places:.2f} with them.",
        "Words with the same company are pulled the same way. Paris and Berlin share one kind of "
        "company (what is said of cities), Paris and France another (what is said of France). "
        "Each kind moves its words by the same amount, and two equal moves, crossed with two "
        "others, make a diamond. No one knew what an analogy is.",
    )


def pairs_text(literal_pairs: bool, places: bool) -> str:
    if literal_pairs:
        return typed_pairs.LITERAL
    parts = (typed_pairs.ROLES, typed_pairs.PLACES, typed_pairs.CITIES)
    return ", ".join(part for part in parts if places or part != typed_pairs.PLACES)
