"""Which documents go into a text, and how it is prepared: each step with its effect on the person's
own text. What is chosen stands in the address (?choices=…)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import short
from pages.parts.readable_cache import of_readable
from pages.parts.table import ROW, show_table
from pages.parts.text.corpus_reading import read_corpus
from pages.parts.text.encoding_choice import choose_encoding, show_encoding
from pages.parts.text.phrase_choice import draw_phrases
from pages.parts.text.preparation_choices import change, change_steps, documents
from pages.parts.text.preparation_step import preparation_step
from pages.parts.text.repeated_lines_choice import draw_repeated_lines
from pages.parts.text.text_changes import (
    draw_gutenberg,
    draw_pipeline,
    show_gutenberg,
    show_pipeline,
    with_steps,
)
from pages.parts.visitor import the_library
from w2v_core import Corpus
from w2v_core.figures.before_after import before_after, numbered
from w2v_core.library.choices import Choices
from w2v_core.parameters import PARAMETERS, Parameter
from w2v_core.text import preview
from w2v_core.text.hyphens import hyphens_kept
from w2v_core.text.line_wrapping import WRAPPED
from w2v_core.text.word_lists import MOST_LISTED, word_list

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


# --- Documents -------------------------------------------------------------------------------------


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
        with preparation_step() as shown:
            choose_encoding(chosen)
            with shown:
                show_encoding(key, text)
    whole = documents(text) if text is not None else None
    if whole is not None and len(whole) >= 3:
        draw_repeated_lines(key, chosen)
    if _has_header(key):
        with preparation_step() as shown:
            draw_gutenberg(chosen, change_steps)
            if text is not None:
                with shown:
                    show_gutenberg(text)
    with preparation_step() as shown:
        st.session_state["_hyphens"] = chosen.preparation.join_hyphens
        st.toggle(
            "Join words cut at line ends",
            key="_hyphens",
            help="The hyphen is kept if the rest of the text writes the word with a hyphen more "
            "often (well-known).",
            on_change=deferred(lambda: change_steps(join_hyphens=st.session_state["_hyphens"])),
        )
        with shown:
            show_hyphens(key, chosen)
    with preparation_step() as shown:
        draw_pipeline(chosen, change_steps)
        with shown:
            show_pipeline(chosen, text, head or "")
    for name in STEPS_OF_WORDS:
        with preparation_step() as shown:
            draw(PARAMETERS[name])
            if head is not None and corpus is not None:
                with shown:
                    show_word_step(name, head, corpus, settings)
    if head is not None and corpus is not None and text is not None:
        draw_stop_words(text, corpus, head, chosen, settings, draw)
        draw_phrases(text, head, chosen, settings)
    else:
        draw(PARAMETERS["stop_most"])
    with preparation_step() as shown:
        draw(PARAMETERS["min_count"])
        draw(PARAMETERS["max_vocab"])
        if corpus is not None:
            with shown:
                show_coverage(corpus)


def _has_header(key: str) -> bool:
    return not key.startswith("sample:") and the_library().texts.has_gutenberg_header(key)


def show_hyphens(key: str, chosen: Choices) -> None:
    """Of the text before it is joined."""
    unjoined = with_steps(chosen, join_hyphens=False, pipeline="", parts_of_speech=())
    text = the_library().texts.prepared(key, unjoined)
    examples, number = _hyphens(text, the_library().texts.file(text).stat().st_mtime)
    if not number:
        st.caption("No line at the beginning of this text ends with a cut word.")
        return
    st.caption(f"{number:,} at the beginning of this text:")
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
            st.caption("With this setting:" if lowercase else "It would become:")
            st.html(before_after(examples))
    elif name == "numbers":
        as_if = "map" if settings["numbers"] == "keep" else settings["numbers"]
        examples = _numbers(head, as_if, lowercase, unit)
        if not examples:
            st.caption("The beginning of this text has no numbers.")
        else:
            st.caption(
                "Kept now; map would change:"
                if as_if != settings["numbers"]
                else "With this setting:"
            )
            st.html(before_after(examples))
    elif name in ("addresses", "emoji"):
        examples = _rules(head, name, "keep", "drop", lowercase, unit)
        if not examples:
            what = "web or e-mail addresses" if name == "addresses" else "emoji"
            st.caption(f"The beginning of this text has no {what}.")
        else:
            st.caption(
                "Kept now; drop would change:" if settings[name] == "keep" else "With this setting:"
            )
            st.html(before_after(examples))
    elif name == "language":
        if corpus.language == "none":
            st.caption("Capitals and apostrophes are treated alike in every language.")
            return
        examples = _rules(head, name, "none", corpus.language, lowercase, unit)
        if not examples:
            st.caption("They change nothing at the beginning of this text.")
        else:
            st.html(before_after(examples))


_sentences = st.cache_data(max_entries=16, show_spinner=False)(preview.sentence_examples)
_lowercase = st.cache_data(max_entries=16, show_spinner=False)(preview.lowercase_examples)
_numbers = st.cache_data(max_entries=16, show_spinner=False)(preview.number_examples)
_rules = st.cache_data(max_entries=16, show_spinner=False)(preview.rule_examples)
_stopped = st.cache_data(max_entries=16, show_spinner=False)(preview.stop_examples)


def draw_stop_words(
    text: str,
    corpus: Corpus,
    head: str,
    chosen: Choices,
    settings: dict[str, Any],
    draw: Draw,
) -> None:
    with preparation_step() as shown:
        draw(PARAMETERS["stop_most"])
        file = st.file_uploader(
            "Stop list, one word per line",
            type=["txt"],
            key="stop_file",
            label_visibility="visible",
        )
        if file is not None and st.session_state.get("_stop_kept") != file.file_id:
            st.session_state["_stop_kept"] = file.file_id
            words = file.getvalue().decode("utf-8-sig", "replace").split()[:MOST_LISTED]
            change(stop_words=tuple(word_list("stop_words", words, False)))
            st.rerun()
        if chosen.stop_words and st.button(
            f"Remove the list of {len(chosen.stop_words):,} words", key="forget_stop"
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
