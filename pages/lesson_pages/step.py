"""Lesson 6: one step."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.lesson_pages.frame import Source, counted, expected_beside, pick, quiz
from pages.parts.displayed_text import short, shown_as
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import Arrow, arrows
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.loss_lines import loss_lines
from w2v_core.lessons import one_step
from w2v_core.lessons.pair_table import pairs_of
from w2v_core.lessons.plane import enlarged, lengths

QUESTION = "The text contains one pair. Which vectors move, and where to?"
RICHER = False
RATES = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 20.0, 100.0)
STARTS = {"trained": "as trained", "random": "small random", "zero": "zero"}
MOST_MOVED = 3


@st.cache_resource(max_entries=20, show_spinner=False)
def steps(key: str, _source: Source, begin: str, c: int, o: int, rate: float, times: int):
    V, U = one_step.start(_source.model.V, _source.model.U, begin)
    N = counted(_source)
    around = None if N is None else pairs_of(N, c)
    return one_step.one_step(V, U, c, o, rate, _source.log_q, times, around)


@st.cache_data(max_entries=50, show_spinner=False)
def checked_gradient(key: str, _source: Source, begin: str, c: int, o: int):
    V, U = one_step.start(_source.model.V, _source.model.U, begin)
    return one_step.check_gradient(V, U, c, o, _source.log_q)


@dataclass(frozen=True)
class Chosen:
    """The pair of words, the size, number and start of the steps, and the rows of the pair."""

    c: str
    o: str
    row_c: int
    row_o: int
    rate: float
    times: int
    begin: str
    climb: bool

    @property
    def signed_rate(self) -> float:
        return -self.rate if self.climb else self.rate


def show(source: Source) -> None:
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        chosen = choose(source)
    done = steps(
        source.key,
        source,
        chosen.begin,
        chosen.row_c,
        chosen.row_o,
        chosen.signed_rate,
        chosen.times,
    )
    most_moved = (-done.moved).argsort(kind="stable")[: MOST_MOVED + 1]
    moved = [row for row in most_moved if row != chosen.row_o][:MOST_MOVED]
    with picture:
        show_movement(source, chosen, done, moved)
    with controls:
        sizes = lengths([done.pull, done.push, done.v_after - done.v])
        st.latex(equations.center_step(chosen.signed_rate, *sizes))
    explain(done, chosen)
    numbers, curve, checked = st.columns(3, gap="medium")
    with numbers:
        show_numbers(source, chosen, done, moved)
    with curve:
        show_losses(done)
    with checked:
        show_gradient_check(source, chosen)
    ask_which_moves_more(source, chosen, done)


def choose(source: Source) -> Chosen:
    first, second = st.columns(2)
    with first:
        c = pick("Center word c", "center", source, "Berlin", "king")
    with second:
        expected = expected_beside(source, c)
        o = pick("Output word o", "output", source, "Germany", "queen", expected, skip=(c,))
    rate = st.select_slider(
        "Learning rate α",
        RATES,
        value=0.1,
        key="rate",
        bind="query-params",
        help=explanation("learning rate"),
    )
    times = st.segmented_control(
        "Take the step",
        [1, 10, 100],
        default=1,
        required=True,
        format_func=lambda n: f"×{n}",
        key="times",
        bind="query-params",
    )
    begin = st.segmented_control(
        "Start from vectors",
        list(STARTS),
        default="trained",
        required=True,
        format_func=shown_as(STARTS),
        key="begin",
        bind="query-params",
    )
    climb = st.toggle(
        "Flip the sign: add the gradient",
        key="climb",
        bind="query-params",
        help=explanation("wrong sign"),
    )
    return Chosen(c, o, source.row(c), source.row(o), rate, times, begin, climb)


def show_movement(source: Source, chosen: Chosen, done: one_step.Step, moved: list[int]) -> None:
    basis = one_step.plane(done.v, done.v_after - done.v, done.pull)
    shown, times_larger = drawn(done, basis, source.model.words, chosen, moved)
    plot(
        arrows(shown),
        key="step",
        height=430,
        name="one step",
        view=f"{source.key} {chosen.begin} {chosen.c} {chosen.o} {chosen.rate} {chosen.times} "
        f"{chosen.climb}",
    )
    larger = "" if times_larger == 1 else f", drawn {times_larger:g} times as long"
    st.caption(
        "The plane of the step; faint arrows show the vectors before it, strong ones after it. "
        f"Blue: v of {short(chosen.c)}. Orange: u of {short(chosen.o)}. Grey: the other u that move "
        "most. Dotted, from the old tip of v: the two parts of the "
        f"{'first ' if chosen.times > 1 else ''}step, α u_o and −α Σ p(w|c) u_w{larger}."
    )


def show_numbers(source: Source, chosen: Chosen, done: one_step.Step, moved: list[int]) -> None:
    """Probability and loss before and after, and how the output vectors move."""
    st.markdown("### Before → after")
    row_o = chosen.row_o
    st.latex(
        equations.before_after(
            float(done.p[row_o]),
            float(done.p_after[row_o]),
            done.losses[0],
            done.losses[-1],
            (done.all_losses[0], done.all_losses[-1]) if done.all_losses else None,
        )
    )
    other = moved[0] if moved else None
    st.latex(
        equations.output_step(
            chosen.o,
            None if other is None else source.model.words[other],
            float(done.p[row_o] - 1),
            None if other is None else float(done.p[other]),
        )
    )


def show_losses(done: one_step.Step) -> None:
    st.markdown("### The loss, step by step")
    series = [("this pair", done.losses, theme.CENTER, "solid")]
    if done.all_losses:
        series.append(("all pairs of c", done.all_losses, theme.PUSH, "dash"))
    plot(loss_lines(series, "steps"), key="step-loss", height=280, name="loss")


def show_gradient_check(source: Source, chosen: Chosen) -> None:
    st.markdown("### Is the gradient right?")
    check = checked_gradient(source.key, source, chosen.begin, chosen.row_c, chosen.row_o)
    plot(
        compared_bars(
            [f"coordinate {i + 1}" for i in range(len(check.formula))],
            [
                ("Uᵀ(ŷ − y)", check.formula, theme.CENTER),
                ("finite differences", check.differences, theme.OUTPUT),
            ],
            "∂J/∂v_c",
        ),
        key="check",
        height=280,
        name="gradient check",
    )
    st.caption(
        "The formula is compared with (J(v + h) − J(v − h)) / 2h, where h is a small change of one "
        f"coordinate of v. They differ by at most {check.error:.0e} of the largest coordinate."
    )


def ask_which_moves_more(source: Source, chosen: Chosen, done: one_step.Step) -> None:
    """The closing question: the more probable a word was, the more it is pushed away."""
    words = source.model.words
    others = [
        row for row in (-done.p).argsort(kind="stable") if row not in (chosen.row_o, chosen.row_c)
    ]
    near, far = int(others[0]), int(others[min(30, len(others) - 1)])
    once = steps(source.key, source, chosen.begin, chosen.row_c, chosen.row_o, chosen.rate, 1)
    if once.moved[near] == once.moved[far]:
        quiz(
            f"which is pushed away more by one step: {short(words[near])} or {short(words[far])}?",
            (words[near], words[far], "neither"),
            "neither",
            f"Both move by {once.moved[near]:.3g}.",
            ANSWER,
        )
        return
    more = near if once.moved[near] > once.moved[far] else far
    less = far if more == near else near
    first, second = sorted((near, far))
    quiz(
        f"which is pushed away more by one step: {short(words[first])} or {short(words[second])}?",
        (words[first], words[second]),
        words[more],
        f"It moves by {once.moved[more]:.3g}, and {short(words[less])} by {once.moved[less]:.3g}. "
        "The more strongly the model expected a word that was not there, the further the step "
        f"pushes it away (p = {once.p[more]:.3g} against {once.p[less]:.3g}).",
        ANSWER,
    )


ANSWER = (
    "The center vector moves a little towards the output vector of the observed word, and away "
    "from the mean of all output vectors, weighted by their probabilities. The observed output "
    "vector moves towards the center vector, and all others move a little away from it."
)


def drawn(
    done: one_step.Step, basis, words: Sequence[str], chosen: Chosen, moved: list[int]
) -> tuple[list[Arrow], float]:
    """The arrows, and the factor by which the two parts of the step are enlarged."""
    row_o, climb = chosen.row_o, chosen.climb
    flat = done.v @ basis.T
    arrows_ = [
        Arrow(flat, "", color=theme.CENTER, faint=True),
        Arrow(done.U[row_o] @ basis.T, "", color=theme.OUTPUT, faint=True),
    ]
    for row in moved:
        arrows_.append(Arrow(done.U[row] @ basis.T, "", color=theme.QUIET, faint=True, width=2))
        arrows_.append(
            Arrow(
                done.U_after[row] @ basis.T,
                words[row],
                color=theme.QUIET,
                width=2,
                note=f"p = {done.p[row]:.3g}",
            )
        )
    sign = -1 if climb else 1
    ends = [done.v, done.v_after, done.U[row_o], done.U_after[row_o]]
    longer = enlarged(chosen.rate * max(lengths([done.pull, done.push])), max(lengths(ends)))
    for part, color, name in (
        (done.pull, theme.PUSH if climb else theme.PULL, "now repels" if climb else "attracts"),
        (
            done.push,
            theme.PULL if climb else theme.PUSH,
            "now attracts" if climb else "repels",
        ),
    ):
        arrows_.append(
            Arrow(
                flat + sign * longer * chosen.rate * (part @ basis.T),
                name,
                start=flat,
                color=color,
                dash="dot",
                width=2.5,
            )
        )
    arrows_.append(Arrow(done.U_after[row_o] @ basis.T, words[row_o], color=theme.OUTPUT))
    arrows_.append(Arrow(done.v_after @ basis.T, chosen.c, color=theme.CENTER))
    return arrows_, longer


def explain(done: one_step.Step, chosen: Chosen) -> None:
    """Explain in a sentence what is special about this step, if anything is."""
    if not done.moved.any() and (done.v == done.v_after).all():
        st.info(
            "Nothing moves. The gradient for V is made of vectors in U and the gradient for U of "
            "vectors in V, and all of them are zero. This is why training starts from small random "
            "numbers.",
            icon=":material/pause_circle:",
        )
    elif chosen.climb and done.losses[-1] > done.losses[0]:
        st.warning(
            "With the sign flipped, the step increases the loss: the pair becomes *less* likely.",
            icon=":material/trending_up:",
        )
    elif max(done.losses) > done.losses[0] + 1e-9:
        st.warning(
            f"α = {chosen.rate:g} is too large: the step overshoots, so the loss rises at first, and the "
            "pair may not be learned at all.",
            icon=":material/warning:",
        )
    elif done.all_losses and done.all_losses[-1] > done.all_losses[0] + 0.5:
        st.warning(
            "The step overshoots: this pair is learned, but the mean loss of all pairs of the center "
            f"word rose from {done.all_losses[0]:.2f} to {done.all_losses[-1]:.2f} nats. Many small "
            "steps over many pairs find a balance; one large step cannot.",
            icon=":material/warning:",
        )
