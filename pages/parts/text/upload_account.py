"""What became of the files of an upload: one line where all were simply read, else a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.displayed_text import literal
from pages.parts.readable_cache import of_readable
from pages.parts.table import ROW, show_table
from pages.parts.visitor import the_library
from w2v_core.text.account import FileAccount, Note
from w2v_core.text.documents import Documents
from w2v_core.text.word_counts import with_words, words_of_files

MOST_SHOWN = 500
MOST_COUNTED = 50_000_000  # bytes of a text whose words are counted file by file
KINDS = {"guessed": "guessed", "mended": "mended", "left out": "left out"}
SETTINGS = {
    "encoding": "*Encoding of the files*, under *Preparation*",
    "first_row": "*The first row holds*, under *Documents*",
    "text_column": "*Column with the text*, under *Documents*",
    "spelling": "*Where TEI gives two readings, read*, under *Documents*",
}
"""Where the setting that a note names stands on the page, by its label there."""


def show_account(key: str, whole: Documents) -> None:
    """The account of a gathered text.

    Parameters
    ----------
    key : str
        Of the text.
    whole : Documents
    """
    accounts = whole.accounts
    path = the_library().texts.file(key)
    if path.stat().st_size <= MOST_COUNTED:
        accounts = with_words(accounts, _words(key, path.stat().st_mtime))
    if not accounts:
        return
    odd = sorted((account for account in accounts if not account.is_simple), key=_urgency)
    n = len(accounts)
    if not odd:
        formats = list(dict.fromkeys(account.format for account in accounts))
        of_kind = literal(", ".join(formats[:4])) + (" …" if len(formats) > 4 else "")
        what = "The file was" if n == 1 else f"All {n:,} files were"
        st.caption(f":material/check: {what} read completely: {of_kind}.")
        return
    unread = sum(not account.format for account in accounts)
    said = f"{n - unread:,} of {n:,} files were read"
    kinds = [
        f"something was {word} in {number:,}"
        for kind, word in KINDS.items()
        if (number := sum(any(note.kind == kind for note in a.notes) for a in odd if a.format))
    ]
    st.caption(f"{said}{': ' * bool(kinds)}{', '.join(kinds)}.")
    # What needs a look stands above the rest.
    show_rows([*odd, *(account for account in accounts if account.is_simple)][:MOST_SHOWN])
    if n > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {n:,} files are listed.")
    point_to_settings([note for account in odd for note in account.notes])


def _urgency(account: FileAccount) -> int:
    """What could not be read first, then what was guessed, mended, or read but for a part."""
    kinds = {note.kind for note in account.notes}
    if not account.format:
        return 0
    return next((i for i, kind in enumerate(KINDS, 1) if kind in kinds), len(KINDS) + 1)


def show_rows(accounts: Sequence[FileAccount]) -> None:
    """A line for each file, and one for each thing that is noted of it."""
    names = ("file", "read as", "encoding", "rows", "words", "account")
    table: dict[str, list] = {name: [] for name in names}
    for account in accounts:
        for number, sentence in enumerate(account.sentences() or [""]):
            first = number == 0
            table["file"].append(account.name if first else "")
            table["read as"].append((account.format or "left out") if first else "")
            table["encoding"].append(account.encoding if first else "")
            for name, number_of in (("rows", account.rows), ("words", account.words)):
                table[name].append("" if number_of is None or not first else f"{number_of:,}")
            table["account"].append(sentence)
    if not any(table["encoding"]):
        del table["encoding"]
    if not any(table["rows"]):
        del table["rows"]
    figures = st.column_config.TextColumn(width=50, alignment="right")
    show_table(
        table,
        height=min(ROW * (len(table["file"]) + 1) + 3, 10 * ROW),
        column_config={
            "file": st.column_config.TextColumn(width=150),
            "read as": st.column_config.TextColumn(width=160),
            "encoding": st.column_config.TextColumn(width=80),
            "rows": figures,
            "words": figures,
            "account": st.column_config.TextColumn(width=560),
        },
    )


def point_to_settings(notes: Sequence[Note]) -> None:
    """Where what was guessed can be set by hand."""
    named = dict.fromkeys(note.setting for note in notes if note.kind == "guessed")
    places = [SETTINGS[name] for name in named if name in SETTINGS]
    if places:
        st.caption(f"What was guessed can be set by hand: {'; '.join(places)}.")


@of_readable(max_entries=16, copied=True)
def _words(key: str, changed: float) -> dict[str, int]:
    whole = the_library().texts.documents_of(key)
    if whole is None:
        return {}
    with open(the_library().texts.file(key), "rb") as file:
        return words_of_files(file, whole)
