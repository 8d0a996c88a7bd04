"""The playground: pairs typed directly, trained while you watch (as wevi does; Rong 2014)."""

import streamlit as st

from pages.lesson_pages.frame import quiz, remembered, sentence_here
from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import all_vectors
from w2v_core.figures.lessons.heat_map import heat_map
from w2v_core.lessons.plane import through_zero
from w2v_core.lessons.prediction import pair_losses
from w2v_core.lessons.typed_pairs import PRESETS, PairTraining, parse_pairs
from w2v_core.model.softmax import scores, softmax

QUESTION = "What do your own pairs do to the vectors?"
RICHER = False
OWN_NUMBERS = True
MOST_STEPS = 20_000
JUMPS = (1, 20, 100, 500)


@st.cache_resource(max_entries=30, show_spinner=False)
def training(text: str, dim: int, rate: float, seed: int) -> PairTraining:
    return PairTraining(parse_pairs(text), dim, rate, seed)


def show(_source) -> None:
    controls, picture = st.columns([5, 6], gap="large")
    with controls:
        remembered(address.PLAY_PAIRS, PRESETS["eat and drink"])
        with st.container(horizontal=True):
            for name, preset in PRESETS.items():
                st.button(name, on_click=deferred(begin), args=(preset,), key=f"preset {name}")
        text = st.text_area(
            "Training pairs: center|output, …",
            key="pairs",
            height=110,
            on_change=deferred(begin),
            bind="query-params",
        )
        a, b, c = st.columns(3)
        dim = int(
            a.number_input(
                "d", 2, 20, 5, key="play_dim", on_change=deferred(begin), bind="query-params"
            )
        )
        rate = b.select_slider(
            "α",
            (0.05, 0.1, 0.2, 0.5, 1.0),
            0.2,
            key="play_rate",
            on_change=deferred(begin),
            bind="query-params",
        )
        seed = int(
            c.number_input(
                "seed", 0, 999, 0, key="play_seed", on_change=deferred(begin), bind="query-params"
            )
        )
        with st.container(horizontal=True):
            for n in JUMPS:
                st.button(f"step {n}", on_click=deferred(go), args=(n,), key=f"jump {n}")
            st.button("reset", on_click=deferred(begin), icon=":material/restart_alt:")
        n = remembered(address.STEPS, 0, lambda steps: 0 <= steps <= MOST_STEPS)
        address.STEPS.set(n)
    with sentence_here():
        trained = training(text, dim, rate, seed)
        pairs = trained.pairs
        V, U = trained.at(n)
        losses = pair_losses(V, U, pairs.c, pairs.o)
        with controls:
            st.latex(
                rf"\text{{step }} {equations.number(n, 0)}:\quad \text{{mean}}\,(-\log p(o|c)) ="
                rf" {equations.number(losses.mean())}\ \text{{nats}}"
            )
            worst, best = int(losses.argmax()), int(losses.argmin())
            st.caption(
                "Learned best: "
                f"{short(pairs.words[pairs.c[best]])} → {short(pairs.words[pairs.o[best]])} "
                f"({losses[best]:.2f} nats); worst: {short(pairs.words[pairs.c[worst]])} → "
                f"{short(pairs.words[pairs.o[worst]])} ({losses[worst]:.2f})."
            )
        first, second = through_zero(V, U)
        with picture:
            plot(
                all_vectors(first, second, pairs.words),
                key="playground",
                height=470,
                name="vectors",
                view=f"{text} {n} {dim} {seed}",
            )
            st.caption(
                "Every vector: V blue discs, U orange diamonds; the plane in which they are longest, "
                "equal scales."
            )
        height = 90 + 22 * len(pairs.words)
        largest = max(float(abs(V).max()), float(abs(U).max()))
        coordinates = [f"{i + 1}" for i in range(dim)]
        for place, name, title, matrix, columns, most in zip(
            st.columns(3, gap="medium"),
            ("V", "U", "p"),
            ("V, a row a word", "U, a row a word", "p(o|c), c down, o across"),
            (V, U, softmax(scores(V, U))),
            (coordinates, coordinates, pairs.words),
            (largest, largest, 1.0),
            strict=True,
        ):
            with place:
                st.markdown(f"##### {title}")
                plot(
                    heat_map(matrix, pairs.words, columns, largest=most, value=name, bar=False),
                    key=f"weights-{name}",
                    height=height,
                    name=f"weights {name}",
                )
    quiz(
        "in a loop a|b, b|c, …, h|a, what does v of a learn to point to?",
        ("u of b", "v of b", "u of a"),
        "u of b",
        "The pair a → b raises v_a · u_b, and nothing else of b. Train the loop and look.",
        "v_c is pulled to the outputs seen beside c. Two words with the same outputs end up with "
        "the same v: that is all the model knows of meaning.",
    )


def begin(pairs: str | None = None) -> None:
    st.session_state["steps"] = 0
    if pairs is not None:
        st.session_state["pairs"] = pairs


def go(n: int) -> None:
    st.session_state["steps"] = min(st.session_state.get("steps", 0) + n, MOST_STEPS)
