"""The encoding of files that do not say theirs: what was suggested, shown on some of the text."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal
from pages.parts.readable_cache import of_readable
from pages.parts.text.preparation_choices import change, choices
from pages.parts.visitor import the_library
from w2v_core.library.choices import Choices
from w2v_core.text.documents import ENCODINGS, FILE

FOUND_OUT = "detected for each file"


def confirm_encoding(key: str, names: Sequence[str], labels: Sequence[str]) -> None:
    """The encoding that was suggested for files that do not say theirs, with some of the text as it reads
    in it; a person confirms it or chooses another.

    Parameters
    ----------
    key : str
        Of the text made of the files.
    names : sequence of str
        Of these files.
    labels : sequence of str
        What their accounts call the encodings.
    """
    suggested = [codec for codec, name in ENCODINGS.items() if name.partition(",")[0] in labels]
    if not suggested:
        return
    field, sample = st.columns([2, 3], vertical_alignment="bottom")
    field.selectbox(
        f"Encoding of {literal(cut(names[0], 40))}"
        + (f" and {len(names) - 1:,} more" if len(names) > 1 else ""),
        [*suggested, *(codec for codec in ENCODINGS if codec not in suggested)],
        index=None,
        format_func=lambda codec: (
            f"{ENCODINGS[codec]} ({'as suggested' if codec in suggested else codec})"
        ),
        key="_suggested_encoding",
        placeholder=f"{ENCODINGS[suggested[0]]}: confirm it, or choose another",
        on_change=deferred(
            lambda: change(
                gathering=dataclasses.replace(
                    choices().gathering, encoding=st.session_state["_suggested_encoding"]
                )
            )
        ),
    )
    with sample:
        show_encoding(key, key)


def choose_encoding(chosen: Choices) -> None:
    st.session_state["_encoding"] = chosen.gathering.encoding
    st.selectbox(
        "Encoding of the files",
        list(ENCODINGS),
        format_func=lambda codec: f"{ENCODINGS[codec]} ({codec})",
        key="_encoding",
        placeholder=FOUND_OUT,
        on_change=deferred(
            lambda: change(
                gathering=dataclasses.replace(
                    choices().gathering, encoding=st.session_state["_encoding"]
                )
            )
        ),
    )


def show_encoding(key: str, text: str | None) -> None:
    """How the text reads in it: where it is not sure, a place with letters that are not ASCII."""
    if text is None:
        return
    sample, name = _encoding_sample(text, the_library().texts.file(text).stat().st_mtime)
    if sample:
        st.caption(f"How the text reads now, from {literal(cut(name, 60))}:")
        st.text(sample)
    else:
        st.caption("All letters are ASCII, which every encoding reads in the same way.")


@of_readable(max_entries=16, copied=True)
def _encoding_sample(text: str, changed: float) -> tuple[str, str]:
    whole, path = the_library().texts.documents_of(text), the_library().texts.file(text)
    spans = [(0, path.stat().st_size, the_library().texts.name_of(text))]
    if whole is not None:
        unsure = set(whole.unsure)
        order = sorted(range(len(whole)), key=lambda i: whole.columns[FILE][i] not in unsure)
        spans = [(whole.starts[i], whole.ends[i], whole.names[i]) for i in order[:200]]
    from w2v_core.text import reading

    encoding = reading.Encoding("utf-8", "UTF-8", errors="replace")
    if whole is None:
        encoding = reading.detect_encoding(path)
    with reading.open_bytes(path) as file:
        for start, end, name in spans:
            file.seek(start)
            read = file.read(min(end - start, 1 << 18)).decode(encoding.codec, "replace")
            at = next(
                (i for i, c in enumerate(read) if ord(c) > 127 and c not in "“”‘’–—…\ufeff"), None
            )
            if at is not None:
                return " ".join(read[max(at - 60, 0) : at + 140].split()), name
    return "", ""
