"""Compare: models of two parts of one text, its documents divided by their metadata."""

from __future__ import annotations

import streamlit as st

from pages.parts import address
from pages.parts.comparison.compared_models import LONGEST_LABEL, open_pair
from pages.parts.deferred import fragment
from pages.parts.displayed_text import cut, literal, shown_as
from pages.parts.error_messages import toast_for_errors
from pages.parts.explanations import explanation
from pages.parts.job_queue import queue
from pages.parts.model.current_model import model_labels
from pages.parts.visitor import the_library
from w2v_core.library.model_documents import model_documents
from w2v_core.storage.files import Damaged
from w2v_core.work.worker import ensure_worker


def offer_halves() -> None:
    """Two models of one text, its documents divided by their metadata."""
    divided = {
        entry.id: entry
        for entry in the_library().models()
        if (the_library().model_folder(entry.id) / "documents.json").is_file()
    }
    if not divided:
        return
    with st.expander(
        "Divide one text in two by the metadata of its documents, and train a model on each part",
        icon=":material/call_split:",
        key="halves",
    ):
        labels = model_labels(list(divided.values()), LONGEST_LABEL)
        id_place, column_place = st.columns(2)
        chosen = id_place.selectbox(
            "Text of", list(divided), format_func=shown_as(labels), key="half_of"
        )
        documents = model_documents(the_library().model_folder(chosen))
        columns = (
            {}
            if documents is None
            else {
                name: sorted(set(values))
                for name, values in documents.columns.items()
                if 1 < len(set(values)) <= 300
            }
        )
        if documents is None or not columns:
            st.caption("All documents share the same metadata, so there is nothing to split by.")
            return
        column = column_place.selectbox(
            "Divide by", list(columns), key="half_by", help=explanation("divided by")
        )
        values = columns[column]
        left, right = st.columns(2)
        half = len(values) // 2
        in_a = left.multiselect(
            "First part", values, values[:half], key=f"half_a {chosen} {column}"
        )
        rest = [v for v in values if v not in in_a]
        in_b = right.multiselect("Second part", rest, rest, key=f"half_b {chosen} {column} {in_a}")
        for place, part in ((left, in_a), (right, in_b)):
            rows = documents.rows({column: part})
            size = sum(int(documents.ends[i] - documents.starts[i]) for i in rows)
            place.caption(f"{len(rows):,} documents, {size / 1e6:,.2f} MB")
        if st.button(
            "Train both", type="primary", disabled=not in_a or not in_b, key="train_halves"
        ):
            with toast_for_errors():
                train_halves(chosen, column, in_a, in_b)


def train_halves(id: str, column: str, in_a: list[str], in_b: list[str]) -> None:
    settings = the_library().settings(id)
    made = []
    for part in (in_a, in_b):
        name = cut(f"{', '.join(v or '(empty)' for v in part)}", 40)
        folder = the_library().model_folder(id)
        text = the_library().texts.part_of_model(folder, name, column, part)
        made.append(
            the_library().start_training(queue(), text, name, settings.text, settings.model)
        )
    ensure_worker(queue())
    st.session_state["_halves"] = made
    st.rerun()


def show_halves_in_training() -> None:
    made = st.session_state.get("_halves")
    if not made:
        return
    if all(the_library().is_finished(id) for id in made):
        del st.session_state["_halves"]
        open_pair(*made)
        address.PART.clear()
        st.rerun()
    fragment(run_every=1)(_halves)(made)


def _halves(made: list[str]) -> None:
    if all(the_library().is_finished(id) for id in made):
        st.rerun(scope="app")
    ensure_worker(queue())
    for id in made:
        try:
            name = literal(the_library().settings(id).name)
        except (OSError, Damaged):
            name = "a training that cannot be opened"
        job = queue().get(id)
        state = "ready" if the_library().is_finished(id) else job.state if job else "gone"
        st.page_link(
            "pages/train.py",
            label=f"{name}: {state}",
            icon=":material/model_training:",
            query_params={"job": id},
        )
