"""What the Library keeps beside the models: texts, trainings without a model, choices; each with its size
and the way to be rid of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol

import streamlit as st

from pages.parts.displayed_text import short
from pages.parts.job_queue import queue
from pages.parts.visitor import has_login, is_shared, the_library
from w2v_core.library import accounted_items
from w2v_core.library.accounted_items import Kept, Text, Training
from w2v_core.storage.limits import keep_days, max_owner_bytes
from w2v_core.visitors import ownership, quota

MOST_SHOWN = 20  # texts listed
SEVERAL = 4  # texts from which on all can be deleted at once
STATES = {
    "queued": "waiting",
    "running": "training now",
    "failed": "failed",
    "cancelled": "stopped",
    "lost": "interrupted",
    "done": "ended",
}


class Act(Protocol):
    """Draws a button; what goes wrong when it is clicked is shown as a sentence."""

    def __call__(
        self,
        label: str,
        do: Callable[[], object],
        key: str,
        type: Literal["primary", "secondary"] = "primary",
    ) -> None: ...


def also_kept(act: Act) -> None:
    """One line that opens into everything that takes room beside the models; nothing where there is
    nothing."""
    found = accounted_items.kept(the_library(), queue())
    if found.bytes or found.trainings or found.texts or found.choices:
        with st.expander(_title(found), icon=":material/inventory_2:", key="also_kept"):
            _list(found, act)
    _room()


def megabytes(n_bytes: float) -> str:
    """A size for people; a small one is not shown as none."""
    if 0 < n_bytes < 1e3:
        return f"{n_bytes:,.0f} bytes"
    if 0 < n_bytes < 1e5:
        return f"{n_bytes / 1e3:,.1f} kB"
    return f"{n_bytes / 1e6:,.1f} MB"


def _title(found: Kept) -> str:
    parts = [
        _count(len(found.texts), "text"),
        _count(len(found.trainings), "unfinished training"),
        _sets_of_choices(len(found.choices)),
        "a file that is being read" if found.arriving else "",
    ]
    return f"Also kept: {', '.join(filter(None, parts))}, {megabytes(found.bytes)}"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}" if n else ""


def _sets_of_choices(n: int) -> str:
    return f"{n:,} set{'s' * (n != 1)} of choices" if n else ""


def _list(found: Kept, act: Act) -> None:
    if found.trainings:
        st.caption(
            "**Trainings without a model.** A training that was interrupted after its first passes "
            "can be continued from there."
        )
        for training in found.trainings:
            _training(training, act)
    if found.texts:
        st.caption(
            "**Texts that you uploaded or pasted.** A model has its own copy of its text and does "
            "not need them. They are deleted automatically a week after they were last used."
        )
        for text in found.texts[:MOST_SHOWN]:
            _text(text, act)
        if len(found.texts) > MOST_SHOWN:
            st.caption(f"and {len(found.texts) - MOST_SHOWN:,} more, used longer ago")
        if len(found.texts) >= SEVERAL:
            act(
                f"Delete all {len(found.texts):,} texts permanently",
                partial(_delete_texts, found.texts),
                key="delete-texts",
                type="secondary",
            )
    if found.choices:
        st.caption(
            "**Choices of documents and preparation**, which some addresses refer to. They are "
            "deleted with the texts after a week."
        )
        with _row(f"{_sets_of_choices(len(found.choices))} · {megabytes(found.choices_bytes)}"):
            act(
                "Delete permanently",
                partial(_delete_choices, found.choices),
                key="delete-choices",
                type="secondary",
            )
    if found.arriving:
        st.caption(f"{megabytes(found.arriving)} are being written at the moment.")


def _training(training: Training, act: Act) -> None:
    told = STATES.get(training.state, training.state)
    if training.ended and training.can_continue:
        told += ", can be continued"
    with _row(f"**{short(training.name, 50)}** · {told} · {megabytes(training.bytes)}"):
        st.page_link("pages/train.py", label="Open", query_params={"job": training.id})
        if not the_library().rights.may_change(training.id):
            return
        if training.ended:
            act(
                "Delete permanently",
                partial(accounted_items.delete_training, the_library(), queue(), training.id),
                key=f"delete-training-{training.id}",
                type="secondary",
            )
        else:
            act(
                "Stop",
                partial(accounted_items.stop_training, queue(), training.id),
                key=f"stop-training-{training.id}",
                type="secondary",
            )


def _text(text: Text, act: Act) -> None:
    parts = [f"**{short(text.name, 50)}**"]
    if text.n_files > 1:
        parts.append(f"{text.n_files:,} files")
    if text.n_made:
        parts.append(
            f"with {_count(text.n_made, 'text')} made from {'them' if text.n_files > 1 else 'it'}"
        )
    with _row(" · ".join([*parts, megabytes(text.bytes)])):
        act(
            "Delete permanently",
            partial(accounted_items.delete_text, the_library(), queue(), text.ids[0]),
            key=f"delete-text-{text.ids[0]}",
            type="secondary",
        )


def _row(words: str):
    """A line of words, and beside it what stands in the block."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(words, width="stretch")
    return row


def _delete_texts(texts: tuple[Text, ...]) -> None:
    """Delete all texts but those in use."""
    in_use = accounted_items.in_use(queue())
    for text in texts:
        if not in_use.intersection(text.ids):
            accounted_items.delete_text(the_library(), queue(), text.ids[0])
    if any(in_use.intersection(text.ids) for text in texts):
        raise ValueError(
            "Texts that a training is reading were not deleted: stop the training first, or wait "
            "until it ends."
        )


def _delete_choices(ids: tuple[str, ...]) -> None:
    for id in ids:
        accounted_items.delete_text(the_library(), queue(), id)


def _room() -> None:
    """In sharing mode: how much of one's room is taken, by everything that counts; what goes by itself."""
    who = the_library().visitor
    if not is_shared() or not who.owner:
        return
    now, most = quota.used(the_library().home, who.owner).bytes, max_owner_bytes()
    said = (
        f"All of this, with what was recently deleted, takes {megabytes(now)} of {most / 1e6:,g} "
        "MB."
    )
    if (days := keep_days()) is not None and not has_login() and ownership.is_shared():
        said += f" A model that nobody opens for {days:,g} days is deleted."
    st.caption(said)
