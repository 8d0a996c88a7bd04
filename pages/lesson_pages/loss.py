"""Lesson 5: cross entropy and its gradients."""

from dataclasses import dataclass

import streamlit as st

from pages.lesson_pages.frame import Source, expected_beside, pick, predicted, quiz
from pages.parts.displayed_text import short
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import signed_bars
from w2v_core.lessons import derivations
from w2v_core.lessons.prediction import Prediction, blind_loss, error_of
from w2v_core.model.softmax import cross_entropy

QUESTION = "How wrong is a prediction, in one number? And which way is better?"
RICHER = False
SHOWN = 11

ERRATA = r"""
- In the gradient for $v_c$ written out word by word, one sign is wrong: the term of the output word is
  $+\,(p(o|c)-1)\,u_o$. Also, the sum is over vectors $u_w$, not over numbers $u_{i,j}$.
- In the softmax of the derivations, exp is missing from the denominator, which is
  $\sum_w \exp(u_w^\top v_c)$, inside the logarithm as well.
- The softmax approximates the arg max (*which* score is largest), not the max (*how large* it is).
- $p(o|c)$ grows with $p(o,c)$ only as long as $p(c)$ stays the same, so raising one is not "equivalent"
  to raising the other.
- In the appendix, $p(o,c)$ is proportional to $\exp(v_c^\top u_o)$, not to $v_c^\top u_o$ itself.
- One line of the derivation for $u_w$ still says $\partial/\partial v_c$.
- $U$ has one column per word in $Uy = u_o$, but one row per word in $z_c = U v_c$. Either is fine, if
  used throughout: with rows, the look-up is $U^\top y$.

The vector forms are correct: $\hat y - y$, $U^\top(\hat y - y)$ and $(\hat y_w - y_w)\,v_c$.
"""


@dataclass(frozen=True)
class Pair:
    """The pair c → o: its words, their rows, the prediction around c, and the rows that are drawn."""

    c: str
    o: str
    row_c: int
    row_o: int
    now: Prediction
    shown: list[int]

    @property
    def row_w(self) -> int:
        """The most probable word that is not the output word."""
        return next(row for row in self.shown if row != self.row_o)


def show(source: Source) -> None:
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        pair = choose_pair(source)
        show_loss(source, pair)
    with picture:
        show_error(source, pair)
    value = cross_entropy(pair.now.scores, pair.row_o)
    st.latex(equations.loss(pair.o, float(pair.now.p[pair.row_o]), value))
    show_derivations(source, pair)
    with st.expander("Errata in the printed notes"):
        st.markdown(ERRATA)
    ask_which_rises(source, pair)


def choose_pair(source: Source) -> Pair:
    c = pick("Center word c", "center", source, "Berlin", "king")
    o = pick(
        "Output word o, seen in the text",
        "output",
        source,
        "Germany",
        "queen",
        expected_beside(source, c),
        skip=(c,),
    )
    row_o, now = source.row(o), predicted(source, c)
    return Pair(c, o, source.row(c), row_o, now, now.top(SHOWN, (row_o,)))


def show_loss(source: Source, pair: Pair) -> None:
    n_words = len(source.model.words)
    st.metric(
        "Loss of this pair",
        f"{cross_entropy(pair.now.scores, pair.row_o):.3f} nats",
        help=explanation("loss of a pair"),
    )
    st.caption(
        f"A loss of 0 would mean certainty. A blind guess among {n_words:,} words has a loss of "
        f"{blind_loss(n_words):.3f}. In the notes, y is one-hot: 1 for {short(pair.o)} and 0 for "
        "every other word, so only one term of the sum over all words remains."
    )


def show_error(source: Source, pair: Pair) -> None:
    st.markdown("### ŷ − y: predicted minus observed")
    plot(
        signed_bars(
            [source.model.words[row] for row in pair.shown],
            error_of(pair.now.scores, pair.row_o)[pair.shown],
            "ŷ − y   (green: score should rise, red: score should fall)",
        ),
        key="error",
        height=400,
        name="error",
    )


def show_derivations(source: Source, pair: Pair) -> None:
    st.markdown("### Where the gradients come from, line by line")
    st.caption(
        "The number beside each line is computed for this pair. A line that still contains a "
        "derivative is evaluated by finite differences; any other line by its formula."
    )
    for title, variable, found in all_derivations(source, pair):
        with st.expander(f"{title}: all {len(found)} lines agree to {agreement(found)}"):
            st.latex(variable)
            for line in found:
                formula, number, why = st.columns([5, 2, 4], vertical_alignment="center")
                formula.latex(line.latex)
                number.latex(equations.number(line.value, 6))
                why.caption(line.why)


def all_derivations(source: Source, pair: Pair) -> list[tuple[str, str, list[derivations.Line]]]:
    """(title, LaTeX of the variable, lines) of the five derivatives of this pair's loss."""
    model, scores = source.model, pair.now.scores
    o, w, v = pair.row_o, pair.row_w, model.V[pair.row_c]
    j = int(abs(v).argmax())
    coordinate = rf"\text{{coordinate }}{j + 1}"
    is_o = rf"= o = {equations.tex(pair.o)}"
    is_w = rf"= {equations.tex(model.words[w])} \ne o"
    return [
        (
            "With respect to the score of the output word",
            rf"x_k,\ k {is_o}",
            derivations.by_score(scores, o, o),
        ),
        (
            "With respect to the score of any other word",
            rf"x_k,\ k {is_w}",
            derivations.by_score(scores, o, w),
        ),
        (
            "With respect to the center vector",
            rf"v_c,\ {coordinate}",
            derivations.by_center(v, model.U, o, j, source.log_q),
        ),
        (
            "With respect to the output vector of the output word",
            rf"u_w,\ w {is_o},\ {coordinate}",
            derivations.by_output(v, model.U, o, o, j, source.log_q),
        ),
        (
            "With respect to the output vector of any other word",
            rf"u_w,\ w {is_w},\ {coordinate}",
            derivations.by_output(v, model.U, o, w, j, source.log_q),
        ),
    ]


def ask_which_rises(source: Source, pair: Pair) -> None:
    """The closing question: only the output word's error is negative."""
    words = source.model.words
    error = error_of(pair.now.scores, pair.row_o)
    other = words[pair.row_w]
    far = words[int(error.argsort()[1])] if len(words) > 2 else other
    quiz(
        "for which word is ŷ − y negative here, so that its score should rise?",
        list(dict.fromkeys([other, pair.o, far])),
        pair.o,
        f"It is the only word with a 1 in y: {error[pair.row_o]:+.4f}. For all other words y is 0, "
        "and the prediction is above it.",
        "The loss is −log of the probability that the model gave to the observed word. Its "
        "gradient with respect to the scores is simply ŷ − y, predicted minus observed.",
    )


def agreement(lines: list[derivations.Line]) -> str:
    apart = derivations.spread(lines)
    return f"{apart:.0e}" if apart else "the last digit"
