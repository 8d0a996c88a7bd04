"""Equations in the notes' symbols (LaTeX), with the current words and numbers in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "$": r"\textdollar{}",
    "_": r"\_",
    "#": r"\#",
    "%": r"\%",
    "&": r"\&",
    "{": r"\{",
    "}": r"\}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"{`}",
    "'": r"{'}",
}
LONGEST = 18  # characters of a word in an equation


def tex(word: str) -> str:
    """A word as text within an equation: it is shown as it is, never read as LaTeX."""
    if len(word) > LONGEST:
        word = word[: LONGEST - 1] + "…"
    word = "".join(character for character in word if character.isprintable())
    return r"\text{" + "".join(_SPECIAL.get(character, character) for character in word) + "}"


def number(value: float, digits: int = 3) -> str:
    """A readable number: plain if its size is ordinary, otherwise with a power of ten."""
    value = float(value)
    if not math.isfinite(value):
        return r"\infty" if value > 0 else r"-\infty" if value < 0 else r"\text{?}"
    if value == 0:
        return "0"
    if digits == 0 or 10**-digits <= abs(value) < 10**6:
        return f"{value:,.{digits}f}".replace(",", r"{,}")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}"


def signed(value: float, digits: int = 3) -> str:
    """A number that follows another one: + or − and its absolute value."""
    return f"- {number(-value, digits)}" if value < 0 else f"+ {number(value, digits)}"


def vector(values: Sequence[float] | np.ndarray, most: int = 4) -> str:
    """The first coordinates of a vector as a row."""
    shown = [number(v, 2) for v in list(values)[:most]]
    dots = [r"\cdots"] if len(values) > most else []
    return r"\begin{bmatrix}" + " & ".join([*shown, *dots]) + r"\end{bmatrix}"


def lines(*rows: str) -> str:
    """Several rows, aligned at the first ``&`` of each."""
    return r"\begin{aligned}" + r"\\[4pt]".join(rows) + r"\end{aligned}"


def selection(matrix: str, one_hot: str, word: str, found: Sequence[float], n_words: int) -> str:
    """V x = Σ xᵢ vᵢ = v_c."""
    letter = matrix.lower()
    return lines(
        rf"{matrix}{one_hot} &= \sum_{{i=1}}^{{|W|}} {one_hot}_i\,{letter}_i"
        rf" \qquad |W| = {number(n_words, 0)}",
        rf"&= 0\cdot {letter}_1 + \cdots + 1\cdot {letter}_{{{tex(word)}}} + \cdots",
        rf"&= {letter}_{{{tex(word)}}} = {vector(found, 3)}",
    )


def dot_product(
    v: Sequence[float] | np.ndarray,
    u: Sequence[float] | np.ndarray,
    lengths: Sequence[float],
    cos: float,
    dot: float,
) -> str:
    """v·u = Σ vᵢ uᵢ = |v| |u| cos θ for two vectors in the plane."""
    return lines(
        rf"v^\top u &= v_1 u_1 + v_2 u_2 = {number(dot)}",
        rf"&= {number(v[0], 2)}\cdot({number(u[0], 2)}) + {number(v[1], 2)}\cdot({number(u[1], 2)})",
        rf"&= |v|\,|u|\cos\theta = {number(lengths[0], 2)}\cdot {number(lengths[1], 2)}"
        rf"\cdot({number(cos, 2)})",
    )


def vector_sum(v: Sequence[float] | np.ndarray, u: Sequence[float] | np.ndarray) -> str:
    """v + u, coordinate by coordinate."""

    def column(x) -> str:
        return rf"\begin{{bmatrix}}{number(x[0], 2)}\\{number(x[1], 2)}\end{{bmatrix}}"

    return rf"v + u = {column(v)} + {column(u)} = {column([v[0] + u[0], v[1] + u[1]])}"


def objective(c: str, of_center: int, of_all: int) -> str:
    """∀ (o, c): maximise p(o|c), with the numbers of pairs."""
    return (
        rf"\forall\,(o,c):\ \text{{maximise}}\ p(o|c),\qquad {number(of_center, 0)}\text{{ pairs with }}"
        rf"c = {tex(c)},\quad {number(of_all, 0)}\text{{ in all}}"
    )


def conditional(c: str, o: str, joint: float, center: float, total: float) -> str:
    """p(o|c) = p(o,c) / p(c) from the counts N(c,o), n_c and ΣN."""
    p = joint / center if center > 0 else 0.0
    return lines(
        rf"p({tex(o)}|{tex(c)}) &= \frac{{p(o,c)}}{{p(c)}} ="
        rf"\frac{{{number(joint, 2)}\,/\,{number(total, 0)}}}{{{number(center, 2)}\,/\,{number(total, 0)}}}"
        rf" = {number(p, 4)}"
    )


def score(c: str, o: str, dot: float, anchor: float | None) -> str:
    """s(o,c) = v_c·u_o (+ log q_o)."""
    name = rf"s({tex(o)},{tex(c)})"
    if anchor is None:
        return rf"{name} = v_c^\top u_o = {number(dot)}"
    return lines(
        rf"{name} &= v_c^\top u_o + \log q_o",
        rf"&= {number(dot)} {signed(anchor)} = {number(dot + anchor)}",
    )


def softmax(c: str, o: str, s: float, total: float, p: float) -> str:
    """p(o|c) = exp s(o,c) / Σ exp s(w,c)."""
    return lines(
        rf"p({tex(o)}|{tex(c)}) &= \frac{{\exp s(o,c)}}"
        rf"{{\sum_w \exp s(w,c)}} = \frac{{e^{{{number(s)}}}}}{{{number(total)}}} = {number(p, 4)}"
    )


def log_ratio(a: str, b: str, s_a: float, s_b: float, p_a: float, p_b: float) -> str:
    """s(a,c) − s(b,c) = log p(a|c)/p(b|c)."""
    return lines(
        rf"s({tex(a)},c) - s({tex(b)},c) &= {number(s_a)} - ({number(s_b)}) = {number(s_a - s_b)}",
        rf"\log p({tex(a)}|c) - \log p({tex(b)}|c) &= \log {number(p_a, 4)} - \log {number(p_b, 4)}"
        rf" = {number(math.log(p_a) - math.log(p_b))}",
    )


def loss(o: str, p: float, value: float) -> str:
    """CE(y, ŷ) = −Σ yᵢ log ŷᵢ = −log ŷ_o."""
    return (
        rf"CE(y,\hat y) = -\sum_i y_i\log\hat y_i = -\log\hat y_{{{tex(o)}}} ="
        rf" -\log {number(p, 4)} = {number(value)}\ \text{{nats}}"
    )


def center_step(alpha: float, pull: float, push: float, moved: float) -> str:
    """v_c ← v_c + α (u_o − Σ p(w|c) u_w), with the lengths of the parts."""
    return lines(
        r"v_c &\leftarrow v_c - \alpha\,\tfrac{\partial}{\partial v_c}",
        r"&= v_c + \alpha\,\big(\underbrace{u_o}_{\text{attracts}} - \underbrace{\textstyle\sum_w"
        r" p(w|c)\,u_w}_{\text{repels}}\big)",
        rf"\alpha &= {number(alpha, 2)}",
        rf"|u_o| &= {number(pull, 2)},\quad \big|\textstyle\sum_w p(w|c)\,u_w\big| = {number(push, 2)}",
        rf"&\text{{the step moves }} v_c \text{{ by }} {number(moved)}",
    )


def output_step(o: str, w: str | None, error_o: float, error_w: float | None) -> str:
    """u_w ← u_w − α (ŷ_w − y_w) v_c, for the output word and for another word."""
    rows = [
        r"&u_w \leftarrow u_w - \alpha\,(\hat y_w - y_w)\,v_c",
        rf"&w = o:\ \hat y_{{{tex(o)}}} - 1 = {number(error_o, 4)}",
    ]
    if w is not None and error_w is not None:
        rows.append(rf"&w \ne o:\ \hat y_{{{tex(w)}}} = {number(error_w, 4)}")
    return lines(*rows)


def before_after(
    p: float, p_after: float, before: float, after: float, others: tuple[float, float] | None = None
) -> str:
    """p(o|c) and the loss before and after a step; ``others`` is the mean loss of all pairs of c."""
    rows = [
        rf"p(o|c)&:\quad {number(p, 4)} \to {number(p_after, 4)}",
        rf"-\log p(o|c)&:\quad {number(before)} \to {number(after)}\ \text{{nats}}",
    ]
    if others is not None:
        rows.append(
            rf"\text{{all pairs of }}c&:\quad {number(others[0])} \to {number(others[1])}"
            r"\ \text{nats}"
        )
    return lines(*rows)


def parallel(a: str, b: str, c: str, d: str, value: float, matrix: str = "v") -> str:
    """cos(b − a, d − c)."""
    return lines(
        rf"&\cos\big({matrix}_{{{tex(b)}}} - {matrix}_{{{tex(a)}}},\ {matrix}_{{{tex(d)}}} -"
        rf" {matrix}_{{{tex(c)}}}\big)",
        rf"&= {number(value)}",
    )


def synonyms(a: str, b: str, value: float) -> str:
    """v_a ≈ v_b, and the cosine."""
    return rf"v_{{{tex(a)}}} \approx v_{{{tex(b)}}},\quad \cos = {number(value)}"


def analogy(a: str, b: str, c: str, d: str, value: float) -> str:
    """b − a + c ≈ d, and the cosine."""
    return lines(
        rf"v_{{{tex(b)}}} - v_{{{tex(a)}}} &+ v_{{{tex(c)}}} \approx v_{{{tex(d)}}}",
        rf"\cos &= {number(value)}",
    )


def distance(x: str, z: str, dot: float, squared: float) -> str:
    """d² = 2 − 2 xᵀz of unit vectors, and exp(−d²)."""
    return lines(
        r"d^2 &= x^\top x + z^\top z - 2\,x^\top z = 2 - 2\,x^\top z",
        rf"&= 2 - 2\cdot({number(dot)}) = {number(squared)}",
        rf"e^{{-d^2}} &= {number(math.exp(-squared))}",
    )


def counting(c: str, r: float) -> str:
    """The model's log-ratio set beside the PMI, with their correlation."""
    return lines(
        r"\log\frac{p(o|c)}{q_o} \approx \log\frac{N(c,o)}{n_c\,q_o} = \mathrm{PMI}(c,o)",
        rf"c = {tex(c)}:\quad r = {number(r)}",
    )


def two_losses(learned: float, kept: float) -> str:
    """The loss of the training sentences and of the held-out sentences."""
    return rf"\text{{training: }} {number(learned)},\quad \text{{held out: }} {number(kept)}\ \text{{nats}}"


def hidden(context: Sequence[str], word: str, p: float, matrix: str, anchored: bool = False) -> str:
    """h = Σ of the context's v; ŷ = softmax(U h)."""
    anchor = r" + \log q" if anchored else ""
    names = r",\ ".join(tex(w) for w in context[:4]) + (r",\ \ldots" if len(context) > 4 else "")
    return lines(
        rf"h &= \textstyle\sum_w v_w,\quad w \in \{{{names}\}}",
        rf"\hat y &= \text{{softmax}}({matrix}h{anchor}),\qquad \hat y_{{{tex(word)}}} = {number(p, 4)}",
    )
