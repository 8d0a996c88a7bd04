"""Compare, attitudes: which words are nearer to one list of words than to another, in one model or two."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.certainty_tools import certainty, has_text, how_sure
from pages.parts.comparison.compared_models import name_of, stamps
from pages.parts.csv_download import csv_download
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, short
from pages.parts.model.opened_model import vectors
from pages.parts.readable_cache import of_readable
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.followed import Projections, projections
from w2v_core.space.association import ENOUGH, Association, association, on_axis_between
from w2v_core.space.attitude_lists import READY_LISTS, AttitudeLists
from w2v_core.storage.names import clean
from w2v_core.vocabulary import Vocabulary

OWN = "Lists of your own"
MOST_WORDS = 60  # of a list
LONGEST_NAME, LONGEST_LIST = 30, 2000  # characters
UNUSUAL = 0.05  # share of divisions, in either direction
SIDES = ("X", "Y", "A", "B")
COLORS = (theme.SIDE_A, theme.SIDE_B)

Lists = tuple[tuple[str, ...], ...]


@of_readable(max_entries=16, show_spinner="Dividing the words in all ways …")
def _association(id: str, changed: tuple, which: str, lists: Lists) -> Association:
    x, y, a, b = lists
    return association(vectors(id, which), x, y, a, b)


def show_attitudes(ids: Sequence[str], which: str) -> None:
    """Of one model or two."""
    names, lists = _choose_lists([vectors(id, which).vocabulary for id in ids])
    if any(not of_list for of_list in lists):
        st.info("Fill in all four lists, with spaces or commas between the words.")
        return
    found: dict[str, Association] = {}
    results, picture = st.columns([2, 3], gap="large")
    with results:
        for side, id in zip("AB", ids, strict=False):
            told = _test(side if len(ids) > 1 else "", id, which, names, lists)
            if told is not None:
                found[id] = told
        if found:
            _explain()
            _bands_missing(list(found), ids)
    if found:
        with picture:
            _show_words(ids, which, names, lists, found)


def _choose_lists(vocabularies: Sequence[Vocabulary]) -> tuple[list[str], Lists]:
    """The names of the four lists, and their words. The page begins with ready ones that most of the
    vocabularies hold enough of, if there are such."""
    ready = {lists.name: lists for lists in READY_LISTS}
    enough = [
        sum(
            all(_known(vocabulary, of_list) >= ENOUGH for of_list in (one.x, one.y, one.a, one.b))
            for vocabulary in vocabularies
        )
        for one in READY_LISTS
    ]
    choose, source = st.columns([2, 5], vertical_alignment="bottom", gap="medium")
    chosen = choose.selectbox(
        "Ready lists",
        [*ready, OWN],
        enough.index(max(enough)),
        key="attitudes",
        bind="query-params",
        on_change=deferred(address.LISTS.clear),
    )
    given = ready.get(chosen)
    source.caption(
        f"About {given.about}. Source: {literal(given.source)}. You can change every list."
        if given
        else "Give two lists of target words, and two lists of attribute words to compare them "
        "with."
    )
    names, lists = [], []
    about = {
        "X": "first target words",
        "Y": "second target words",
        "A": "first attribute words",
        "B": "second attribute words",
    }
    _fill(chosen, given)
    for place, side in zip(st.columns(4), SIDES, strict=True):
        name_key, words_key = _keys(chosen, side)
        with place:
            name = st.text_input(
                f"Name of the {about[side]}",
                max_chars=LONGEST_NAME,
                key=name_key,
                on_change=deferred(_keep),
                args=(chosen, given),
            )
            typed = st.text_area(
                f"The {about[side]}",
                height=110,
                max_chars=LONGEST_LIST,
                key=words_key,
                label_visibility="collapsed",
                on_change=deferred(_keep),
                args=(chosen, given),
            )
        names.append(name.strip() or side)
        lists.append(tuple(_split(typed))[:MOST_WORDS])
    return names, tuple(lists)


def _keys(chosen: str, side: str) -> tuple[str, str]:
    """The keys of the two fields of a list: its name and its words."""
    return f"_name {side} {chosen}", f"_words {side} {chosen}"


def _split(typed: str) -> list[str]:
    return list(dict.fromkeys(typed.replace(",", " ").replace(address.LINE_END, " ").split()))


def _fill(chosen: str, given: AttitudeLists | None) -> None:
    """Fill the fields when they first appear: with what the address says, else with the ready lists."""
    if all(key in st.session_state for side in SIDES for key in _keys(chosen, side)):
        return
    told = [line.partition(":") for line in address.LISTS.get().split("\n")]
    changed = len(told) == len(SIDES) and all(colon for _, colon, _ in told)
    for place, side in enumerate(SIDES):
        name, words = _given(given, side)
        typed = " ".join(words)
        if changed:
            name, _, typed = told[place]
        name_key, words_key = _keys(chosen, side)
        st.session_state[name_key] = clean(name)[:LONGEST_NAME]
        st.session_state[words_key] = clean(typed)[:LONGEST_LIST]


def _keep(chosen: str, given: AttitudeLists | None) -> None:
    """Keep lists that were changed in the address; ready ones need no more than their name."""
    lines, ready = [], []
    for side in SIDES:
        name, typed = (st.session_state[key] for key in _keys(chosen, side))
        name = " ".join(name.replace(":", " ").replace(address.LINE_END, " ").split())
        lines.append(f"{name}:{' '.join(_split(typed))}")
        own, words = _given(given, side)
        ready.append(f"{own}:{' '.join(words)}")
    if lines == ready:
        address.LISTS.clear()
    else:
        address.LISTS.set("\n".join(lines))


def _known(vocabulary: Vocabulary, words: Sequence[str]) -> int:
    """How many of the words a vocabulary holds."""
    return len({vocabulary.find(word) for word in words} - {None})


def _given(lists: AttitudeLists | None, side: str) -> tuple[str, tuple[str, ...]]:
    if lists is None:
        return side, ()
    return {
        "X": (lists.x_name, lists.x),
        "Y": (lists.y_name, lists.y),
        "A": (lists.a_name, lists.a),
        "B": (lists.b_name, lists.b),
    }[side]


def _test(side: str, id: str, which: str, names: list[str], lists: Lists) -> Association | None:
    """The test of one model, in sentences; None where it cannot be made."""
    vocabulary = vectors(id, which).vocabulary
    title = f"**{side}: {literal(name_of(id))}**" if side else f"**{literal(name_of(id))}**"
    missing = [word for of_list in lists for word in of_list if vocabulary.find(word) is None]
    few = [
        f"{short(name)} ({_known(vocabulary, of_list)})"
        for name, of_list in zip(names, lists, strict=True)
        if _known(vocabulary, of_list) < ENOUGH
    ]
    st.markdown(title)
    found = None
    if few:
        st.info(
            f"The vocabulary has too few words of {', '.join(few)}. Each list needs at least "
            f"{ENOUGH}. Six target words can be divided in only 20 ways, so that chance could not "
            "be excluded; and so few words say more about themselves than about what they have in "
            "common."
        )
    else:
        try:
            found = _association(id, stamps(id, id), which, lists)
        except ValueError as error:
            st.info(literal(str(error)))
    if found is not None:
        st.markdown(_said(found, [short(name) for name in names]))
    if missing:
        listed = ", ".join(short(word, 30) for word in dict.fromkeys(missing))
        st.caption(f"Not in its vocabulary, so left out: {listed}.")
    return found


def _said(found: Association, names: list[str]) -> str:
    x, y, a, b = names
    toward, away = (a, b) if found.effect >= 0 else (b, a)
    size = f"{found.effect:+.2f}".replace("-", "−")
    p = "< 0.001" if found.p < 0.001 else f"= {found.p:.3f}"
    return (
        f"Effect size **{size}**, p **{literal(p)}**. On average {x} is nearer to {toward}, and "
        f"{y} nearer to {away}, than the other."
        + (
            " Many random divisions of these words differ as much, so this may be chance."
            if min(found.p, 1 - found.p) > UNUSUAL
            else ""
        )
    )


def _explain() -> None:
    st.caption(
        "This is the Word Embedding Association Test (Caliskan, Bryson and Narayanan 2017). The "
        "effect size, from −2 to 2, says by how many standard deviations the two lists of target "
        "words differ in their nearness to the first attribute words rather than to the second. p "
        "is the share of all divisions of the same target words into two lists that differ as much "
        "or more in this direction; a p near 1 means that the reverse holds. The test concerns the "
        "choice of words; another text could still give another result, which the bands show."
    )


def _bands_missing(tested: list[str], ids: Sequence[str]) -> None:
    without = [id for id in tested if certainty(id) is None]
    if not without:
        return
    names = "this model"
    if len(ids) > 1:
        names = " and ".join(f"model {'AB'[ids.index(id)]}" for id in without)
    can = [id for id in without if has_text(id)]
    st.caption(
        f"There are no bands for {names} yet. They come from trainings on halves of the text, which "
        "*How sure?* starts."
        if can
        else f"There are no bands for {names}, as the text to train halves on is not here."
    )
    if can:
        how_sure(can[0])


def _show_words(
    ids: Sequence[str],
    which: str,
    names: list[str],
    lists: Lists,
    found: dict[str, Association],
) -> None:
    values: dict[str, dict[str, np.ndarray]] = {}
    for id, of_model in found.items():
        sure = certainty(id)
        placed = on_axis_between(
            vectors(id, which),
            of_model.known,
            None if sure is None else partial(sure[0].in_halves, which=which),
        )
        values[id] = dict(zip([*of_model.known[0], *of_model.known[1]], placed, strict=True))
    known = [{word for of_model in found.values() for word in of_model.known[i]} for i in (0, 1)]
    words = [
        word
        for i in (0, 1)
        for word in dict.fromkeys(w for of_model in found.values() for w in of_model.known[i])
    ]
    gap = np.full(3, np.nan)
    models = [
        Projections(
            side if len(ids) > 1 else name_of(id),
            color,
            np.array([values[id].get(word, gap) for word in words]),
        )
        for side, id, color in zip("AB", ids, COLORS, strict=False)
        if id in found
    ]
    plot(
        projections(
            words,
            [word in known[0] for word in words],
            models,
            (names[0], names[1]),
            (names[3], names[2]),
        ),
        key="attitudes_plot",
        height=110 + 24 * len(words),
        name="attitudes",
        view=f"{ids} {which} {lists}",
    )
    note, take = st.columns([6, 1])
    banded = any(certainty(id) is not None for id in found)
    note.caption(
        "Each target word on the axis between the means of both attribute lists: its cosine with the axis."
        + (
            " Bands hold the true value in about 90% of cases; they come from random halves of the text."
            if banded
            else ""
        )
    )
    table = [
        (
            f"{side}: {name_of(id)}",
            word,
            names[0] if word in known[0] else names[1],
            found[id].s.get(word),
            *values[id][word].tolist(),
        )
        for side, id in zip("AB", ids, strict=False)
        if id in found
        for word in words
        if word in values[id]
    ]
    header = (
        "model",
        "word",
        "list",
        "nearness to the first attributes minus the second",
        "on the axis",
        "low",
        "high",
    )
    csv_download(take, header, table, "attitudes.csv")
