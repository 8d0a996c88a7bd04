"""A button that downloads a table as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pages.parts.deferred import deferred
from w2v_core.exchange.tables import csv_table


def download(
    place: Any,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    name: str,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Draw the button in a place of the page; the file is made when it is clicked."""
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
