"""The one interactive plot."""

from pages.plot.component import load_ahead, plot, send_nearest

__all__ = ["load_ahead", "plot", "send_nearest"]
