"""Lesson 7: the illusion, explained."""

import numpy as np
import streamlit as st

from pages.lesson_pages.frame import quiz, remembered
from pages.parts import address
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import forming
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.lessons import typed_pairs
from w2v_core.lessons.typed_pairs import DIAMOND, PairTraining, closure, cosine, parse_pairs

QUESTION = "Why do pairs of words become parallel, if nobody told the model about pairs?"
RICHER = False
OWN_NUMBERS = True  # trained on this page, whatever model is open
ROUNDS = 200  # times through all pairs
EVERY = 5  # of them there is a picture
SEEDS = 10
PRESETS = ("role and place contexts", "the notes' literal pairs")


@st.cache_resource(max_entries=40, show_spinner=False)
def training(text: str, seed: int) -> PairTraining:
    return PairTraining(parse_pairs(text, both_directions=True), 8, 0.1, seed)


@st.cache_data(max_entries=40, show_spinner="Training from ten random starts …")
def ten_seeds(text: str) -> np.ndarray:
    return typed_pairs.closure_over_seeds(text, SEEDS, ROUNDS)


@st.cache_data(max_entries=40, show_spinner=False)
def passes(text: str, seed: int, which: str) -> list[tuple[int, np.ndarray]]:
    """The four words' vectors (4, d) after every few times through all pairs."""
    trained = training(text, seed)
    rows = [trained.pairs.words.index(word) for word in DIAMOND]
    found = []
    for number in range(0, ROUNDS + 1, EVERY):
        V, U = trained.at(number * len(trained.pairs.c))
        found.append((number, (V if which == "V" else V + U)[rows]))
    return found


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
                bind="query-params",
            )
        text = pairs_text(literal_pairs, places)
        show_sum, number = st.columns(2)
        which = show_sum.segmented_control(
            "Show",
            ["V", "V + U"],
            default="V",
            required=True,
            key="illusion_show",
            bind="query-params",
        )
        seed = int(
            number.number_input(
                "Random seed", 0, SEEDS - 1, 0, key="illusion_seed", bind="query-params"
            )
        )
        trained = training(text, seed)
        rounds = remembered(address.ROUNDS, ROUNDS, lambda n: n in range(0, ROUNDS + 1, EVERY))
        address.ROUNDS.set(rounds)
        V, U = trained.at(rounds * len(trained.pairs.c))
        words = trained.pairs.words
        rows = [words.index(word) for word in DIAMOND]
        X = V if which == "V" else V + U
        st.caption(
            f"{len(trained.pairs.c)} pairs in all, {len(trained.pairs.c) // 2} and their reverse, from "
            "small random vectors, one pair a step, α = 0.1, d = 8: the notes' own training, nothing "
            f"more. The picture stands after {rounds} times through them; ▶ plays them from the start."
        )
    found = passes(text, seed, which)
    flat = typed_pairs.in_last_plane(found)
    half = 1.25 * max(float(np.abs(at).max()) for _, at in flat)
    with picture:
        plot(
            forming(flat, DIAMOND, (0, 1, 3, 2), half),
            key="diamond",
            height=430,
            name="four words",
            view=f"{text} {which} {seed}",
            start_pass=rounds,
            on_pass=came_to,
        )
        st.caption(
            f"The four words ({which}) in the plane of their largest differences; equal scales. A pass "
            "is once through all pairs."
        )
    a, b, c, d = rows
    cities, countries = closure(X, (a, b, c, d))
    name = "v" if which == "V" else "(v{+}u)"
    with controls:
        one, two, three, four = DIAMOND
        st.latex(equations.parallel(one, two, three, four, cities, name))
        st.latex(equations.parallel(one, three, two, four, countries, name))
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
        over_seeds = ten_seeds(text)
        plot(
            compared_bars(
                [f"seed {s}" for s in range(SEEDS)],
                [("V", over_seeds[:, 0], theme.CENTER), ("V + U", over_seeds[:, 1], theme.SUM)],
                "cos of the less parallel sides",
                (-1, 1),
            ),
            key="seeds",
            height=340,
            name="ten seeds",
        )
        st.latex(
            rf"\text{{mean of ten, V: }} {equations.number(over_seeds[:, 0].mean())}, \quad"
            rf"\text{{V + U: }} {equations.number(over_seeds[:, 1].mean())}"
        )
    with agree:
        st.markdown("##### Do V and U agree?")
        cosines = [cosine(v, u) for v, u in zip(V, U, strict=True)]
        plot(
            compared_bars(words, [("cos", cosines, theme.ANSWER)], "cos(v_w, u_w)", (-1, 1)),
            key="agree",
            height=340,
            name="V and U",
        )
        st.caption(
            "Rarely: a word seldom stands beside itself, so its v and its u need not be alike."
        )
    with st.expander(f"The {len(trained.pairs.c) // 2} pairs, each trained in both directions"):
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


def came_to(number: int) -> None:
    st.session_state["rounds"] = number


def pairs_text(literal_pairs: bool, places: bool) -> str:
    if literal_pairs:
        return typed_pairs.LITERAL
    parts = (typed_pairs.ROLES, typed_pairs.PLACES, typed_pairs.CITIES)
    return ", ".join(part for part in parts if places or part != typed_pairs.PLACES)
