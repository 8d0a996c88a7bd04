"""One colour language for every figure, after Okabe and Ito: told apart by colour-blind eyes, on
light and dark ground alike. Never colour alone: each has a shape or a label as well."""

from __future__ import annotations

import html
import unicodedata

import plotly.graph_objects as go

CENTER = "#0072B2"  # center vectors V
OUTPUT = "#E69F00"  # output vectors U
SUM = "#009E73"  # V + U
PULL = "#009E73"  # what attracts
PUSH = "#D55E00"  # what repels
SELECTED = "#D55E00"
NEAR = "#E69F00"  # the selected word's nearest
ANSWER = "#CC79A7"
QUIET = "#8A94A6"  # everything that is not spoken of
LEARNED = CENTER  # losses: of the pairs that are learned from, a solid line
KEPT_BACK = "#D55E00"  # of those kept back, a dashed line
KEPT_BACK_DASH = "6px,4px"
REFERENCE_DASH = "2px,3px"  # of what a number is measured against, thin and QUIET

INK = "#262B33"  # text on a tinted cell
ON_DARK = {CENTER: "#56B4E9", INK: "#EDEFF2"}
"""What is too dark for dark ground, and what stands for it there."""

# Through transparent, so that the ground, light or dark, stands for "unrelated".
DIVERGING = [[0, "rgba(213,94,0,0.7)"], [0.5, "rgba(128,136,150,0.04)"], [1, "rgba(0,114,178,0.7)"]]

VECTORS = {"center": CENTER, "output": OUTPUT, "sum": SUM}
VECTOR_NAMES = {"center": "V", "output": "U", "sum": "V + U"}

_GRID = "rgba(128, 136, 150, 0.22)"

TEMPLATE = go.layout.Template(
    layout=go.Layout(
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font=dict(size=13, color="#808896"),
        colorway=[CENTER, OUTPUT, SUM, "#CC79A7", "#56B4E9", PUSH, "#999999", "#7A5195"],
        margin=dict(l=56, r=16, t=24, b=48),
        xaxis=dict(gridcolor=_GRID, zerolinecolor=_GRID, linecolor=_GRID, automargin=True),
        yaxis=dict(gridcolor=_GRID, zerolinecolor=_GRID, linecolor=_GRID, automargin=True),
        hoverlabel=dict(font=dict(size=14)),
        showlegend=False,
    )
)


def title(main: str, sub: str = "") -> dict:
    """A title at the upper left and, below it, a line that says how to read the figure, so that its
    picture alone can be understood; both are escaped (words in them are to be ``isolated``)."""
    return dict(
        text=html.escape(main, quote=False),
        subtitle=dict(text=html.escape(sub, quote=False), font=dict(size=13)) if sub else None,
        x=0.01,
        xanchor="left",
        yref="container",
        y=1,
        yanchor="top",
        pad=dict(t=10),
        font=dict(size=18),
    )


def title_room(main: str, sub: str = "") -> int:
    """Pixels that such a title takes above a plot."""
    return (64 if sub else 48) if main else 24


def dress(figure: go.Figure, main: str, sub: str = "") -> None:
    """Give a picture that a person can move its template, and a title with the room it takes."""
    figure.update_layout(
        template=TEMPLATE,
        title=title(main, sub),
        margin=dict(t=title_room(main, sub)),
        dragmode="pan",
        hovermode="closest",
    )


def text(word: str, longest: int | None = None) -> str:
    """A word for a figure: Plotly reads markup and entities in every text, so they are escaped.
    One of more than ``longest`` characters is cut there."""
    if longest is not None and len(word) > longest:
        word = word[: longest - 1] + "…"
    return html.escape(word, quote=False)


def isolated(word: str) -> str:
    """A word that runs from right to left, so marked that it turns nothing round beside it: of two
    with an arrow between them the first stays first."""
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in word):
        return f"\u2068{word}\u2069"
    return word
