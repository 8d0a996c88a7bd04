"""Which documents go into a text, and how it is prepared: each step with its effect on the person's
own text. What is chosen stands in the address (?choices=…)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.parts import address
from pages.parts.corpus_reading import read_corpus
from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal, short, shown_as
from pages.parts.error_messages import toast_for_errors
from pages.parts.progress_bar import with_progress
from pages.parts.readable_cache import of_readable
from pages.parts.recent_values import RecentValues
from pages.parts.table import show_table
from pages.parts.text_changes import (
    draw_gutenberg,
    draw_pipeline,
    show_gutenberg,
    show_pipeline,
    with_steps,
)
from pages.parts.upload_account import show_account
from pages.parts.visitor import the_library
from w2v_core import Corpus
from w2v_core.figures.before_after import before_after, numbered
from w2v_core.library.choices import Choices
from w2v_core.parameters import PARAMETERS, Parameter
from w2v_core.text import preview
from w2v_core.text.documents import ENCODINGS, FILE, FOLDER, Documents
from w2v_core.text.hyphens import hyphens_kept
from w2v_core.text.line_wrapping import WRAPPED
from w2v_core.text.phrases import NPMI, Phrase, find_phrases
from w2v_core.text.repeated_lines import RepeatedLine, repeated_lines
from w2v_core.text.word_lists import MOST_LISTED, word_list

MOST_VALUES = 300  # of a metadata column that can be chosen from
MOST_NAMED = 2_000  # documents that can be left out by name
MOST_SHOWN = 500  # documents listed
LEAST_NPMI = 0.1
ROW = 35  # pixels of a table's row
ROLES = {
    "texts": "each row is a text",
    "metadata": "rows describe the files",
}
FIRST_ROWS = {"names": "the names of the columns", "text": "a text like the others"}
SPELLINGS = {
    "regularised": "the regularised, corrected and expanded one",
    "original": "the one of the source",
}
STEPS_OF_WORDS = (
    "sentence_ends",
    "unit",
    "lowercase",
    "language",
    "numbers",
    "addresses",
    "emoji",
)
"""The settings that say what is a word and a sentence, in the order in which they are shown."""
FOUND_OUT = "detected for each file"


def choices() -> Choices:
    """What the address says was chosen."""
    return the_library().texts.kept_choices(address.CHOICES.get())


def change(**parts: Any) -> None:
    """Choose something else, the rest as it is."""
    keep(dataclasses.replace(choices(), **parts))


def change_steps(**steps: Any) -> None:
    """Choose other steps that change the text."""
    keep(with_steps(choices(), **steps))


def keep(chosen: Choices) -> None:
    with toast_for_errors():  # there may be no room for it
        address.CHOICES.set(the_library().texts.keep_choices(chosen))


def prepared_text(key: str, chosen: Choices) -> str:
    """The key of the text that is trained on (errors as ``sources.prepared``)."""
    return with_progress(
        "Reading the files", lambda show: the_library().texts.prepared(key, chosen, callback=show)
    )


@of_readable(max_entries=4)
def _documents(path: str, changed: float) -> Documents | None:
    return the_library().texts.documents_of(path)


def documents(key: str) -> Documents | None:
    """The documents of a gathered text; None where it was not gathered."""
    return _documents(key, the_library().texts.file(key).stat().st_mtime)


# --- Documents -------------------------------------------------------------------------------------


def choose_documents(key: str, chosen: Choices) -> None:
    """What was read, what of it goes in, and how tables are read."""
    whole_key = with_progress(
        "Reading the files", lambda show: the_library().texts.gathered(key, chosen.gathering, show)
    )
    whole = documents(whole_key)
    if whole is None:
        return
    rows = whole.rows(chosen.chosen, chosen.left_out)
    n, size = len(whole), sum(whole.ends) - sum(whole.starts)
    said = f"{n:,} document{'s' * (n != 1)}, {size / 1e6:,.2f} MB of text"
    if len(rows) < n:
        said += f"; {len(rows):,} go in"
    show_account(whole_key, whole)
    if whole.unsure and chosen.gathering.encoding is None:
        unsure = set(whole.unsure)
        confirm_encoding(
            whole_key, whole.unsure, [a.encoding for a in whole.accounts if a.name in unsure]
        )
    with st.expander(f"**Documents:** {said}", icon=":material/library_books:", key="documents"):
        if whole.tables:
            choose_columns(whole, chosen)
        if any(note.setting == "spelling" for a in whole.accounts for note in a.notes):
            choose_spelling(chosen)
        left, right = st.columns([2, 3], gap="large")
        with left:
            choose_by_metadata(whole, chosen)
        with right:
            list_documents(whole, rows)


def account_of_plain(key: str, text: str, corpus: Corpus, chosen: Choices) -> None:
    """The account of a single plain text.

    Parameters
    ----------
    key : str
        Of the text as it was given.
    text : str
        Of the one that is trained on, which may have been prepared.
    corpus : Corpus
    chosen : Choices
    """
    encoding = corpus.encoding
    if text != key:
        whole = documents(the_library().texts.gathered(key, chosen.gathering))
        encoding = whole.accounts[0].encoding if whole is not None and whole.accounts else encoding
    st.caption(
        f":material/check: Read as plain text, {literal(encoding)}: {corpus.n_tokens:,} words."
    )
    if chosen.gathering.encoding is None and not encoding.startswith("UTF"):
        confirm_encoding(key, [the_library().texts.name_of(key)], [encoding])


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


def choose_columns(whole: Documents, chosen: Choices) -> None:
    """How tables are read: what a row is, which column holds the text, which are kept."""
    gathering = chosen.gathering
    columns = list(dict.fromkeys(c for names in whole.tables.values() for c in names))
    told = [c for c in columns if c in whole.columns or c != f"{FILE} *"]
    role_place, first_place, text_place, kept_place = st.columns(4)

    def set(**parts: Any) -> None:
        now = dataclasses.replace(choices().gathering, **parts)
        change(gathering=now, chosen={}, left_out=())

    st.session_state["_role"] = gathering.tables
    role_place.selectbox(
        f"What {literal(cut(next(iter(whole.tables)), 30))} holds",
        list(ROLES),
        format_func=shown_as(ROLES),
        key="_role",
        placeholder="as it looks",
        on_change=deferred(lambda: set(tables=st.session_state["_role"])),
    )
    st.session_state["_first_row"] = gathering.first_row
    first_place.selectbox(
        "The first row holds",
        list(FIRST_ROWS),
        format_func=shown_as(FIRST_ROWS),
        key="_first_row",
        placeholder="as it looks",
        on_change=deferred(
            lambda: set(
                first_row=st.session_state["_first_row"], text_column=None, metadata_columns=None
            )
        ),
    )
    st.session_state["_text_column"] = (
        gathering.text_column if gathering.text_column in columns else None
    )
    text_place.selectbox(
        "Column with the text",
        columns,
        key="_text_column",
        placeholder="the one with the longest cells",
        on_change=deferred(lambda: set(text_column=st.session_state["_text_column"])),
    )
    kept = gathering.metadata_columns
    st.session_state["_kept_columns"] = [c for c in told if kept is None or c in kept]
    kept_place.multiselect(
        "Columns kept as metadata",
        told,
        key="_kept_columns",
        on_change=deferred(lambda: set(metadata_columns=tuple(st.session_state["_kept_columns"]))),
    )


def choose_spelling(chosen: Choices) -> None:
    """Which of two readings is read, where editors give both."""
    st.session_state["_spelling"] = chosen.gathering.spelling
    st.segmented_control(
        "Where TEI gives two readings, read",
        list(SPELLINGS),
        format_func=SPELLINGS.__getitem__,
        required=True,
        key="_spelling",
        on_change=deferred(
            lambda: change(
                gathering=dataclasses.replace(
                    choices().gathering, spelling=st.session_state["_spelling"]
                )
            )
        ),
    )


def choose_by_metadata(whole: Documents, chosen: Choices) -> None:
    """Choose documents by their values, and leave some out by name."""
    offered: dict[str, list[tuple[str, int]]] = {}
    for column, values in whole.columns.items():
        number = len(set(values))
        if 1 < number <= MOST_VALUES:
            offered[column] = sorted(Counter(values).items())
    if not offered:
        st.caption("There is no metadata to choose by: all documents are of one kind.")
    for number, (column, counted) in enumerate(offered.items()):
        if column == FILE and len(whole) == len(counted) and len(offered) > 1:
            continue  # that is leaving out by name, below
        labels = _labels(counted)

        def chose(key: str, column: str = column) -> None:
            now = dict(choices().chosen)
            if picked := tuple(st.session_state[key]):
                now[column] = picked
            else:
                now.pop(column, None)
            change(chosen=now)

        key = f"_by_{number}"
        st.session_state[key] = [v for v in chosen.chosen.get(column, ()) if v in labels]
        st.multiselect(
            f"Only {literal(cut(column, 40))}",
            list(labels),
            format_func=shown_as(labels),
            key=key,
            placeholder="all",
            on_change=deferred(chose),
            args=(key,),
        )
    names = list(dict.fromkeys(whole.names))
    if 1 < len(names) <= MOST_NAMED:
        known = set(names)
        st.session_state["_left_out"] = [name for name in chosen.left_out if name in known]
        st.multiselect(
            "Leave out",
            names,
            key="_left_out",
            placeholder="none",
            on_change=deferred(lambda: change(left_out=tuple(st.session_state["_left_out"]))),
        )


def _labels(values: list[tuple[str, int]]) -> dict[str, str]:
    """Value → what a field shows of it, with how often it occurs; no two alike, as a field knows its
    options by what it shows."""
    labels: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for value, times in values:
        label = f"{cut(value, 60) or '(empty)'} · {times:,}"
        alike[label] += 1
        labels[value] = label if alike[label] == 1 else f"{label} ({alike[label]})"
    return labels


def list_documents(whole: Documents, rows: list[int]) -> None:
    shown = rows[:MOST_SHOWN]
    table: dict[str, list] = {"document": [whole.names[i] for i in shown]}
    for column, values in whole.columns.items():
        distinct = len(set(values))
        if column == FILE or (column == FOLDER and distinct == 1):
            continue
        name = column
        while name in table or name == "KB":  # the file's own columns are never hidden by ours
            name += " *"
        table[name] = [values[i] for i in shown]
    table["KB"] = [(whole.ends[i] - whole.starts[i]) / 1e3 for i in shown]
    show_table(
        table,
        height=min(ROW * (len(shown) + 1) + 3, 320),
        column_config={"KB": st.column_config.NumberColumn(format="%.1f", width=60)},
    )
    if len(rows) > len(shown):
        st.caption(f"the first {len(shown):,} of {len(rows):,}")


# --- Preparation -----------------------------------------------------------------------------------

Draw = Callable[[Parameter], None]


def draw_preparation(
    key: str,
    text: str | None,
    chosen: Choices,
    settings: dict[str, Any],
    corpus: Corpus | None,
    draw: Draw,
) -> None:
    """Every step: its field, and beside it what it does to this text.

    Parameters
    ----------
    key : str
        Of the text or files, as they were given.
    text : str or None
        Of the text that is trained on; None where it cannot be made.
    chosen : Choices
    settings : dict
        The text parameters, as their fields hold them.
    corpus : Corpus or None
        The text as it is read with them.
    draw : callable
        Draws the field of a parameter.
    """
    head = None if corpus is None else preview.head_of(corpus)
    if not key.startswith("sample:"):
        with _step() as shown:
            choose_encoding(chosen)
            with shown:
                show_encoding(key, text)
    whole = documents(text) if text is not None else None
    if whole is not None and len(whole) >= 3:
        draw_repeated_lines(key, chosen)
    if _has_header(key):
        with _step() as shown:
            draw_gutenberg(chosen, change_steps)
            if text is not None:
                with shown:
                    show_gutenberg(text)
    with _step() as shown:
        st.session_state["_hyphens"] = chosen.preparation.join_hyphens
        st.toggle(
            "Join words cut at line ends",
            key="_hyphens",
            help="A hyphen is kept where the text elsewhere writes the word with one more often "
            "(well-known).",
            on_change=deferred(lambda: change_steps(join_hyphens=st.session_state["_hyphens"])),
        )
        with shown:
            show_hyphens(key, chosen)
    with _step() as shown:
        draw_pipeline(chosen, change_steps)
        with shown:
            show_pipeline(chosen, text, head or "")
    for name in STEPS_OF_WORDS:
        with _step() as shown:
            draw(PARAMETERS[name])
            if head is not None and corpus is not None:
                with shown:
                    show_word_step(name, head, corpus, settings)
    if head is not None and corpus is not None and text is not None:
        draw_stop_words(text, corpus, head, chosen, settings, draw)
        draw_phrases(text, head, chosen, settings)
    else:
        draw(PARAMETERS["stop_most"])
    with _step() as shown:
        draw(PARAMETERS["min_count"])
        draw(PARAMETERS["max_vocab"])
        if corpus is not None:
            with shown:
                show_coverage(corpus)


class _step:
    """A row: a field on the left, its effect on the right."""

    def __enter__(self):
        left, right = st.columns([2, 3], gap="large", vertical_alignment="top")
        self._left = left
        left.__enter__()
        return right.container()

    def __exit__(self, *error):
        return self._left.__exit__(*error)


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
        st.caption(f"As it reads now, from {literal(cut(name, 60))}:")
        st.text(sample)
    else:
        st.caption("All letters are ASCII: every encoding reads them alike.")


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


def draw_repeated_lines(key: str, chosen: Choices) -> None:
    with _step() as shown:
        if "_find_lines" not in st.session_state:
            st.session_state["_find_lines"] = bool(chosen.preparation.drop_lines)
        looking = st.toggle(
            "Leave out lines that repeat across documents",
            key="_find_lines",
            help="Headers and footers: lines that many documents have, numbers apart.",
            on_change=deferred(lambda: None if st.session_state["_find_lines"] else _drop(())),
        )
        if not looking:
            with shown:
                st.caption("Headers and footers, once found, are listed here to choose from.")
            return
        share = st.slider(
            "Minimum share of the documents",
            5,
            100,
            50,
            5,
            format="%d %%",
            key="line_share",
            bind="query-params",
        )
        whole = the_library().texts.gathered(key, chosen.gathering)
        found = with_progress(
            "Looking for lines that repeat", lambda show: _repeated(whole, share / 100, show)
        )
        drop = set(chosen.preparation.drop_lines)
        with shown:
            if not found:
                st.caption("No line stands in so many of them.")
                return
            rows = [i for i, line in enumerate(found) if line.folded in drop]
            st.session_state["_lines"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
            show_table(
                {
                    "line": [line.example for line in found],
                    "documents": [line.documents for line in found],
                    "times": [line.times for line in found],
                },
                key="_lines",
                selection_mode="multi-row",
                on_select=deferred(
                    lambda: _drop(
                        tuple(
                            found[i].folded for i in st.session_state["_lines"]["selection"]["rows"]
                        )
                    )
                ),
                height=min(ROW * (len(found) + 1) + 3, 250),
            )
            st.caption(
                f"{len(rows):,} of {len(found):,} are left out: tick a line to leave it out wherever it "
                "stands, whatever its numbers are."
            )
        if st.button("Leave all of them out", disabled=len(rows) == len(found), key="all_lines"):
            _drop(tuple(line.folded for line in found))
            st.rerun()


def _drop(lines: tuple[str, ...]) -> None:
    change_steps(drop_lines=lines)


def _has_header(key: str) -> bool:
    return not key.startswith("sample:") and the_library().texts.has_gutenberg_header(key)


@st.cache_resource
def _found_lines() -> RecentValues[list[RepeatedLine]]:
    return RecentValues(8)


def _repeated(text: str, share: float, show: Callable[[float], None]) -> list[RepeatedLine]:
    the_library().rights.refuse_unreadable(text)
    kept, key = _found_lines(), (text, share)
    if (lines := kept.get(key)) is not None:
        return lines
    found = documents(text)
    with open(the_library().texts.file(text), "rb") as file:
        lines = [] if found is None else repeated_lines(file, found, share, callback=show)
    return kept.put(key, lines)


def show_hyphens(key: str, chosen: Choices) -> None:
    """Of the text before it is joined."""
    unjoined = with_steps(chosen, join_hyphens=False, pipeline="", parts_of_speech=())
    text = the_library().texts.prepared(key, unjoined)
    examples, number = _hyphens(text, the_library().texts.file(text).stat().st_mtime)
    if not number:
        st.caption("No line of the beginning of this text ends with a cut word.")
        return
    st.caption(f"{number:,} in the beginning of this text:")
    st.html(before_after(examples))


@of_readable(max_entries=16, copied=True)
def _hyphens(text: str, changed: float) -> tuple[list[preview.Example], int]:
    from w2v_core.text import reading

    path = the_library().texts.file(text)
    encoding = reading.guess_encoding(path)
    with reading.open_bytes(path) as file:
        data = file.read(preview.HEAD).decode(encoding.codec, "ignore")
    return preview.hyphen_examples(data, hyphens_kept([data.encode()]))


def show_word_step(name: str, head: str, corpus: Corpus, settings: dict[str, Any]) -> None:
    """What a setting of the words does to the beginning of the text, or would do."""
    unit, lowercase = corpus.unit, corpus.lowercase
    if name == "sentence_ends":
        if settings[name] == "automatic" and corpus.sentence_ends == "marks":
            st.caption(WRAPPED)
        st.caption("The first sentences:")
        st.html(numbered(_sentences(head, corpus.sentence_ends)))
    elif name == "lowercase":
        examples = _lowercase(head, unit)
        if not examples:
            st.caption("This text has no capital letters.")
        else:
            st.caption("With it:" if lowercase else "It would be:")
            st.html(before_after(examples))
    elif name == "numbers":
        as_if = "map" if settings["numbers"] == "keep" else settings["numbers"]
        examples = _numbers(head, as_if, lowercase, unit)
        if not examples:
            st.caption("The beginning of this text has no numbers.")
        else:
            st.caption("Kept now; map would make" if as_if != settings["numbers"] else "With it:")
            st.html(before_after(examples))
    elif name in ("addresses", "emoji"):
        examples = _rules(head, name, "keep", "drop", lowercase, unit)
        if not examples:
            what = "web or e-mail addresses" if name == "addresses" else "emoji"
            st.caption(f"The beginning of this text has no {what}.")
        else:
            st.caption("Kept now; drop would make" if settings[name] == "keep" else "With it:")
            st.html(before_after(examples))
    elif name == "language":
        if corpus.language == "none":
            st.caption("Capitals and apostrophes are treated alike in every language.")
            return
        examples = _rules(head, name, "none", corpus.language, lowercase, unit)
        if not examples:
            st.caption("They change nothing in the beginning of this text.")
        else:
            st.html(before_after(examples))


_sentences = st.cache_data(max_entries=16, show_spinner=False)(preview.sentence_examples)
_lowercase = st.cache_data(max_entries=16, show_spinner=False)(preview.lowercase_examples)
_numbers = st.cache_data(max_entries=16, show_spinner=False)(preview.number_examples)
_rules = st.cache_data(max_entries=16, show_spinner=False)(preview.rule_examples)
_phrases_shown = st.cache_data(max_entries=16, show_spinner=False)(preview.phrase_examples)
_stopped = st.cache_data(max_entries=16, show_spinner=False)(preview.stop_examples)


def draw_stop_words(
    text: str,
    corpus: Corpus,
    head: str,
    chosen: Choices,
    settings: dict[str, Any],
    draw: Draw,
) -> None:
    with _step() as shown:
        draw(PARAMETERS["stop_most"])
        file = st.file_uploader(
            "Stop list, a word a line", type=["txt"], key="stop_file", label_visibility="visible"
        )
        if file is not None and st.session_state.get("_stop_kept") != file.file_id:
            st.session_state["_stop_kept"] = file.file_id
            words = file.getvalue().decode("utf-8-sig", "replace").split()[:MOST_LISTED]
            change(stop_words=tuple(word_list("stop_words", words, False)))
            st.rerun()
        if chosen.stop_words and st.button(
            f"Forget the list of {len(chosen.stop_words):,} words", key="forget_stop"
        ):
            change(stop_words=())
            st.rerun()
        most, listed = settings["stop_most"], chosen.stop_words
        with shown:
            # What is left out is no longer in the vocabulary: of the text as it is without a stop list.
            plain = read_corpus(text, {**settings, "stop_most": 0})
            folded = word_list("stop_words", listed, plain.lowercase, plain.language)
            held = set(plain.words)
            known = [w for w in folded if w in held]
            frequent = plain.words[: most or 0]
            out = list(dict.fromkeys([*frequent, *known]))
            if not out:
                first = " · ".join(short(w, 20) for w in plain.words[:12])
                st.caption(f"Nothing is left out. The most frequent words: {first} …")
                return
            rows = [plain.vocabulary.index(w) for w in out]
            share = plain.counts[rows].sum() / plain.n_tokens
            said = " · ".join(short(w, 20) for w in out[:30])
            st.caption(f"{len(out):,} words, {share:.1%} of the running text: {said}")
            st.html(before_after(_stopped(head, out, settings["lowercase"], settings["unit"])))


def draw_phrases(text: str, head: str, chosen: Choices, settings: dict[str, Any]) -> None:
    with _step() as shown:
        if "_phrases_on" not in st.session_state:
            st.session_state["_phrases_on"] = bool(chosen.phrases)

        def toggled() -> None:
            st.session_state["_struck"] = set()
            if not st.session_state["_phrases_on"]:
                change(phrases=())

        on = st.toggle(
            "Join phrases: new york → new_york",
            key="_phrases_on",
            help="Two words that stand side by side more often than chance has it, by normalised "
            "pointwise mutual information: 0 as often as chance, 1 never apart.",
            on_change=deferred(toggled),
        )
        if not on:
            with shown:
                st.caption("Phrases, once looked for, are listed here; some can be struck.")
            return
        threshold = st.slider(
            "At least so much mutual information (NPMI)",
            LEAST_NPMI,
            0.95,
            NPMI,
            0.05,
            key="npmi",
            bind="query-params",
        )
        least = st.number_input(
            "Minimum number of occurrences",
            2,
            10_000,
            5,
            1,
            key="phrase_least",
            bind="query-params",
        )
        whole = {**settings, "stop_most": 0, "min_count": 1, "max_vocab": None}
        everything = read_corpus(text, whole)
        found = [
            p
            for p in _phrases((text, *sorted(map(str, whole.items()))), int(least), everything)
            if p.npmi >= threshold
        ]
        struck = st.session_state.setdefault(
            "_struck", {p.words for p in found} - set(chosen.phrases) if chosen.phrases else set()
        )
        wanted = tuple(p.words for p in found if p.words not in struck)
        if wanted != chosen.phrases:
            change(phrases=wanted)
            st.rerun()
        with shown:
            show_phrases(found, struck, head, settings)


def show_phrases(found: list[Phrase], struck: set[str], head: str, settings: dict) -> None:
    if not found:
        st.caption("No pair of words is so close.")
        return
    rows = [i for i, p in enumerate(found) if p.words not in struck]

    def strike() -> None:
        ticked = set(st.session_state["_phrase_list"]["selection"]["rows"])
        shown = {p.words for p in found}
        st.session_state["_struck"] = (struck - shown) | {
            p.words for i, p in enumerate(found) if i not in ticked
        }

    st.session_state["_phrase_list"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    show_table(
        {
            "phrase": [p.words.replace(" ", "_") for p in found],
            "times": [p.count for p in found],
            "NPMI": [p.npmi for p in found],
        },
        key="_phrase_list",
        selection_mode="multi-row",
        on_select=deferred(strike),
        height=min(ROW * (len(found) + 1) + 3, 250),
        column_config={"NPMI": st.column_config.NumberColumn(format="%.2f", width=70)},
    )
    st.caption(f"{len(rows):,} of {len(found):,} are joined: untick one to strike it.")
    joined = [found[i].words for i in rows]
    st.html(before_after(_phrases_shown(head, joined, settings["lowercase"], settings["unit"])))


@st.cache_resource(max_entries=4, show_spinner="Looking for phrases …")
def _phrases(key: tuple, least: int, _corpus: Corpus) -> list[Phrase]:
    return find_phrases(
        _corpus.words, _corpus.counts, _corpus.ids, _corpus.sentence_starts, least, LEAST_NPMI
    )


def show_coverage(corpus: Corpus) -> None:
    """What minimum counts would keep; what is kept now."""
    n = len(corpus.words)
    st.caption(
        f"Kept now: {n:,} of {corpus.n_distinct:,} distinct words, {corpus.coverage:.1%} of the "
        "running text."
    )
    rows = preview.coverage_table(corpus.all_counts)
    show_table(
        {
            "minimum count": [k for k, _, _ in rows],
            "words": [number for _, number, _ in rows],
            "share of the running text": [100 * share for _, _, share in rows],
        },
        height=ROW * (len(rows) + 1) + 3,
        column_config={
            "words": st.column_config.NumberColumn(format="localized"),
            "share of the running text": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=0, max_value=100
            ),
        },
    )
