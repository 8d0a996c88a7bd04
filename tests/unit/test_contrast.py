"""Text in figures can be read on a light and on a dark background: WCAG 2, level AA."""

import tomllib

import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core.figures import followed, theme
from w2v_core.figures.analogy import analogy_drawing, answer_bars, expression_drawing
from w2v_core.figures.compare import diverging_bars, two_pictures, use_map
from w2v_core.figures.lessons.arrows import Arrow, arrows
from w2v_core.figures.lessons.pair_arcs import pair_arcs
from w2v_core.figures.training import loss_curve

LIGHT, DARK = "#FFFFFF", "#171614"  # Streamlit's backgrounds
AA = 4.5
HUES = (
    *(theme.CENTER, theme.OUTPUT, theme.SUM, theme.PULL, theme.PUSH, theme.SELECTED, theme.NEAR),
    *(theme.ANSWER, theme.QUIET, theme.LEARNED, theme.HELD_OUT, theme.INK),
    *(theme.SIDE_A, theme.SIDE_B, *followed.COLORS),
)


def luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    values = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def on_dark(color: str) -> str:
    """As the browser replaces it in a figure's JSON: one pair after the other."""
    for dark, light in theme.ON_DARK.items():
        color = color.replace(dark, light)
    return color


def text_colors(node, inside=False):
    """The colors of all fonts of a figure."""
    if isinstance(node, dict):
        for name, value in node.items():
            if inside and name == "color" and isinstance(value, str):
                yield value
            yield from text_colors(value, name in ("font", "textfont", "tickfont"))
    elif isinstance(node, list | tuple):
        for value in node:
            yield from text_colors(value, inside)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("hue", HUES)
def test_a_hue_as_text_is_legible_on_both_backgrounds(hue):
    color = theme.as_text(hue)
    assert contrast(color, LIGHT) >= AA
    assert contrast(on_dark(color), DARK) >= AA


def test_all_coloured_text_of_figures_is_legible():
    rng = np.random.default_rng(0)
    figures = [
        analogy_drawing(
            rng.normal(size=(4, 2)),
            ["man", "king", "woman", "queen"],
            rng.normal(size=2),
            rng.normal(size=(3, 2)),
            ["duke", "crown", "lady"],
        ),
        arrows([Arrow((1, 2), "a", color=hue) for hue in HUES]),
        pair_arcs(["a", "b", "c"], [(0, 1)]),
        loss_curve([3.0, 2.0, 1.5], held_out=[3.0, 2.5, 2.4], unigram=3.2),
        expression_drawing(
            np.array([[1.0, 0], [1, 1]]),
            ["king", "man"],
            [1, -1],
            rng.normal(size=(3, 2)),
            ["queen", "lady", "duke"],
            ("x", "y"),
        ),
        two_pictures(
            ["gay", "happy", "proud"],
            [0, 1, 2],
            rng.normal(size=(3, 2)),
            rng.normal(size=(3, 2)),
            [True, True, False],
            [True, False, True],
            ("old", "new"),
        ),
    ]
    for figure in figures:
        colors = set(text_colors(figure.to_plotly_json()["layout"]["annotations"]))
        assert len(colors) > 1
        for color in colors:
            assert contrast(color, LIGHT) >= AA and contrast(on_dark(color), DARK) >= AA, color


def test_grey_text_of_figures_and_of_pages_is_legible():
    """The template's own text, which axes, ticks and runners-up have outside the app, and the theme's."""
    figures = [
        answer_bars([("queen", 0.7), ("lady", 0.6)], [1, 2]),
        diverging_bars([("old", 1.0, 0)], [("new", 2.0, 1)], ("A", "B"), "t"),
        use_map(["a", "b"], np.array([5, 6]), np.array([0.1, 0.2]), np.array([True, False])),
    ]
    for figure in figures:
        colors = set(text_colors(figure.to_plotly_json()))
        assert colors
        for color in colors:
            assert contrast(color, LIGHT) >= AA and contrast(on_dark(color), DARK) >= AA, color
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    for name, ground in (("light", LIGHT), ("dark", DARK)):
        for color in ("grayTextColor", "primaryColor"):
            assert contrast(config[name][color], ground) >= AA, (name, color)
