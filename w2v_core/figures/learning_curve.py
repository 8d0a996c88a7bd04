"""What parts of a text teach, and what more of it is expected to."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from w2v_core.figures import theme


def measured_and_forecast(
    sizes: Sequence[float],
    measured: Sequence[float],
    forecast: Sequence[tuple[float, float, float, float]],
    *,
    title: str,
    percent: bool = False,
) -> go.Figure:
    """A curve against the number of words learned from: points that were measured, then, dashed, what is
    expected, with its range.

    Parameters
    ----------
    sizes, measured : sequence of float
        Words learned from, and what was measured there.
    forecast : sequence of (words, value, low, high)
        Of more words than the last of ``sizes``.
    title : str
        What is measured, with its unit.
    percent : bool
        Whether it is a share, written in percent.
    """
    number = ".0%" if percent else ".3f"
    figure = go.Figure()
    ahead = [(sizes[-1], measured[-1], measured[-1], measured[-1]), *forecast]
    figure.add_scatter(
        x=[row[0] for row in ahead] + [row[0] for row in reversed(ahead)],
        y=[row[3] for row in ahead] + [row[2] for row in reversed(ahead)],
        fill="toself",
        mode="lines",
        line=dict(width=0),
        fillcolor="rgba(128, 136, 150, 0.25)",
        name="range",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[row[0] for row in ahead],
        y=[row[1] for row in ahead],
        mode="lines+markers",
        marker=dict(
            size=8,
            symbol=["circle", *["diamond-open"] * len(forecast)],
            color=theme.HELD_OUT,
            opacity=[0, *[1] * len(forecast)],
        ),
        line=dict(color=theme.HELD_OUT, width=2, dash=theme.HELD_OUT_DASH),
        name="expected",
        customdata=[row[2:] for row in ahead],
        hovertemplate=f"expected from %{{x:,.0f}} words<br>%{{y:{number}}}, between "
        f"%{{customdata[0]:{number}}} and %{{customdata[1]:{number}}}<extra></extra>",
    )
    figure.add_scatter(
        x=list(sizes),
        y=list(measured),
        mode="lines+markers",
        marker=dict(size=8, color=theme.LEARNED),
        line=dict(color=theme.LEARNED, width=2),
        name="measured",
        hovertemplate=f"measured on %{{x:,.0f}} words<br>%{{y:{number}}}<extra></extra>",
    )
    ticks = [sizes[0], sizes[-1], *(row[0] for row in forecast)]  # as many as have room
    figure.update_layout(
        template=theme.TEMPLATE,
        showlegend=False,
        margin=dict(l=8, r=8, t=30, b=8),
        xaxis=dict(
            type="log",
            title="words of text",
            tickvals=ticks,
            ticktext=[_short(n) for n in ticks],
        ),
        yaxis=dict(tickformat=".0%" if percent else None, rangemode="tozero" if percent else None),
        annotations=[
            dict(
                text=f"<b>{title}</b>",
                x=0,
                y=1,
                xref="paper",
                yref="paper",
                xanchor="left",
                yanchor="bottom",
                yshift=6,
                showarrow=False,
            )
        ],
    )
    return figure


def _short(words: float) -> str:
    if words >= 1e6:
        return f"{words / 1e6:.3g} M"
    return f"{words / 1e3:.3g} k" if words >= 1e3 else f"{words:.0f}"
