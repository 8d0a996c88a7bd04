"""Writes the page of a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from w2v_core.exchange.model_page.assembly import assemble
from w2v_core.exchange.model_page.contents import About, contents
from w2v_core.model.skipgram import SkipGram


def write_model_page(
    out: BinaryIO,
    model: SkipGram,
    about: About,
    tell: Callable[[float, str], bool] = lambda share, sentence: False,
) -> None:
    """Write a model as one HTML file that opens from disk and asks no network (see ``About``).

    The file holds all words, their neighbours and the methods record, and with ``about.lines`` the lines of
    the text that the reasons quote; it does not hold the vectors. ``tell`` and errors as for ``contents``.
    """
    out.write(assemble(about.name, contents(model, about, tell=tell)))
