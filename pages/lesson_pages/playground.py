"""The playground: typed pairs, trained while you watch (like wevi; Rong 2014)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.lesson_pages.frame import quiz, remembered, sentence_here
from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import short
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import all_vectors
from w2v_core.figures.lessons.heat_map import heat_map
from w2v_core.lessons.plane import through_zero
from w2v_core.lessons.prediction import pair_losses
from w2v_core.lessons.typed_pairs import PRESETS, PairTraining, TypedPairs, parse_pairs
from w2v_core.model.softmax import scores, softmax

QUESTION = "What do your own pairs do to the vectors?"
RICHER = False
OWN_NUMBERS = True
MOST_STEPS = 20_000
JUMPS = (1, 20, 100, 500)


@st.cache_resource(max_entries=30, show_spinner=False)
def training(text: str, dim: int, rate: float, seed: int) -> PairTraining:
    return PairTraining(parse_pairs(text), dim, rate, seed)


@dataclass(frozen=True)
class Settings:
    """The typed pairs, the settings of their training, and the number of steps taken."""

    text: str
    dim: int
    rate: float
    seed: int
    steps: int


def show(_source) -> None:
    controls, picture = st.columns([5, 6], gap="large")
    with controls:
        settings = choose_settings()
    with sentence_here():
        trained = training(settings.text, settings.dim, settings.rate, settings.seed)
        V, U = trained.at(settings.steps)
        with controls:
            show_losses(trained.pairs, V, U, settings.steps)
        with picture:
            show_vectors(settings, trained.pairs.words, V, U)
        show_matrices(trained.pairs.words, V, U)
    quiz(
        "in a loop a|b, b|c, …, h|a, towards which vector does the v of a turn?",
        ("u of b", "v of b", "u of a"),
        "u of b",
        "The pair a → b raises v_a · u_b, and involves no other vector of b. Train the loop and look.",
        "v_c is pulled towards the output vectors of the words seen with c. Two words with the same "
        "outputs end up with the same v. The model knows nothing else about meaning.",
    )


def choose_settings() -> Settings:
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
    dim = a.number_input(
        "d",
        2,
        20,
        5,
        key="play_dim",
        on_change=deferred(begin),
        bind="query-params",
        help=explanation("dimensions"),
    )
    rate = b.select_slider(
        "α",
        (0.05, 0.1, 0.2, 0.5, 1.0),
        0.2,
        key="play_rate",
        on_change=deferred(begin),
        bind="query-params",
        help=explanation("learning rate"),
    )
    seed = c.number_input(
        "seed",
        0,
        999,
        0,
        key="play_seed",
        on_change=deferred(begin),
        bind="query-params",
        help=explanation("seed"),
    )
    with st.container(horizontal=True):
        for n in JUMPS:
            st.button(f"step {n}", on_click=deferred(go), args=(n,), key=f"jump {n}")
        st.button("reset", on_click=deferred(begin), icon=":material/restart_alt:")
    steps = remembered(address.STEPS, 0, lambda steps: 0 <= steps <= MOST_STEPS)
    address.STEPS.set(steps)
    return Settings(text, int(dim), rate, int(seed), steps)


def show_losses(pairs: TypedPairs, V: np.ndarray, U: np.ndarray, steps: int) -> None:
    losses = pair_losses(V, U, pairs.c, pairs.o)
    st.latex(
        rf"\text{{step }} {equations.number(steps, 0)}:\quad \text{{mean}}\,(-\log p(o|c)) ="
        rf" {equations.number(losses.mean())}\ \text{{nats}}"
    )

    def described(i: int) -> str:
        center, output = pairs.words[pairs.c[i]], pairs.words[pairs.o[i]]
        return f"{short(center)} → {short(output)} ({losses[i]:.2f} nats)"

    st.caption(
        f"The pair learned best is {described(int(losses.argmin()))}; the worst is "
        f"{described(int(losses.argmax()))}."
    )


def show_vectors(settings: Settings, words: Sequence[str], V: np.ndarray, U: np.ndarray) -> None:
    first, second = through_zero(V, U)
    plot(
        all_vectors(first, second, words),
        key="playground",
        height=470,
        name="vectors",
        view=f"{settings.text} {settings.steps} {settings.dim} {settings.seed}",
    )
    st.caption(
        "All vectors in the plane in which they are longest, with equal scales. Blue discs are V, "
        "orange diamonds are U."
    )


def show_matrices(words: Sequence[str], V: np.ndarray, U: np.ndarray) -> None:
    coordinates = [f"{i + 1}" for i in range(V.shape[1])]
    largest = max(float(abs(V).max()), float(abs(U).max()))
    for place, name, title, matrix, columns, most in zip(
        st.columns(3, gap="medium"),
        ("V", "U", "p"),
        ("V, one row per word", "U, one row per word", "p(o|c), rows c, columns o"),
        (V, U, softmax(scores(V, U))),
        (coordinates, coordinates, words),
        (largest, largest, 1.0),
        strict=True,
    ):
        with place:
            st.markdown(f"### {title}")
            plot(
                heat_map(matrix, words, columns, largest=most, value=name, bar=False),
                key=f"weights-{name}",
                height=90 + 22 * len(words),
                name=f"weights {name}",
            )


def begin(pairs: str | None = None) -> None:
    st.session_state["steps"] = 0
    if pairs is not None:
        st.session_state["pairs"] = pairs


def go(n: int) -> None:
    st.session_state["steps"] = min(st.session_state.get("steps", 0) + n, MOST_STEPS)
