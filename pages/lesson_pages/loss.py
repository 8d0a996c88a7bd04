"""Lesson 5: cross entropy and its gradients."""

import streamlit as st

from pages.lesson_pages.frame import Source, expected_beside, pick, predicted, quiz
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import signed_bars
from w2v_core.lessons import derivations
from w2v_core.lessons.prediction import blind_loss, error_of
from w2v_core.model.softmax import cross_entropy

QUESTION = "How wrong is a prediction, in one number? And which way is better?"
RICHER = False
SHOWN = 11

SLIPS = r"""
- In the gradient for $v_c$ written out word by word, a sign: the term of the output word is
  $+\,(p(o|c)-1)\,u_o$. (And the sum is of vectors $u_w$, not of numbers $u_{i,j}$.)
- In the softmax of the derivations the denominator lost its exp: it is $\sum_w \exp(u_w^\top v_c)$,
  inside the logarithm as well.
- The softmax approximates the arg max (*which* is largest), not the max (*how large* it is).
- $p(o|c)$ grows with $p(o,c)$ only as long as $p(c)$ stays: raising one is not "equivalent" to raising
  the other.
- In the appendix, $p(o,c)$ is proportional to $\exp(v_c^\top u_o)$, not to $v_c^\top u_o$ itself.
- One line of the derivation for $u_w$ still says $\partial/\partial v_c$.
- $U$ is written with a column a word in $Uy = u_o$, with a row a word in $z_c = U v_c$. Both are fine,
  one at a time: with rows the look-up reads $U^\top y$.

The forms in vectors are right: $\hat y - y$, $U^\top(\hat y - y)$ and $(\hat y_w - y_w)\,v_c$.
"""


def show(source: Source) -> None:
    model = source.model
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
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
        row_c, row_o = source.row(c), source.row(o)
        now = predicted(source, c)
        value = cross_entropy(now.scores, row_o)
        st.metric("Loss of this pair", f"{value:.3f} nats")
        st.caption(
            "0 would be certainty. Guessing blindly among "
            f"{len(model.words):,} words costs {blind_loss(len(model.words)):.3f}. The y of the notes "
            f"is one-hot: 1 for {short(o)}, 0 for every other word. Of the sum over all words one "
            "term is left."
        )
    error = error_of(now.scores, row_o)
    shown = now.top(SHOWN, (row_o,))
    with picture:
        st.markdown("##### ŷ − y: predicted less observed")
        plot(
            signed_bars(
                [model.words[row] for row in shown],
                error[shown],
                "ŷ − y   (green: score should rise, red: score should fall)",
            ),
            key="error",
            height=400,
            name="error",
        )
    st.latex(equations.loss(o, float(now.p[row_o]), value))
    st.markdown("##### Where the gradients come from, line by line")
    st.caption(
        "Each line's number is computed on this very pair: by finite differences of the line's own "
        "expression where it still holds a derivative, by its formula where it does not."
    )
    j = int(abs(model.V[row_c]).argmax())
    w = next(row for row in shown if row != row_o)
    word_w = equations.tex(model.words[w])
    for title, what, found in (
        (
            "By a score: the output word's",
            rf"x_k,\ k = o = {equations.tex(o)}",
            derivations.by_score(now.scores, row_o, row_o),
        ),
        (
            "By a score: any other word's",
            rf"x_k,\ k = {word_w} \ne o",
            derivations.by_score(now.scores, row_o, w),
        ),
        (
            "By the center vector",
            rf"v_c,\ \text{{coordinate }}{j + 1}",
            derivations.by_center(model.V[row_c], model.U, row_o, j, source.log_q),
        ),
        (
            "By an output vector: the output word's",
            rf"u_w,\ w = o = {equations.tex(o)},\ \text{{coordinate }}{j + 1}",
            derivations.by_output(model.V[row_c], model.U, row_o, row_o, j, source.log_q),
        ),
        (
            "By an output vector: any other word's",
            rf"u_w,\ w = {word_w} \ne o,\ \text{{coordinate }}{j + 1}",
            derivations.by_output(model.V[row_c], model.U, row_o, w, j, source.log_q),
        ),
    ):
        with st.expander(f"{title}: all {len(found)} lines agree to {agreement(found)}"):
            st.latex(what)
            for line in found:
                formula, number, why = st.columns([5, 2, 4], vertical_alignment="center")
                formula.latex(line.latex)
                number.latex(equations.number(line.value, 6))
                why.caption(line.why)
    with st.expander("Slips in the printed notes"):
        st.markdown(SLIPS)
    far = model.words[int(error.argsort()[1])] if len(model.words) > 2 else model.words[w]
    quiz(
        "for which word is ŷ − y below zero here, so that its score should rise?",
        list(dict.fromkeys([model.words[w], o, far])),
        o,
        f"It is the only word with a 1 in y: {error[row_o]:+.4f}. All others are predicted more "
        "than the 0 they are here.",
        "The loss is −log of the probability given to what stood there. Its gradient by the "
        "scores is simply ŷ − y: what was predicted, less what was seen.",
    )


def agreement(lines) -> str:
    apart = derivations.spread(lines)
    return f"{apart:.0e}" if apart else "the last digit"
