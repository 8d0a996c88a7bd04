"""The button that takes a table away as a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from pages.parts.deferred import deferred
from w2v_core.exchange.tables import csv_table


def csv_download(
    place: DeltaGenerator,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    name: str,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Draw the button at a place; ``name`` is the file's."""
    place.download_button(
        "CSV",
        deferred(lambda: csv_table(header, rows)),
        name,
        "text/csv",
        icon=":material/download:",
        key=f"_csv {name}",
        on_click="ignore",
        width=width,
    )


def csv_of_columns(
    place: DeltaGenerator, columns: Mapping[str, Sequence[Any] | np.ndarray], name: str
) -> None:
    """The same for columns of equal length by name, as a table shows them."""
    values = (c.tolist() if isinstance(c, np.ndarray) else c for c in columns.values())
    csv_download(place, list(columns), list(zip(*values, strict=True)), name)
