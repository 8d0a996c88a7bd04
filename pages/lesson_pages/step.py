"""Lesson 6: one step."""

import streamlit as st

from pages.lesson_pages.frame import Source, counted, expected_beside, pick, quiz
from pages.parts.displayed_text import short, shown_as
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import Arrow, arrows
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.loss_lines import loss_lines
from w2v_core.lessons import one_step
from w2v_core.lessons.pair_table import pairs_of
from w2v_core.lessons.plane import enlarged, lengths

QUESTION = "The text shows one pair. What moves, and where to?"
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


def show(source: Source) -> None:
    model = source.model
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        first, second = st.columns(2)
        with first:
            c = pick("Center word c", "center", source, "Berlin", "king")
        with second:
            o = pick(
                "Output word o",
                "output",
                source,
                "Germany",
                "queen",
                expected_beside(source, c),
                skip=(c,),
            )
        rate = st.select_slider(
            "Learning rate α", RATES, value=0.1, key="rate", bind="query-params"
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
            "Begin with vectors",
            list(STARTS),
            default="trained",
            required=True,
            format_func=shown_as(STARTS),
            key="begin",
            bind="query-params",
        )
        climb = st.toggle("Flip the sign: add the gradient", key="climb", bind="query-params")
    row_c, row_o = source.row(c), source.row(o)
    done = steps(source.key, source, begin, row_c, row_o, -rate if climb else rate, times)
    check = checked_gradient(source.key, source, begin, row_c, row_o)
    basis = one_step.plane(done.v, done.v_after - done.v, done.pull)
    moved = [row for row in (-done.moved).argsort(kind="stable")[: MOST_MOVED + 1] if row != row_o]
    moved = moved[:MOST_MOVED]
    with picture:
        shown, times_larger = drawn(done, basis, model.words, c, row_o, moved, rate, climb)
        plot(
            arrows(shown),
            key="step",
            height=430,
            name="one step",
            view=f"{source.key} {begin} {c} {o} {rate} {times} {climb}",
        )
        larger = "" if times_larger == 1 else f", drawn {times_larger:g} times as long"
        st.caption(
            f"The plane of the step. Faint: before; strong: after. Blue: v of {short(c)}; orange: u "
            f"of {short(o)}; grey: the u that move most besides. Dotted, from the old tip of v: the "
            f"two parts of the {'first ' if times > 1 else ''}step, α u_o and −α Σ p(w|c) u_w{larger}."
        )
    sizes = lengths([done.pull, done.push, done.v_after - done.v])
    with controls:
        st.latex(equations.center_step(-rate if climb else rate, *sizes))
    say(done, begin, climb, rate)
    numbers, curve, checked = st.columns(3, gap="medium")
    with numbers:
        st.markdown("##### Before → after")
        other = moved[0] if moved else None
        st.latex(
            equations.before_after(
                float(done.p[row_o]),
                float(done.p_after[row_o]),
                done.losses[0],
                done.losses[-1],
                (done.all_losses[0], done.all_losses[-1]) if done.all_losses else None,
            )
        )
        st.latex(
            equations.output_step(
                o,
                None if other is None else model.words[other],
                float(done.p[row_o] - 1),
                None if other is None else float(done.p[other]),
            )
        )
    with curve:
        st.markdown("##### The loss, step by step")
        plot(
            loss_lines(
                [
                    ("this pair", done.losses, theme.CENTER, "solid"),
                    ("all pairs of c", done.all_losses, theme.PUSH, "dash"),
                ][: 2 if done.all_losses else 1],
                "steps",
            ),
            key="step-loss",
            height=280,
            name="loss",
        )
    with checked:
        st.markdown("##### Is the gradient right?")
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
            "The formula, and (J(v + h) − J(v − h)) / 2h: each coordinate of v moved a little each "
            f"way. They differ by at most {check.error:.0e} of the largest."
        )
    first_order = [row for row in (-done.p).argsort(kind="stable") if row not in (row_o, row_c)]
    near, far = int(first_order[0]), int(first_order[min(30, len(first_order) - 1)])
    once = steps(source.key, source, begin, row_c, row_o, rate, 1)
    if once.moved[near] == once.moved[far]:
        quiz(
            f"which gets pushed away more by one step: {short(model.words[near])} or "
            f"{short(model.words[far])}?",
            (model.words[near], model.words[far], "neither"),
            "neither",
            f"Both move by {once.moved[near]:.3g}.",
            ANSWER,
        )
    else:
        more = near if once.moved[near] > once.moved[far] else far
        less = far if more == near else near
        quiz(
            f"which gets pushed away more by one step: {short(model.words[min(near, far)])} or "
            f"{short(model.words[max(near, far)])}?",
            (model.words[min(near, far)], model.words[max(near, far)]),
            model.words[more],
            f"It moves by {once.moved[more]:.3g}, {short(model.words[less])} by "
            f"{once.moved[less]:.3g}: the more the model expected a word that was not there "
            f"(p = {once.p[more]:.3g} against {once.p[less]:.3g}), the harder it is pushed.",
            ANSWER,
        )


ANSWER = (
    "The center vector moves a little towards the output vector it was seen with, and away from "
    "the average of all output vectors, weighed by how much the model expected them. The output "
    "vector moves towards the center; all others a little away from it."
)


def drawn(done, basis, words, c, row_o, moved, rate, climb) -> tuple[list[Arrow], float]:
    """The arrows, and how many times as long as they are the two parts of the step are drawn."""
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
    longer = enlarged(rate * max(lengths([done.pull, done.push])), max(lengths(ends)))
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
                flat + sign * longer * rate * (part @ basis.T),
                name,
                start=flat,
                color=color,
                dash="dot",
                width=2.5,
            )
        )
    arrows_.append(Arrow(done.U_after[row_o] @ basis.T, words[row_o], color=theme.OUTPUT))
    arrows_.append(Arrow(done.v_after @ basis.T, c, color=theme.CENTER))
    return arrows_, longer


def say(done, begin: str, climb: bool, rate: float) -> None:
    """What happened, in a sentence."""
    if not done.moved.any() and (done.v == done.v_after).all():
        st.info(
            "Nothing moves. Each side's gradient is made of the other side's vectors, and all of "
            "these are zero: that is why training begins from small random numbers.",
            icon=":material/pause_circle:",
        )
    elif climb and done.losses[-1] > done.losses[0]:
        st.warning(
            "With the sign flipped the step climbs: the pair becomes *less* likely. Signs matter.",
            icon=":material/trending_up:",
        )
    elif max(done.losses) > done.losses[0] + 1e-9:
        st.warning(
            f"α = {rate:g} is too large: the step overshoots, and the loss rises on the way before "
            "the pair is learned, if it is.",
            icon=":material/warning:",
        )
    elif done.all_losses and done.all_losses[-1] > done.all_losses[0] + 0.5:
        st.warning(
            f"It overshoots: this pair is learned, but the loss of all that stands beside the center "
            f"word rose from {done.all_losses[0]:.2f} to {done.all_losses[-1]:.2f} nats. Many small "
            "steps over many pairs find a balance; one large step cannot.",
            icon=":material/warning:",
        )
