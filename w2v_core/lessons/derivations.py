"""The derivations of the three gradients, line by line, each line with its value on one example.

A line that still contains a derivative is evaluated by finite differences of the expression that it
differentiates; other lines are evaluated by their formula. All lines of a derivation must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from w2v_core.model.softmax import cross_entropy, log_sum_exp, pair_gradients, scores, softmax

STEP = 1e-5


@dataclass(frozen=True)
class Line:
    """One line: the expression in the notes' symbols (LaTeX), its value, and the rule that was applied."""

    latex: str
    value: float
    why: str


def by_score(s: np.ndarray, o: int, k: int) -> list[Line]:
    """∂/∂x_k of the cross entropy, where x are the scores (|W|,).

    Parameters
    ----------
    s : (|W|,)
    o, k : int
        Rows of the output word and of the score by which the loss is differentiated.
    """
    s = s.astype(np.float64)

    def slope(f: Callable[[np.ndarray], float]) -> float:
        move = np.zeros(len(s))
        move[k] = STEP
        return float(f(s + move) - f(s - move)) / (2 * STEP)

    y_k = float(k == o)
    by = r"\frac{\partial}{\partial x_k}"
    total = r"\textstyle\sum_j e^{x_j}"
    all_exps = float(np.exp(s).sum())
    return [
        Line(
            rf"{by}\,CE(y,\hat y)",
            slope(lambda x: cross_entropy(x, o)),
            "the derivative of the loss",
        ),
        Line(
            rf"-{by}\log\hat y_o",
            -slope(lambda x: float(np.log(softmax(x)[o]))),
            "y is 0 except for the output word",
        ),
        Line(
            rf"-{by}x_o + {by}\log {total}",
            -slope(lambda x: float(x[o])) + slope(lambda x: float(log_sum_exp(x))),
            "the logarithm of a quotient",
        ),
        Line(
            rf"-y_k + \frac{{1}}{{{total}}}\,{by}{total}",
            -y_k + slope(lambda x: float(np.exp(x).sum())) / all_exps,
            "the derivative of a logarithm",
        ),
        Line(
            rf"-y_k + \frac{{e^{{x_k}}}}{{{total}}}",
            -y_k + float(np.exp(s[k])) / all_exps,
            "only one term contains the k-th score",
        ),
        Line(
            r"\hat y_k - y_k",
            float(softmax(s)[k]) - y_k,
            "the softmax again: predicted minus observed",
        ),
    ]


def by_center(v: np.ndarray, U: np.ndarray, o: int, j: int, log_q=None) -> list[Line]:
    """Coordinate j of ∂/∂v_c of −log p(o|c).

    Parameters
    ----------
    v : (d,)
        v_c.
    U : (|W|, d)
    o, j : int
    log_q : (|W|,), optional
    """
    v, U = v.astype(np.float64), U.astype(np.float64)

    def slopes(f: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        move = np.zeros(len(v))
        move[j] = STEP
        return (f(v + move) - f(v - move)) / (2 * STEP)

    def slope(f: Callable[[np.ndarray], float]) -> float:
        return float(slopes(lambda v: np.array(f(v))))

    def x(v: np.ndarray) -> np.ndarray:
        return scores(v, U, log_q)

    exps = np.exp(x(v))
    by = r"\frac{\partial}{\partial v_c}"
    e = r"e^{z_w}"
    return [
        Line(rf"-{by}\log\hat y_o", slope(lambda v: cross_entropy(x(v), o)), "the derivative"),
        Line(
            rf"{by}\log\textstyle\sum_w {e} - {by} z_o",
            slope(lambda v: float(log_sum_exp(x(v)))) - slope(lambda v: float(x(v)[o])),
            "the logarithm of a quotient; z are the scores for c",
        ),
        Line(
            rf"\frac{{1}}{{\sum_w {e}}}\textstyle\sum_w {by}{e} - u_o",
            float(np.sum(slopes(lambda v: np.exp(x(v)))) / exps.sum() - U[o, j]),
            "the derivative of a logarithm; the score of o is linear in v",
        ),
        Line(
            rf"\textstyle\sum_w \frac{{{e}}}{{\sum_x e^{{z_x}}}}\,u_w - u_o",
            float(exps @ U[:, j] / exps.sum() - U[o, j]),
            "the chain rule: exp is its own derivative, times the inner derivative",
        ),
        Line(
            r"\textstyle\sum_w p(w|c)\,u_w - u_o",
            float(softmax(x(v)) @ U[:, j] - U[o, j]),
            "the softmax again: the mean output vector predicted, minus the one observed",
        ),
        Line(
            r"U^\top(\hat y - y)",
            float(pair_gradients(v[None], U, 0, o, log_q)[1][j]),
            "the same as one matrix product",
        ),
    ]


def by_output(v: np.ndarray, U: np.ndarray, o: int, w: int, j: int, log_q=None) -> list[Line]:
    """Coordinate j of ∂/∂u_w of −log p(o|c), where w is o or any other word.

    Parameters
    ----------
    v : (d,)
        v_c.
    U : (|W|, d)
    o, w, j : int
    log_q : (|W|,), optional
    """
    v, U = v.astype(np.float64), U.astype(np.float64)

    def slope(f: Callable[[np.ndarray], float]) -> float:
        ahead, behind = x.copy(), x.copy()
        # Only the score of w depends on u_w.
        move = np.zeros(len(v))
        move[j] = STEP
        anchor = 0.0 if log_q is None else log_q[w]
        ahead[w], behind[w] = (
            scores(v, U[w : w + 1] + sign * move)[0] + anchor for sign in (1, -1)
        )
        return float(f(ahead) - f(behind)) / (2 * STEP)

    x = scores(v, U, log_q)
    total = float(np.exp(x).sum())
    y_w = float(w == o)
    by = r"\frac{\partial}{\partial u_w}"
    return [
        Line(rf"-{by}\log\hat y_o", slope(lambda s: cross_entropy(s, o)), "the derivative"),
        Line(
            rf"{by}\log\textstyle\sum_x e^{{z_x}} - {by} z_o",
            slope(lambda s: float(log_sum_exp(s))) - slope(lambda s: float(s[o])),
            "the logarithm of a quotient",
        ),
        Line(
            rf"\frac{{1}}{{\sum_x e^{{z_x}}}}\,{by} e^{{z_w}} - y_w v_c",
            slope(lambda s: float(np.exp(s[w]))) / total - y_w * v[j],
            "only one term contains this output vector",
        ),
        Line(
            r"\frac{e^{z_w}}{\sum_x e^{z_x}}\,v_c - y_w v_c",
            float(np.exp(x[w]) / total * v[j] - y_w * v[j]),
            "the chain rule: exp is its own derivative, times the inner derivative",
        ),
        Line(
            r"(\hat y_w - y_w)\,v_c",
            float(pair_gradients(v[None], U, 0, o, log_q)[2][w, j]),
            "the softmax again",
        ),
    ]


def spread(lines: list[Line]) -> float:
    """The largest difference between the values of the lines."""
    values = [line.value for line in lines]
    return max(values) - min(values)
