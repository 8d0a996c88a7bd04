"""Tables on a page: what they show are words and names, never formulas or markup.

Streamlit gives each of its tables a button that saves it as CSV, and copies cells to the clipboard, both
as they are: ``=HYPERLINK(…)``, a word of somebody's text, would be at work as soon as a spreadsheet opens
it. ``.streamlit/config.toml`` switches both off (``client.disableDataExport``), and what a person may want
to take away is saved by a button of ours, through ``exchange.tables``, which guards it.

Every table of a page is drawn here; a test finds those that are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.parts.deferred import deferred
from w2v_core.exchange.tables import csv_table

ROW = 35  # pixels of a row, and of the head
Columns = Mapping[str, Sequence[Any] | np.ndarray]


def show_table(columns: Columns, *, file: str | None = None, **options: Any) -> None:
    """A table to look at, or to choose rows of.

    Parameters
    ----------
    columns : mapping of str → sequence
        The columns, all of one length, by what stands above them.
    file : str, optional
        Under this name the table can be saved as CSV.
    **options
        As ``st.dataframe`` takes them; the rows are not numbered unless they say so.
    """
    st.dataframe(_text(columns), **{"hide_index": True, **options})
    if file is not None and any(len(values) for values in columns.values()):
        st.download_button(
            "CSV",
            deferred(lambda: csv_table(list(columns), _rows(columns))),
            file,
            "text/csv",
            icon=":material/download:",
            key=f"_csv {file}",
            on_click="ignore",
        )


def edit_table(columns: Columns, **options: Any) -> dict[str, list[str]]:
    """A table of words to change; returns its columns as they are now, empty cells as ""."""
    edited = st.data_editor(_text(columns), **{"hide_index": True, **options})
    return {name: ["" if v is None else str(v) for v in edited[name]] for name in columns}


def _text(columns: Columns) -> Columns:
    """Without halves of characters, which file names can hold and no table can show."""
    return {
        _whole(name): [_whole(v) if isinstance(v, str) else v for v in values]
        if _holds_text(values)
        else values
        for name, values in columns.items()
    }


def _holds_text(values: Sequence[Any] | np.ndarray) -> bool:
    return not isinstance(values, np.ndarray) or values.dtype.kind in "OU"


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _rows(columns: Columns) -> list[tuple[Any, ...]]:
    lists = [v.tolist() if isinstance(v, np.ndarray) else list(v) for v in columns.values()]
    return list(zip(*lists, strict=True))
