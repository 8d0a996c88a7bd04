"""One set of colours for every figure, after Okabe and Ito: colour-blind people can tell them apart, on
light and dark backgrounds. Nothing depends on colour alone: each has a shape or a label too."""

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
QUIET = "#8A94A6"  # everything in the background
LEARNED = CENTER  # the loss of the training pairs, a solid line
HELD_OUT = "#D55E00"  # the loss of held-out pairs, a dashed line
HELD_OUT_DASH = "6px,4px"
REFERENCE_DASH = "2px,3px"  # a thin QUIET line for the value that others are compared with

INK = "#262B33"  # text on a tinted cell
SIDE_A, SIDE_B = "#0072B2", "#B35900"  # the two sides of a comparison
_AS_TEXT = {
    OUTPUT: "#8F6200",
    SUM: "#007A59",
    PUSH: "#B34F00",
    ANSWER: "#A3487A",
    QUIET: "#5C6677",
}
VIOLET = "#7A5BA0"
ON_DARK = {
    CENTER: "#56B4E9",
    SIDE_B: "#F0A050",
    INK: "#EDEFF2",
    _AS_TEXT[OUTPUT]: OUTPUT,
    _AS_TEXT[SUM]: "#2BBF94",
    _AS_TEXT[PUSH]: "#F0803C",
    _AS_TEXT[ANSWER]: "#DB93BB",
    _AS_TEXT[QUIET]: "#A4ADBC",
    VIOLET: "#B79BDB",
}
"""Colours too dark for a dark background, and their replacements there."""


def as_text(color: str) -> str:
    """The same hue for text, with a contrast of at least 4.5 to a light background and, as ``ON_DARK``
    replaces it, to a dark one (WCAG 2, level AA); a colour that has that already as it is."""
    return _AS_TEXT.get(color, color)


# The middle is transparent, so that the background, light or dark, means "unrelated".
DIVERGING = [[0, "rgba(213,94,0,0.7)"], [0.5, "rgba(128,136,150,0.04)"], [1, "rgba(0,114,178,0.7)"]]

VECTORS = {"center": CENTER, "output": OUTPUT, "sum": SUM}
VIEWS = {"analogies": CENTER, "related": SUM, "form": CENTER}
"""Named views of a model, in the color of their first part."""
VECTOR_NAMES = {
    "center": "V",
    "output": "U",
    "sum": "V + U",
    "analogies": "analogies",
    "related": "related",
    "form": "form",
}

_GRID = "rgba(128, 136, 150, 0.22)"

TEMPLATE = go.layout.Template(
    layout=go.Layout(
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font=dict(size=13, color=as_text(QUIET)),
        colorway=[CENTER, OUTPUT, SUM, "#CC79A7", "#56B4E9", PUSH, "#999999", "#7A5195"],
        margin=dict(l=56, r=16, t=24, b=48),
        xaxis=dict(gridcolor=_GRID, zerolinecolor=_GRID, linecolor=_GRID, automargin=True),
        yaxis=dict(gridcolor=_GRID, zerolinecolor=_GRID, linecolor=_GRID, automargin=True),
        hoverlabel=dict(font=dict(size=14)),
        showlegend=False,
    )
)


def title(main: str, sub: str = "") -> dict:
    """A title at the upper left and, below it, a line that says how to read the figure, so that the
    figure explains itself. Both are escaped; words in them must be ``isolated``."""
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
    """The height in pixels that such a title needs above a plot."""
    return (64 if sub else 48) if main else 24


def dress(figure: go.Figure, main: str, sub: str = "") -> None:
    """Give an interactive figure its template, a title and the space that the title needs."""
    figure.update_layout(
        template=TEMPLATE,
        title=title(main, sub),
        margin=dict(t=title_room(main, sub)),
        dragmode="pan",
        hovermode="closest",
    )


def text(word: str, longest: int | None = None) -> str:
    """A word for a figure. Plotly reads markup and entities in every text, so they are escaped. A word
    with more than ``longest`` characters is cut."""
    if longest is not None and len(word) > longest:
        word = word[: longest - 1] + "…"
    return html.escape(word, quote=False)


def isolated(word: str) -> str:
    """Mark a right-to-left word so that it does not reorder the text beside it: of two words with an
    arrow between them, the first stays first."""
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in word):
        return f"\u2068{word}\u2069"
    return word
