"""Compare, through time and groups: words followed through the documents of one text, by their metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.background_work import ask_or_watch
from pages.parts.certainty_tools import has_text
from pages.parts.comparison.compared_models import LONGEST_LABEL
from pages.parts.csv_download import csv_download, csv_of_columns
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, short, shown_as
from pages.parts.explanations import explanation
from pages.parts.job_queue import queue
from pages.parts.model.current_model import model_labels
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.table import show_table
from pages.parts.typed_words import known_words
from pages.parts.visitor import the_library
from pages.plot import plot
from w2v_core.figures.followed import MOST_CURVES, nearness_curves
from w2v_core.library.model_documents import model_documents
from w2v_core.model.compared_use import LEAST
from w2v_core.model.estimate import seconds_again
from w2v_core.storage.files import Damaged
from w2v_core.text.slices import MOST_SLICES, Slices, seem_ordered, slices_of
from w2v_core.work import analyses
from w2v_core.work.analyses import Followed
from w2v_core.work.word_following import first_words

KIND = "follow"
ASKED = {"draws": 80, "rate": 0.10, "seed": 0}
MOST_WORDS = 20
USUAL_SLICES = 10  # where there are more values than can be slices
MOST_ROWS = 500
AS = {"order": "Slices in order", "groups": "Unordered groups"}
_BEFORE = {"Groups without an order": "groups"}  # labels that addresses held before
OF = {"named": "The words you follow", "all": "All words"}


@dataclass(frozen=True)
class Column:
    """What is known of the documents in one column: their values and sizes, how many values differ, and
    whether these seem to have an order."""

    values: list[str]
    sizes: np.ndarray
    distinct: int
    ordered: bool


@of_readable(max_entries=32)
def _columns(id: str, changed: float) -> dict[str, Column]:
    documents = model_documents(the_library().model_folder(id))
    if documents is None:
        return {}
    sizes = np.array(documents.ends) - np.array(documents.starts)
    found = {}
    for name, values in documents.columns.items():
        distinct = {value.strip() for value in values} - {""}
        if len(distinct) > 1:
            found[name] = Column(values, sizes, len(distinct), seem_ordered(distinct))
    return found


def columns_of(id: str) -> dict[str, Column]:
    """The columns that tell documents of a model's text apart; none where they are not known."""
    file = the_library().model_folder(id) / "documents.json"
    if not (file.is_file() and has_text(id)):
        return {}
    try:
        return _columns(id, file.stat().st_mtime)
    except Damaged:
        return {}


def sliceable() -> list[str]:
    """The models whose text has documents that metadata tell apart."""
    return [entry.id for entry in the_library().models() if columns_of(entry.id)]


def show_slices(preferred: list[str]) -> None:
    """The part; ``preferred`` are the models that are shown anyway."""
    ids = sliceable()
    if not ids:
        st.info(
            "No model here has a text whose documents differ in their metadata. Train on a table "
            "with a column such as *year* beside the text, or on files in folders."
        )
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
        return
    asked = _ask(ids, preferred)
    if asked is None:
        return
    id, parameters = asked
    found = followed(id, parameters)
    if found is None:
        _run(id, parameters)
    else:
        _show_followed(found)


def _ask(ids: list[str], preferred: list[str]) -> tuple[str, dict[str, Any]] | None:
    """What to follow through which text; None, with a sentence, while that is not complete."""
    text, by, how, many = st.columns([4, 3, 5, 2], vertical_alignment="bottom")
    default = next((id for id in preferred if id in ids), ids[0])
    id = address.SLICED.among(ids, default) or default
    address.SLICED.set(id)
    entries = [entry for entry in the_library().models() if entry.id in ids]
    labels = model_labels(entries, LONGEST_LABEL)

    def choose() -> None:
        address.SLICED.set(st.session_state["_sliced"])

    st.session_state["_sliced"] = id
    text.selectbox(
        "Text of", ids, format_func=shown_as(labels), key="_sliced", on_change=deferred(choose)
    )
    columns = columns_of(id)
    likely = max(columns, key=lambda name: (columns[name].ordered, -columns[name].distinct))
    if st.session_state.get("sliced_by", likely) not in columns:
        st.session_state["sliced_by"] = likely
    column = by.selectbox(
        "Divided by",
        list(columns),
        list(columns).index(likely),
        key="sliced_by",
        bind="query-params",
        help=explanation("divided by"),
    )
    known = columns[column]
    usual = "order" if known.ordered or known.distinct > MOST_SLICES else "groups"
    if st.session_state.get("_sliced_of", (id, column)) != (id, column):
        st.session_state["sliced_as"] = usual
    st.session_state["_sliced_of"] = (id, column)
    if "sliced_as" not in st.session_state:
        st.session_state["sliced_as"] = _as_in_address() or usual
    chosen = how.segmented_control(
        "As",
        list(AS),
        required=True,
        format_func=shown_as(AS),
        key="sliced_as",
        label_visibility="collapsed",
    )
    address.named("sliced_as").set(None if chosen == usual else chosen)
    ordered = chosen != "groups"
    usual_number = known.distinct if known.distinct <= MOST_SLICES else USUAL_SLICES
    most = min(known.distinct, MOST_SLICES)
    number_asked = most
    if ordered and most > 2:
        key = f"_slices {id} {column}"
        if key not in st.session_state:
            st.session_state[key] = address.SLICES.among(
                range(2, most + 1), min(usual_number, most)
            )
        number_asked = many.number_input(
            "Maximum slices",
            2,
            most,
            key=key,
            on_change=deferred(_keep_number),
            args=(key,),
            help="Fewer slices contain more text each, so that less is left to chance; consecutive "
            "values are then combined.",
        )
    slices: Slices | None = None
    refused = ""
    try:
        slices = slices_of(known.values, known.sizes, ordered, number_asked)
    except ValueError as error:
        refused = str(error)
    words = _words(id, column, ordered, number_asked)
    if slices is None:
        st.info(literal(refused))
        return None
    number = len(slices.names)
    said = (
        f"{len(known.values):,} documents, {slices.values:,} values of {short(column)}: {number} "
    )
    said += "slices" if ordered else "groups"
    if slices.values > number:
        said += " of consecutive values, of about equal size"
    st.caption(f"{said}.")
    if not words:
        st.info("Type the words that you want to follow.")
        return None
    asked = {"column": column, "ordered": ordered, "words": words, **ASKED}
    return id, {**asked, **({"slices": number_asked} if ordered else {})}


def _as_in_address() -> str | None:
    """How the address says to divide: by its name, or by its label, as addresses did before."""
    wanted = address.named("sliced_as").get()
    labels = {label: name for name, label in AS.items()} | _BEFORE
    return wanted if wanted in AS else labels.get(wanted or "")


def _keep_number(key: str) -> None:
    address.SLICES.set(st.session_state[key])


@of_readable(max_entries=32)
def _first_words(id: str, column: str, ordered: bool, most: int) -> list[str]:
    try:
        return first_words(the_library().model_folder(id), column, ordered=ordered, most=most)
    except ValueError:  # the text cannot be divided so, which the page says
        return []


def _words(id: str, column: str, ordered: bool, most: int) -> list[str]:
    """The words to follow, as the model spells them; the field begins with words that say what the text is
    about and stand in every slice."""
    if "followed" not in st.session_state and not address.named("followed").given():
        most = most if ordered else MOST_SLICES
        if first := _first_words(id, column, ordered, most):
            st.session_state["followed"] = ", ".join(first)
    typed = st.text_input(
        "Words to follow",
        key="followed",
        bind="query-params",
        max_chars=1000,
        placeholder="such as: gay, cell, mouse",
        help=explanation("words followed"),
    )
    vocabulary = open_model(id).vocabulary
    return known_words(typed, vocabulary, "Not in the vocabulary, so left out", MOST_WORDS)


@of_readable(max_entries=4)
def _followed(id: str, made: float, changed: str, _parameters: dict[str, Any]) -> Followed | None:
    return analyses.load_followed(the_library(), id, _parameters)


def followed(id: str, parameters: dict[str, Any]) -> Followed | None:
    """What the work found; None until it has run."""
    if not analyses.has_result(the_library(), KIND, id, parameters):
        return None
    made = (the_library().model_folder(id) / "results").stat().st_mtime
    return _followed(id, made, analyses.job_id(KIND, id, parameters), parameters)


def _run(id: str, parameters: dict[str, Any]) -> None:
    status = analyses.status(the_library(), queue(), KIND, id, parameters)
    if status is not None and status.state == "cancelled":
        st.caption("This was stopped before it was complete, so there is nothing to show.")
    if status is None or status.ended:
        kind = "slice" if parameters["ordered"] else "group"
        st.caption(
            f"One model is trained on the whole text, and each word gets a vector in each {kind}; then "
            f"documents are permuted among the {kind}s, to see how much of a difference is chance. This "
            "happens in the background."
        )
    ask_or_watch(
        KIND,
        id,
        parameters,
        "Follow these words",
        "follow",
        "You can leave this page meanwhile.",
        (7, 1),
        2 * seconds_again(open_model(id), 2),
        type="primary",
    )


def _show_followed(found: Followed) -> None:
    pick, told = st.columns([2, 5], vertical_alignment="bottom", gap="medium")
    wanted = address.WORD.get()
    word = wanted if wanted in found.words else found.words[0]

    def choose() -> None:
        address.WORD.set(st.session_state["_followed_word"])

    st.session_state["_followed_word"] = word
    pick.selectbox("Word", found.words, key="_followed_word", on_change=deferred(choose))
    at = found.words.index(word)
    told.markdown(_verdict(found, at))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        _show_curves(found, at)
    with right:
        _show_moved(found)
    _show_nearest(found, at)
    _show_contrasts(found, at)


def _when(found: Followed, contrast: int) -> str:
    """A contrast in words; empty where there is none."""
    if contrast < 0:
        return "too rare on a side"
    if found.settings["ordered"]:
        return f"{found.names[contrast]} → {found.names[contrast + 1]}"
    return found.names[contrast]


def _verdict(found: Followed, at: int) -> str:
    word, when = short(found.words[at]), int(found.when[at])
    if when < 0:
        return (
            f"**{word}** is too rare to be tested: it must occur {LEAST} times or more on both "
            "sides of a comparison."
        )
    q = "q < 0.001" if found.q[at] < 0.001 else f"q = {found.q[at]:.3f}"
    q = literal(q)
    if found.settings["ordered"]:
        first, then = short(found.names[when]), short(found.names[when + 1])
        if found.moved[at]:
            return f"The use of **{word}** **moved**, most of all between {first} and {then} ({q})."
        return f"The test finds no move in the use of **{word}** ({q})."
    if found.moved[at]:
        return (
            f"**{word}** is **used differently** in at least one group, most of all in "
            f"{short(found.names[when])} ({q})."
        )
    return f"The test finds no group that uses **{word}** differently from the rest ({q})."


def _show_curves(found: Followed, at: int) -> None:
    word, others = found.words[at], found.others[at]
    chosen = st.multiselect(
        "Its nearest words",
        others,
        found.telling(at, MOST_CURVES),
        max_selections=MOST_CURVES,
        key=f"_curves {at} {word} {found.names}",
        help="These are the words nearest in any slice. The figure begins with those whose nearness "
        "differs most between slices.",
    )
    if not chosen:
        st.info("Choose words to draw.")
        return
    rows = [others.index(other) for other in chosen]
    ordered = bool(found.settings["ordered"])
    moved = ordered and bool(found.moved[at])
    plot(
        nearness_curves(
            found.names,
            chosen,
            found.curves[at, rows],
            ordered=ordered,
            moved_after=int(found.when[at]) if moved else None,
        ),
        key="followed_curves",
        height=430,
        name=f"{word[:40]} followed",
        view=f"{word} {chosen} {found.names}",
    )
    note, take = st.columns([6, 1])
    kind, bands = ("slice", "Bands") if ordered else ("group", "Bars")
    note.caption(
        f"Each value is the cosine of the word's vector in one {kind} with the other word's vector in the "
        f"model of all {kind}s. {bands} hold the true value in about 90% of cases; they come from random "
        f"halves of each {kind}'s documents."
    )
    table = [
        (word, other, name, *found.curves[at, i, j].tolist())
        for i, other in enumerate(others)
        for j, name in enumerate(found.names)
    ]
    csv_download(take, ("word", "near", "slice", "cosine", "low", "high"), table, "curves.csv")


def _show_moved(found: Followed) -> None:
    ordered = found.settings["ordered"]
    title = "Which words moved most, and when" if ordered else "Which words differ, and where"
    st.markdown(f"**{title}**")
    which, take = st.columns([4, 1], vertical_alignment="bottom")
    of = which.segmented_control(
        "Of",
        list(OF),
        default="named",
        required=True,
        format_func=shown_as(OF),
        key="moved_of",
        bind="query-params",
        label_visibility="collapsed",
    )
    if of == "all":
        words, moved, when = found.all_words, found.all_moved, found.all_when
        z, q, times = found.all_z, found.all_q, found.all_counts
    else:
        words, moved, when, q = found.words, found.moved, found.when, found.q
        rows = np.arange(len(words))
        z = np.where(when >= 0, found.z[rows, when], np.nan)
        times = found.counts.sum(axis=0)
    order = np.lexsort((-np.nan_to_num(z, nan=-np.inf), ~moved))
    columns: dict[str, Any] = {
        "word": [words[i] for i in order],
        "moved" if ordered else "differs": moved[order],
        "when" if ordered else "where": [_when(found, int(when[i])) for i in order],
        "z": z[order],
        "q": q[order],
        "times": times[order],
    }
    config = st.column_config
    show_table(
        {name: values[:MOST_ROWS] for name, values in columns.items()},
        height=330 if len(words) > 8 else "content",
        column_config={
            "word": config.TextColumn(width=76),
            **{
                name: config.CheckboxColumn(width=56, help="q is at most the accepted rate")
                for name in ("moved", "differs")
            },
            "when": config.TextColumn(width=176),
            "where": config.TextColumn(width=110),
            "z": config.NumberColumn(
                format="%.1f", width=44, help="Standard deviations beyond permuted documents"
            ),
            "q": config.NumberColumn(
                format="%.3f",
                width=52,
                help=explanation("q"),
            ),
            "times": config.NumberColumn(format="localized", width=50, help="In the whole text"),
        },
    )
    csv_of_columns(take, columns, "moved words.csv")
    st.caption(_permuted(found))


def _permuted(found: Followed) -> str:
    """What the test did."""
    settings = found.settings
    blocks = sum("blocks" in unit for unit in settings["units"])
    kind = "slices" if settings["ordered"] else "groups"
    what, why = f"the {sum(settings['documents']):,} documents", ""
    if blocks == len(found.names):
        what, why = "blocks of sentences", ", as none of them has enough documents"
    elif blocks:
        what = "documents"
        why = f"; in the {blocks} {kind} that have too few, it permuted blocks of sentences"
    said = (
        f"The test permuted {what} among the {kind}, {settings['draws']:,} times{why}. About "
        f"{settings['rate']:.0%} of "
        "the words that it names can be false discoveries. "
        + (
            "A word whose use moved has not necessarily changed its meaning: read its lines."
            if settings["ordered"]
            else "A different use is not necessarily a different meaning: read the lines."
        )
    )
    if blocks:
        said += (
            " Sentences of one document resemble each other, so blocks within one document can make the "
            "test find too much."
        )
    if without := settings["without"]:
        said += f" Left out, as they have no value or no words: {without:,} documents."
    return said


def _show_nearest(found: Followed, at: int) -> None:
    kind = "slice" if found.settings["ordered"] else "group"
    st.markdown(f"**Its nearest words in each {kind}**")
    lists = found.nearest[at]
    longest = max(map(len, lists))
    config = st.column_config
    show_table(
        {
            name: [*(near for near, _ in of_slice), *[""] * (longest - len(of_slice))]
            for name, of_slice in zip(found.names, lists, strict=True)
        },
        file="nearest in each slice.csv",
        column_config={
            name: config.TextColumn(
                help=f"{int(found.counts[i, at]):,} times among {found.settings['sizes'][i]:,} words in "
                f"{found.settings['documents'][i]:,} documents"
            )
            for i, name in enumerate(found.names)
        },
    )
    absent = [
        short(name) for name, of_slice in zip(found.names, lists, strict=True) if not of_slice
    ]
    if absent:
        st.caption(f"The word does not occur in {', '.join(absent)}.")


def _show_contrasts(found: Followed, at: int) -> None:
    if found.settings["ordered"]:
        title = "Before and after each slice"
        names = [_when(found, i) for i in range(len(found.names) - 1)]
        columns = {"between": names, "z, all before and after": found.z[at]}
        columns["z, these two alone"] = found.near[at]
    else:
        title = "Each group against the rest"
        columns = {"group": found.names, "times": found.counts[:, at], "z": found.z[at]}
    with st.expander(title):
        show_table(
            columns,
            column_config={
                name: st.column_config.NumberColumn(format="%.1f")
                for name in columns
                if name.startswith("z")
            },
        )
        st.caption(
            "z says by how many standard deviations a difference lies beyond that of permuted "
            f"documents. It is empty where the word occurs fewer than {LEAST} times on one side."
        )
