"""Phrases: words that stand together more often than chance, joined to one word each."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.explanations import explanation
from pages.parts.table import ROW, show_table
from pages.parts.text.corpus_reading import read_corpus
from pages.parts.text.preparation_choices import change
from pages.parts.text.preparation_step import preparation_step
from w2v_core import Corpus
from w2v_core.figures.before_after import before_after
from w2v_core.library.choices import Choices
from w2v_core.text import preview
from w2v_core.text.phrases import NPMI, Phrase, find_phrases

LEAST_NPMI = 0.1

_phrases_shown = st.cache_data(max_entries=16, show_spinner=False)(preview.phrase_examples)


def draw_phrases(text: str, head: str, chosen: Choices, settings: dict[str, Any]) -> None:
    with preparation_step() as shown:
        if "_phrases_on" not in st.session_state:
            st.session_state["_phrases_on"] = bool(chosen.phrases)

        def toggled() -> None:
            st.session_state["_struck"] = set()
            if not st.session_state["_phrases_on"]:
                change(phrases=())

        on = st.toggle(
            "Join phrases: new york → new_york",
            key="_phrases_on",
            help="Joins two words that occur side by side more often than by chance. Normalised "
            "pointwise mutual information is 0 if they do so as often as by chance, and 1 if "
            "they are never apart.",
            on_change=deferred(toggled),
        )
        if not on:
            with shown:
                st.caption(
                    "When phrases have been found, they are listed here, and you can remove some."
                )
            return
        threshold = st.slider(
            "Minimum mutual information (NPMI)",
            LEAST_NPMI,
            0.95,
            NPMI,
            0.05,
            key="npmi",
            bind="query-params",
            help=explanation("npmi"),
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
        st.caption("No pair of words reaches this value.")
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
        column_config={
            "NPMI": st.column_config.NumberColumn(format="%.2f", width=70, help=explanation("npmi"))
        },
    )
    st.caption(f"{len(rows):,} of {len(found):,} are joined: untick one to keep its words apart.")
    joined = [found[i].words for i in rows]
    st.html(before_after(_phrases_shown(head, joined, settings["lowercase"], settings["unit"])))


@st.cache_resource(max_entries=4, show_spinner="Looking for phrases …")
def _phrases(key: tuple, least: int, _corpus: Corpus) -> list[Phrase]:
    return find_phrases(
        _corpus.words, _corpus.counts, _corpus.ids, _corpus.sentence_starts, least, LEAST_NPMI
    )
