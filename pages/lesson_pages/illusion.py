"""Lesson 7: the illusion, explained."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.lesson_pages.frame import quiz, remembered
from pages.parts import address
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import forming
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.lessons import typed_pairs
from w2v_core.lessons.typed_pairs import DIAMOND, PairTraining, closure, cosine, parse_pairs

QUESTION = "Why do pairs of words become parallel, if nobody told the model about pairs?"
RICHER = False
OWN_NUMBERS = True  # trained on this page, independently of the open model
ROUNDS = 200  # passes over all pairs
EVERY = 5  # passes between two frames
SEEDS = 10
CLOSED = 0.95  # the cosine from which a pair of sides counts as parallel
PRESETS = ("role and place contexts", "the notes' literal pairs")


@st.cache_resource(max_entries=40, show_spinner=False)
def training(text: str, seed: int) -> PairTraining:
    return PairTraining(parse_pairs(text, both_directions=True), 8, 0.1, seed)


@st.cache_data(max_entries=40, show_spinner="Training from ten random starts …")
def ten_seeds(text: str) -> np.ndarray:
    return typed_pairs.closure_over_seeds(text, SEEDS, ROUNDS)


@st.cache_data(max_entries=40, show_spinner=False)
def passes(text: str, seed: int, which: str) -> list[tuple[int, np.ndarray]]:
    """The vectors (4, d) of the four words after every few passes over all pairs."""
    trained = training(text, seed)
    rows = [trained.pairs.words.index(word) for word in DIAMOND]
    found = []
    for number in range(0, ROUNDS + 1, EVERY):
        V, U = trained.at(number * len(trained.pairs.c))
        found.append((number, (V if which == "V" else V + U)[rows]))
    return found


@dataclass(frozen=True)
class Trained:
    """A training of typed pairs: what was chosen, and V, U and V or V + U at the chosen epoch."""

    text: str
    literal_pairs: bool
    places: bool
    seed: int
    which: str
    rounds: int
    words: list[str]
    V: np.ndarray
    U: np.ndarray
    sides: tuple[float, float]

    @property
    def n_pairs(self) -> int:
        """The number of typed pairs, without their reverse."""
        return len(training(self.text, self.seed).pairs.c) // 2


def show(_source) -> None:
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        trained = choose_training()
    with picture:
        show_four_words(trained)
    with controls:
        show_sides()
    explain_diamond(trained)
    chance, agree = st.columns(2, gap="large")
    with chance:
        show_random_starts(trained.text)
    with agree:
        show_agreement(trained)
    with st.expander(f"The {trained.n_pairs} pairs, each trained in both directions"):
        st.code(trained.text, language=None, wrap_lines=True)
    ask_about_roles()


def choose_training() -> Trained:
    preset = st.segmented_control(
        "Pairs", PRESETS, default=PRESETS[0], required=True, key="illusion", bind="query-params"
    )
    literal_pairs = preset == PRESETS[1]
    places = True
    if not literal_pairs:
        places = st.toggle(
            "Words about France also occur with Paris",
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
            "Random seed",
            0,
            SEEDS - 1,
            0,
            key="illusion_seed",
            bind="query-params",
            help=explanation("seed"),
        )
    )
    rounds = remembered(address.ROUNDS, ROUNDS, lambda n: n in range(0, ROUNDS + 1, EVERY))
    address.ROUNDS.set(rounds)
    pairs = training(text, seed).pairs
    V, U = training(text, seed).at(rounds * len(pairs.c))
    a, b, c, d = (pairs.words.index(word) for word in DIAMOND)
    sides = closure(V if which == "V" else V + U, (a, b, c, d))
    st.caption(
        f"{len(pairs.c) // 2} pairs and their reverse, {len(pairs.c)} in all, are trained as in the "
        "notes, with nothing added: from small random vectors, one pair per step, α = 0.1, d = 8. "
        f"The figure shows the vectors after {rounds} passes; ▶ plays all passes from the start."
    )
    return Trained(text, literal_pairs, places, seed, which, rounds, list(pairs.words), V, U, sides)


def show_four_words(trained: Trained) -> None:
    found = passes(trained.text, trained.seed, trained.which)
    flat = typed_pairs.in_last_plane(found)
    half = 1.25 * max(float(np.abs(at).max()) for _, at in flat)
    opens = trained.rounds == ROUNDS  # an address may name another pass, which then stays
    plot(
        forming(flat, DIAMOND, (0, 1, 3, 2), half, [said_of(at, trained.which) for _, at in found]),
        key="diamond",
        height=480,
        name="four words",
        view=f"{trained.text} {trained.which} {trained.seed}",
        start_pass=trained.rounds,
        play=f"{trained.text} {trained.which} {trained.seed}" if opens else None,
        on_pass=came_to,
    )
    st.caption(
        f"The four words ({trained.which}) in the plane in which they differ most, with equal "
        "scales. One pass goes once through all pairs."
    )


def said_of(four: np.ndarray, which: str) -> list[str]:
    """What stands below the film while these four vectors (4, d) are shown: how parallel the opposite
    sides are, and whether the diamond is closed."""
    one, two, three, last = (f"v_{word}" if which == "V" else f"(v+u)_{word}" for word in DIAMOND)
    sides = closure(four, (0, 1, 2, 3))
    return [
        f"cos({two} − {one}, {last} − {three}) = {sides[0]:.3f}",
        f"cos({three} − {one}, {last} − {two}) = {sides[1]:.3f}",
        "The diamond is closed: both pairs of sides are parallel."
        if min(sides) >= CLOSED
        else "The diamond is open.",
    ]


def show_sides() -> None:
    """What the numbers below the film measure."""
    st.markdown(
        "The two cosines below the film compare **opposite sides** of the quadrilateral, in all eight "
        "dimensions. A cosine of 1 means that the sides are parallel; the diamond counts as closed "
        f"where both are at least {CLOSED:.2f}."
    )


def explain_diamond(trained: Trained) -> None:
    """If the diamond is not closed at the end of the film, why."""
    if min(trained.sides) >= CLOSED:
        return
    if trained.literal_pairs:
        st.warning(
            "These are the pairs that the notes name, and with them **V does not close**: Paris and "
            "Berlin occur with *different* countries and with each other, so nothing makes their "
            "difference equal to that of France and Germany. Look at V + U: its city-to-country "
            "sides are nearly parallel, its city-to-city sides usually not."
        )
    elif not trained.places and trained.rounds:
        st.warning(
            "The diamond is open on V. Roles alone distinguish cities from countries, but nothing "
            "makes Paris differ from Berlin in the same way as France from Germany. (V + U may "
            "close even so: the u of a word reflects the words that occur with it, and Paris occurs "
            "with France.)"
        )


def show_random_starts(text: str) -> None:
    st.markdown("### Is it luck? Ten random starts")
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


def show_agreement(trained: Trained) -> None:
    st.markdown("### Do V and U agree?")
    cosines = [cosine(v, u) for v, u in zip(trained.V, trained.U, strict=True)]
    plot(
        compared_bars(trained.words, [("cos", cosines, theme.ANSWER)], "cos(v_w, u_w)", (-1, 1)),
        key="agree",
        height=340,
        name="V and U",
    )
    st.caption(
        "They rarely do: a word seldom occurs near itself, so its v and its u need not be similar."
    )


def ask_about_roles() -> None:
    """The closing question: what the place contexts contribute."""
    without = ten_seeds(pairs_text(False, False))[:, 0].mean()
    with_places = ten_seeds(pairs_text(False, True))[:, 0].mean()
    quiz(
        "do the role contexts alone (capitol, city; country, border) close the diamond on V?",
        ("yes", "no"),
        "yes" if without >= 0.95 else "no",
        f"Over ten starts the mean cosine is {without:.2f} without the place contexts and "
        f"{with_places:.2f} with them.",
        "Words with the same contexts are pulled in the same direction. Paris and Berlin share one "
        "kind of context (words about cities), Paris and France another (words about France). Each "
        "kind moves its words by the same amount, and two equal moves in one direction, combined "
        "with two equal moves in another, form a diamond. The model was never told what an analogy "
        "is.",
    )


def came_to(number: int) -> None:
    st.session_state["rounds"] = number


def pairs_text(literal_pairs: bool, places: bool) -> str:
    if literal_pairs:
        return typed_pairs.LITERAL
    parts = (typed_pairs.ROLES, typed_pairs.PLACES, typed_pairs.CITIES)
    return ", ".join(part for part in parts if places or part != typed_pairs.PLACES)
