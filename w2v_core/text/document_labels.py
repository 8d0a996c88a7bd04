"""How a document is named beside a line of it: by its date, by what tells it apart, and by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from w2v_core.text.document_list import FILE, FOLDER, Documents

TELLING = 2
"""Columns whose values stand before a document's name, its date among them."""
_NAMES = frozenset(
    (
        *(
            "date",
            "year",
            "datum",
            "jahr",
            "année",
            "fecha",
            "año",
            "data",
            "ano",
            "anno",
            "år",
            "rok",
        ),
        *("дата", "год", "תאריך", "שנה", "تاريخ", "سنة", "日期", "年", "日付"),
    )
)
"""What columns of dates are called, in lower case."""
_DATE = re.compile(r"\d{3,4}(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ].*)?)?")


def date_column(documents: Documents) -> str | None:
    """The column that holds the documents' dates: one that is called so, else one whose values all look
    like dates; None where there is none."""
    named, alike = [], []
    for column, values in documents.columns.items():
        given = [value.strip() for value in values if value.strip()]
        if column in (FILE, FOLDER) or not given:
            continue
        if column.strip().casefold() in _NAMES:
            named.append(column)
        elif all(_DATE.fullmatch(value) for value in given):
            alike.append(column)
    return next(iter([*named, *alike]), None)


def document_labels(documents: Documents) -> list[str]:
    """A label for each document: "1850 · Tales of the sea · tales.csv, row 3"."""
    date = date_column(documents)
    telling = [] if date is None else [documents.columns[date]]
    telling += [
        values
        for column, values in documents.columns.items()
        if column not in (FILE, FOLDER, date) and len(set(values)) > 1
    ]
    return [
        _joined([*(values[i] for values in telling[:TELLING]), name])
        for i, name in enumerate(documents.names)
    ]


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in (part.strip() for part in parts) if part)
