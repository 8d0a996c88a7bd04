"""What the pages of analogies and diamonds share: lists of pairs, and *why*."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.browser_modules import modules
from pages.parts.displayed_text import cut, literal, short
from pages.parts.model.model_text import OPENS, concordance, quotes
from pages.parts.model.opened_model import NO_OUTPUT, open_model, vectors
from pages.parts.readable_cache import of_readable
from pages.plot import plot
from w2v_core.figures.arithmetic import counts
from w2v_core.figures.lines import running_lines
from w2v_core.figures.logratios import why_scatter
from w2v_core.space import nulls
from w2v_core.space.discover import Found, Relation, pairs_like, propose_relations
from w2v_core.space.found_relations import PAIRS, Evidence, evidence
from w2v_core.space.logratios import (
    log_probabilities,
    log_ratios,
    null_correlations,
    shared_reasons,
)
from w2v_core.space.null_nearness import near_partners
from w2v_core.space.presets import offered_lists
from w2v_core.text.samples import DATA

ROYAL = (("king", "queen"), ("man", "woman"))  # the best-known question, where it is answered right
REASONS = 12  # labelled at each end
LINES = 3  # lines of text shown beside each word
GRAMMAR = 200  # the most frequent words, whose relations are those of the grammar


@of_readable(max_entries=8)
def lists(id: str) -> dict[str, list[tuple[str, str]]]:
    """The lists of related pairs that fit a model's words."""
    return offered_lists(open_model(id).vocabulary, DATA)


@of_readable(max_entries=16, show_spinner="Looking for relations …")
def proposals(
    id: str, which: str, inflections: bool = True, grammar: bool | None = None
) -> list[Relation]:
    """Relations found in a model's vectors; without ``grammar`` among all but the most frequent words.
    Where that is None, in large vocabularies without."""
    space = vectors(id, which)
    if grammar is None:
        grammar = small(id)
    first = 0 if grammar else GRAMMAR
    return propose_relations(space.unit, space.words, 12, inflections=inflections, first=first)


def small(id: str) -> bool:
    """Whether a vocabulary is too small to do without its most frequent words."""
    return len(open_model(id).words) < 20 * GRAMMAR


def found_evidence(id: str, which: str, rows: np.ndarray) -> Evidence:
    """What speaks for a relation, int (k, 2), that was found in a model's vectors."""
    return _evidence(id, which, tuple(map(tuple, rows[:PAIRS].tolist())))


@of_readable(max_entries=32, show_spinner="Asking about its pairs …")
def _evidence(id: str, which: str, rows: tuple) -> Evidence:
    both = which == "center" and open_model(id).has_output
    output = vectors(id, "output").unit if both else None
    return evidence(vectors(id, which).unit, np.array(rows), output)


@of_readable(max_entries=32, show_spinner="Comparing all pairs of words …")
def parallels(id: str, which: str, a: int, b: int, inflections: bool) -> list[Found]:
    """The pairs of a model's words most parallel to a → b."""
    space, counts = vectors(id, which), open_model(id).counts
    return pairs_like(space.unit, space.words, a, b, 30, inflections=inflections, counts=counts)


@of_readable(max_entries=64, show_spinner="Comparing with random pairs …", copied=True)
def _chance(id: str, rows: tuple[int, int, int, int]) -> np.ndarray:
    model = open_model(id)
    return null_correlations(model.V, model.U, model.log_q, rows)


@of_readable(max_entries=32, show_spinner="Drawing 1,000 lists of each kind …")
def _nulls(id: str, which: str, rows: tuple) -> tuple[nulls.Null, nulls.Null, nulls.Null]:
    unit, pairs = vectors(id, which).unit, np.array(rows)
    return (
        nulls.random_lists(unit, pairs),
        nulls.shuffled_pairings(unit, pairs),
        near_partners(unit, pairs),
    )


def null_lists(id: str, which: str, rows: np.ndarray) -> tuple[nulls.Null, nulls.Null, nulls.Null]:
    """The nulls of a list of pairs: random lists, shuffled pairings, partners just as near."""
    return _nulls(id, which, tuple(map(tuple, rows.tolist())))


def why(id: str, quadruple: Sequence[str], key: str, others: Sequence[str] = ()) -> None:
    """The picture of log-ratios for a : b :: c : d, and beside it a clicked word's lines of text; d can
    be exchanged for one of the ``others``."""
    model = open_model(id)
    if not model.has_output:
        st.info(NO_OUTPUT)
        return
    a, b, c, d = quadruple
    index = model.vocabulary.index
    rows = (index(a), index(b), index(c), index(d))
    ratios = log_ratios(log_probabilities(model.V, model.U, model.log_q, list(rows)))
    null = _chance(id, rows)

    def clicked(row: int) -> None:
        st.session_state["context"] = model.words[row]

    wanted = st.session_state.get("context") or address.CONTEXT.get()
    if wanted is None or wanted not in model.vocabulary:
        strongest = [*ratios.toward(1), *ratios.away(1)]
        wanted = model.words[strongest[0]] if strongest else a
    st.session_state["context"] = model.words[model.vocabulary.index(wanted)]
    said, other = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    said.markdown(f"**{literal(shared_reasons(ratios, model.words, b, d, null=null))}**")
    if others:
        other.selectbox(
            "The answer to explain",
            others,
            key="explained",
            help="You can also choose a wrong answer, to see how its points scatter.",
        )
    picture, reading = st.columns([3, 2], gap="medium")
    with reading:
        st.selectbox(
            "Read the lines with",
            model.words,
            key="context",
            filter_mode="prefix",
            bind="query-params",
            help=f"Click a word in the picture, or choose one here. {OPENS}",
        )
    context = st.session_state["context"]
    with picture:
        figure = why_scatter(
            ratios.x,
            ratios.y,
            ratios.weight,
            model.words,
            ratios.toward(REASONS).tolist(),
            ratios.away(REASONS).tolist(),
            (a, b, c, d),
            ratios.r,
            (float(null.mean()), float(null.std())),
            selected=model.vocabulary.index(context),
        )
        plot(
            figure, key=f"{key}_why", height=690, name="why", view=f"{id} {rows}", on_click=clicked
        )
        share = float((null >= ratios.r).mean())
        st.caption(
            f"The probabilities come from V and U. Of 500 random pairs as frequent as {short(c)} "
            f"and {short(d)}, {share:.0%} correlate with {short(a)} → {short(b)} as strongly."
        )
    with reading:
        _lines(id, quadruple, context)


def _lines(id: str, quadruple: Sequence[str], context: str) -> None:
    """The four counts, and the lines of the text in which the context word stands closest to each."""
    found = concordance(id)
    if found is None:
        st.info("The text of this model is not here, so there are no lines to read.")
        return
    model = open_model(id)
    near = (
        "in one sentence with" if model.window == "sentence" else f"within {model.window} words of"
    )
    index = model.vocabulary.index
    together = [found.encounters(center, context, model.window) for center in quadruple]
    in_all = [int(model.counts[index(center)]) for center in quadruple]
    st.html(
        counts(
            [cut(center, 14) for center in quadruple],
            [(f"{cut(context, 14)} {near}", together), ("in the whole text", in_all)],
        )
    )
    for center in dict.fromkeys(quadruple):
        lines, _ = found.lines_together(center, context, model.window, LINES)
        if lines:
            st.caption(f"{short(context)} near {short(center)}")
            st.html(running_lines(quotes(id, lines)))


def choose_words(id: str, keys: Sequence[str], defaults: Sequence[str] | None) -> list[str | None]:
    """Set these pickers to the words of the session or the address; where one is not of this model, all of
    them to the defaults, or, without defaults, that one to None. Call it before the pickers are drawn.
    Returns the words."""
    find = open_model(id).vocabulary.find
    words = open_model(id).words
    found = [find(st.session_state.get(key) or address.named(key).get() or "") for key in keys]
    chosen = [None if row is None else words[row] for row in found]
    if None in chosen and defaults is not None:
        chosen = list(defaults)
    for key, word in zip(keys, chosen, strict=True):
        st.session_state[key] = word
    return chosen


def scroll_up() -> None:
    """Show the top of the page once, where what was asked for below is drawn."""
    st.html(
        f'<script src="{modules.address("parts/scroll_up.js")}"></script>',
        unsafe_allow_javascript=True,
    )


def setter(keys: Sequence[str], words: Sequence[str]) -> Callable[[], None]:
    """A callback that puts these words into the pickers."""

    def put() -> None:
        for key, word in zip(keys, words, strict=True):
            st.session_state[key] = word

    return put
