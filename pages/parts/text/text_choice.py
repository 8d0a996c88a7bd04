"""Choosing the text to train on: a sample, an upload, or what was pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.parts import address
from pages.parts.displayed_text import literal
from pages.parts.job_queue import queue
from pages.parts.text.paste_field import paste_field
from pages.parts.text.upload_memory import release
from pages.parts.text.upload_size import most_upload
from pages.parts.visitor import the_library
from w2v_core.library import accounted_items
from w2v_core.library.texts import is_plain
from w2v_core.storage.files import sentence
from w2v_core.text.documents import Source
from w2v_core.text.samples import samples

SOURCES = ("Sample", "Upload", "Paste")
LONG_PASTE = 200_000  # characters of a pasted text that does not stay in its field


@dataclass
class Upload:
    """What became of the files in the field for uploads, for as long as the browser's session lasts.

    ``kept`` are the ids of the files that were last saved together, ``saved`` where each one of the session
    lies; ``unread`` is the key of a text that no page has read yet; ``refused`` the ids of files that were
    not saved, or whose text could not be read, and ``why`` a sentence on it.
    """

    kept: Sequence[str] = ()
    saved: dict[str, Source] = field(default_factory=dict)
    unread: str | None = None
    refused: Sequence[str] = ()
    why: str = ""


def upload() -> Upload:
    return st.session_state.setdefault("_upload", Upload())


def choose_text() -> tuple[str, str] | None:
    """The chosen text's key and name."""
    left, right = st.columns([1, 3], vertical_alignment="top")
    source = left.segmented_control(
        "Text", SOURCES, default="Sample", required=True, key="source", bind="query-params"
    )
    with right:
        if source == "Upload":
            return uploaded()
        if source == "Paste":
            return pasted()
        known = {s.name: s for s in samples()}
        if (named := address.SAMPLE.get()) in known:
            if "sample" in st.session_state:  # the browser went back to an address that says so
                st.session_state["sample"] = named
            else:
                address.SAMPLE.set(known[named].title)  # as the field writes and reads it
                st.rerun()
        name = st.segmented_control(
            "Sample",
            list(known),
            default=next(iter(known)),
            required=True,
            format_func=lambda n: known[n].title,
            key="sample",
            bind="query-params",
        )
        st.caption(known[name].about)
        return f"sample:{name}", known[name].title


def uploaded() -> tuple[str, str] | None:
    files = st.file_uploader(
        "Text files (.txt, .docx, .odt, .epub, .pdf, .html, .md, TEI, .srt), tables (.csv, .tsv, .xlsx, "
        ".jsonl), or a .zip of them",
        accept_multiple_files=True,
        key="file",
        max_upload_size=most_upload(),
    )
    state = upload()
    _keep(files, state)
    if state.why:
        st.error(literal(state.why), icon=":material/error:")
    return None if state.refused else kept_text(address.UPLOAD)


def _keep(files: list[Any], state: Upload) -> None:
    """Save what was uploaded, once, and let the server's memory go of it at once. The field goes on naming
    such files (without their content): where others are added to them, they are read where they were
    saved."""
    ids = [file.file_id for file in st.session_state["file"]]
    if ids != state.refused:
        state.refused, state.why = [], ""
    if not ids or ids in (state.kept, state.refused):
        return
    new = {file.file_id: file for file in files}
    try:
        if not all(id in new or id in state.saved for id in ids):
            raise ValueError("One of these files is no longer here: remove it and choose it again.")
        key = _save([new.get(id, state.saved.get(id)) for id in ids])
        state.saved.update(zip(ids, the_library().texts.sources(key), strict=True))
    except (ValueError, OSError) as error:
        state.refused, state.why = ids, sentence(error)
        return
    finally:
        release(files)
    address.UPLOAD.set(key)
    address.CHOICES.clear()  # they were about other files
    state.kept, state.unread = ids, key


def _save(files: Sequence[Any]) -> str:
    """Save files of the field (those saved before are read from the disk); returns their common key."""
    if len(files) == 1 and _is_plain(files[0]):
        return the_library().texts.keep(files[0].name, _pieces(files[0]))
    return the_library().texts.keep_files([(file.name, _pieces(file)) for file in files])


def _is_plain(file: Any) -> bool:
    if isinstance(file, Source):
        with open(file.path, "rb") as saved:
            return is_plain(file.name, saved)
    return is_plain(file.name, file)


def _pieces(file: Any) -> Iterator[bytes]:
    if isinstance(file, Source):
        with open(file.path, "rb") as saved:
            yield from iter(lambda: saved.read(1 << 20), b"")
    else:
        yield from iter(lambda: file.read(1 << 20), b"")


@contextmanager
def refused_goes(key: str, nothing_chosen: bool) -> Iterator[None]:
    """An upload that cannot be read at all is not kept: there is nothing to do with it but to say why.
    Where something was chosen, another choice may help, and it stays."""
    state = upload()
    try:
        yield
    except ValueError as error:
        is_new, state.unread = state.unread == key, None
        if is_new and nothing_chosen:
            with suppress(ValueError):  # it was kept before, and a training reads it
                accounted_items.delete_text(the_library(), queue(), key)
                state.saved.clear()
                state.refused, state.why = state.kept, sentence(error)
                address.UPLOAD.clear()
                st.rerun()
        raise
    if state.unread == key:
        state.unread = None


def pasted() -> tuple[str, str] | None:
    text = paste_field(pasted_anew, go_to_upload)
    if text:
        address.PASTE.set(keep_pasted(text))
    return kept_text(address.PASTE)


def keep_pasted(text: str) -> str:
    return the_library().texts.keep("pasted text", text.encode("utf-8", "replace"))


def pasted_anew() -> None:
    """A text that was cleared is forgotten. A long one is kept at once and leaves the field, which would
    hold up the browser, and would be sent again with each click."""
    text = st.session_state["pasted"]
    if not text:
        address.PASTE.clear()
    elif len(text) > LONG_PASTE:
        with suppress(ValueError, OSError):  # it stays in the field, and the page says why
            address.PASTE.set(keep_pasted(text))
            st.session_state["pasted"] = ""


def go_to_upload() -> None:
    st.session_state["source"] = "Upload"


def kept_text(entry: address.Entry[str | None]) -> tuple[str, str] | None:
    """The text that the address names, so that a reload finds it again."""
    key = entry.get()
    if key is None:
        return None
    name, size = the_library().texts.name_of(key), the_library().texts.size_of(key)
    st.caption(f"Current text: {literal(name)}, {size / 1e6:,.2f} MB")
    return key, name
