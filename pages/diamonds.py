"""Diamonds: related pairs drawn as parallelograms, measured against chance, forming, found, explained."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address, tour
from pages.parts.deferred import deferred
from pages.parts.diamond_film import Film, choose_film
from pages.parts.displayed_text import literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.explanations import explanation
from pages.parts.model.current_model import page_model
from pages.parts.model.learned_beyond import notice_of_chance
from pages.parts.model.opened_model import open_model, vectors
from pages.parts.model.vector_choice import choose_vectors
from pages.parts.pair_choice import FOUND, choose_pairs, use
from pages.parts.relation_tools import (
    GRAMMAR,
    found_evidence,
    lists,
    null_lists,
    parallels,
    proposals,
    scroll_up,
    small,
    why,
)
from pages.parts.table import show_table
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.diamond import (
    diamonds_2d,
    diamonds_3d,
    forming_film,
    null_histogram,
    pairs_matrix,
)
from w2v_core.space import null_verdicts, nulls, planes
from w2v_core.space.found_relations import Evidence
from w2v_core.space.relations import Diamonds, diamonds, known_pairs

PLANES = {"offset": "mean offset up", "words": "PCA of these", "map": "PCA of all"}
AXIS = {"parallelism": "mean cosine of the offsets", "closure": "mean closure"}


def show(id: str) -> None:
    notice_of_chance(id, "what these diamonds show")
    model = open_model(id)
    list_place, plane_place, axes_place, which_place = st.columns(
        [2.5, 2.8, 0.95, 1.3], vertical_alignment="bottom"
    )
    which = choose_vectors(id, place=which_place, relations=True)
    kind = plane_place.segmented_control(
        "Plane",
        list(PLANES),
        default="offset",
        required=True,
        format_func=shown_as(PLANES),
        key="plane",
        bind="query-params",
        help=explanation("plane"),
    )
    axes = axes_place.segmented_control(
        "Axes", ["2-D", "3-D"], default="2-D", required=True, key="axes", bind="query-params"
    )
    with list_place:
        pairs, searched = choose_pairs(id, which)
    tour.did("diamond", own=st.session_state["list"] != next(iter(lists(id)), None))
    rows, unknown = known_pairs(model.vocabulary, pairs)
    if unknown:
        missing = ", ".join(f"{short(a)} → {short(b)}" for a, b in unknown[:8])
        st.info(f"Not in this model's vocabulary, so left out: {missing}.")
    if len(rows) < 2:
        st.info(
            "A diamond needs two pairs of words. Use **Edit** to give at least two pairs from the "
            "vocabulary, or choose a relation found in the text below."
        )
    else:
        named = [(model.words[a], model.words[b]) for a, b in rows]
        chance = null_lists(id, which, rows)
        whole = diamonds(vectors(id, which).unit, rows)
        picture, beside = st.columns([3, 1.35], gap="medium")
        with beside:
            found_by_search = found_evidence(id, which, rows) if searched else None
            watch, explain, below = measured(whole, *chance, found_by_search)
        with below:
            film = choose_film(id, which, rows, kind, 2 if axes == "2-D" else 3) if watch else None
        with picture:
            drawing(id, whole, named, which, kind, 2 if axes == "2-D" else 3, film, chance)
        if explain:
            explained(id, named)
        every_pair(whole, named)
    st.divider()
    found(id, which)
    if st.session_state.pop("_scroll_up", False):
        scroll_up()


# --- The list --------------------------------------------------------------------------------------


# --- The picture, and how it forms -----------------------------------------------------------------


def drawing(
    id: str,
    whole: Diamonds,
    named: list[tuple[str, str]],
    which: str,
    kind: str,
    n_axes: int,
    film: Film | None,
    chance: tuple[nulls.Null, nulls.Null, nulls.Null],
) -> None:
    unit = vectors(id, which).unit
    title = f"{theme.isolated(named[0][0])} → {theme.isolated(named[0][1])}, and its parallels"
    subtitle, color = null_verdicts.summary(*chance), theme.VECTORS[which]
    key = tuple(map(tuple, whole.rows.tolist()))

    def clicked(pair: int) -> None:
        if pair >= 0:  # a word, not one of the curves below
            ask_why(named, 0, pair or 1)

    def draw(figure: go.Figure, height: int, **moving) -> None:
        view = f"{id} {which} {kind} {n_axes} {key} {film is None} {st.session_state.get('from')}"
        plot(
            figure,
            key="diamonds",
            height=height,
            name="diamonds",
            view=view,
            on_click=clicked,
            **moving,
        )

    if film is None:
        plane = planes.plane_of(unit, whole.rows, kind, n_axes)
        places = plane.place(unit[whole.rows.ravel()]).reshape(*whole.rows.shape, n_axes)
        figure = (diamonds_2d if n_axes == 2 else diamonds_3d)(
            places,
            named,
            plane.titles,
            cosines=whole.along,
            title=title,
            subtitle=subtitle,
            color=color,
        )
        draw(figure, 680)
        return
    titles = (
        (*("largest remaining spread", "second largest")[: n_axes - 1], "mean offset")
        if kind == "offset"
        else tuple(f"PC {i + 1}" for i in range(n_axes))
    )

    draw(
        forming_film(
            film.pictures,
            named,
            titles,
            film.steps,
            film.curves,
            film.losses.tolist(),
            cosines=whole.along,
            title=title,
            subtitle=subtitle,
            color=color,
        ),
        640,
        on_pass=deferred(address.PASS.set),
        start_pass=address.PASS.get(),
        play=None
        if address.PASS.get() is not None
        else f"diamonds {id} {which} {kind} {n_axes} {key}",
    )


def ask_why(named: list[tuple[str, str]], first: int, second: int) -> None:
    """Let *why* compare these two pairs."""
    st.session_state["first_pair"] = " → ".join(named[first])
    st.session_state["second_pair"] = " → ".join(named[second])


# --- Measured --------------------------------------------------------------------------------------


def measured(
    whole: Diamonds,
    random: nulls.Null,
    shuffled: nulls.Null,
    nearness: nulls.Null,
    searched: Evidence | None,
):
    """Both measures beside what chance gives; whether to watch the list form, and to ask why; and the
    place below these two. Of a relation that was searched, what speaks for it."""
    one, other = st.columns(2)
    one.metric(
        "parallelism",
        f"{whole.parallelism:.2f}",
        help=explanation("parallelism"),
    )
    other.metric(
        "closure",
        f"{whole.closure:.2f}",
        help=explanation("closure"),
    )
    if searched is not None:
        st.markdown(
            "**This relation was found by searching for parallel pairs, so it has no p-value.**"
        )
        if not searched.suffices:
            st.markdown(
                "Nothing shows that it is more than what such a search finds by chance. The vectors "
                f"answer {searched.right:.0%} of the questions among its pairs correctly."
            )
    else:
        st.markdown(f"**{literal(null_verdicts.verdict(random, shuffled, nearness))}**")
    one, other = st.columns([1.5, 1])
    watch = one.toggle(
        "Watch it form", key="forming", bind="query-params", help=explanation("watch it form")
    )
    explain = other.toggle("Why?", key="why", bind="query-params", help=explanation("why parallel"))
    below = st.container()
    statistic = st.segmented_control(
        "Against chance",
        list(nulls.STATISTICS),
        default="parallelism",
        required=True,
        key="measure",
        bind="query-params",
        label_visibility="collapsed",
    )
    every = np.concatenate([null.drawn(statistic) for null in (random, shuffled, nearness)])
    ours = random.observed(statistic)
    span = (min(float(every.min()), ours), max(float(every.max()), ours))
    for null, name in (
        (random, "random lists"),
        (shuffled, "shuffled pairings"),
        (nearness, "equally near lists"),
    ):
        figure = null_histogram(
            null.drawn(statistic),
            null.observed(statistic),
            question=null_verdicts.question(null, statistic),
            answer=null_verdicts.SEARCHED if searched else null_verdicts.sentence(null, statistic),
            name=name,
            statistic=AXIS[statistic],
            span=span,
        )
        plot(
            figure,
            key=f"null_{null.kind}",
            height=round(figure.layout.height),
            name=name,
            view=f"{statistic} {span}",
        )
    return watch, explain, below


def every_pair(whole: Diamonds, named: list[tuple[str, str]]) -> None:
    """The matrix of all pairs of pairs, and each pair's means."""
    k = len(named)

    def clicked(cell: int) -> None:
        i, j = divmod(cell, k)
        if i != j:
            ask_why(named, i, j)
            st.session_state["why"] = True

    with st.expander("All offsets compared", icon=":material/grid_on:"):
        matrix, table = st.columns([1.7, 1], gap="medium")
        with matrix:
            st.caption("Each cell is the cosine of two offsets. Click one to see why.")
            plot(
                pairs_matrix(whole.cosines, whole.closures, named),
                key="matrix",
                height=min(200 + 30 * k, 900),
                name="pairs of pairs",
                on_click=clicked,
            )
        with table:
            st.caption("The mean of each pair's cosines with all other pairs.")
            show_table(
                {
                    "pair": [f"{a} → {b}" for a, b in named],
                    "cosine": whole.along,
                    "closure": whole.closures.sum(axis=1) / (k - 1),
                },
                height=min(60 + 35 * k, 600),
                column_config={
                    name: st.column_config.NumberColumn(format="%.2f", help=explanation(about))
                    for name, about in (
                        ("cosine", "mean cosine of offsets"),
                        ("closure", "mean closure"),
                    )
                },
            )


# --- Why -------------------------------------------------------------------------------------------


def explained(id: str, named: list[tuple[str, str]]) -> None:
    labels = {" → ".join(pair): pair for pair in named}
    names = list(labels)
    for key, default in (("first_pair", names[0]), ("second_pair", names[1])):
        if st.session_state.get(key) not in labels:
            st.session_state[key] = default
    first, second = st.columns(2)
    a, b = labels[first.selectbox("Why is this pair", names, key="first_pair")]
    c, d = labels[
        second.selectbox("like this one? (or click the end of an arrow)", names, key="second_pair")
    ]
    why(id, (a, b, c, d), "diamonds")


# --- Found -----------------------------------------------------------------------------------------


def found(id: str, which: str) -> None:
    model = open_model(id)
    words = model.words
    st.markdown("## Found for you")
    forms_place, grammar_place = st.columns(2, gap="large")
    inflections = forms_place.toggle(
        "Include forms of the same word",
        value=True,
        key="inflections",
        bind="query-params",
        help=explanation("other forms"),
    )
    grammar = True
    if not small(id):
        grammar = grammar_place.toggle(
            f"Include the {GRAMMAR} most frequent words",
            key="grammar",
            bind="query-params",
            help="In most texts their relations are the strongest, but they are only grammatical: "
            "is → are.",
        )
    like, nothing = st.columns(2, gap="large")
    with like:
        st.markdown("**Pairs like this one**")
        one, other = st.columns(2)
        default = next(iter(lists(id).values()), [(None, None)])[0]
        for place, key, label, word in (
            (one, "like_a", "from", default[0]),
            (other, "like_b", "to", default[1]),
        ):
            wanted = st.session_state.get(key) or address.named(key).get() or word
            st.session_state[key] = wanted if wanted in words else None
            place.selectbox(
                label, words, index=None, key=key, filter_mode="prefix", bind="query-params"
            )
        a, b = st.session_state["like_a"], st.session_state["like_b"]
        if a and b:
            index = model.vocabulary.index
            pairs = parallels(id, which, index(a), index(b), inflections)
            show_table(
                {
                    "from": [words[pair.a] for pair in pairs],
                    "to": [words[pair.b] for pair in pairs],
                    "cos of offsets": [pair.parallelism for pair in pairs],
                    "cos of words": [pair.closeness for pair in pairs],
                },
                file="pairs like this one.csv",
                height=420,
                column_config={
                    name: st.column_config.NumberColumn(format="%.2f", help=explanation(about))
                    for name, about in (
                        ("cos of offsets", "cosine of offsets"),
                        ("cos of words", "cosine of words"),
                    )
                },
            )
            if pairs and st.button("Draw the first twelve"):
                lines = [f"{a} {b}", *(f"{words[p.a]} {words[p.b]}" for p in pairs[:11])]
                use("\n".join(lines), FOUND, id)
    with nothing:
        st.markdown("**Relations found in this text**")
        relations = proposals(id, which, inflections, grammar)
        if not relations:
            st.caption(
                "No relation was found: no three pairs of nearby words have parallel offsets."
            )
        for i, relation in enumerate(relations):
            text = ", ".join(f"{short(words[a])} → {short(words[b])}" for a, b in relation.rows[:4])
            row, draw = st.columns([5, 1], vertical_alignment="center")
            row.markdown(
                f"{text} … ({len(relation.rows)} pairs, parallelism {relation.parallelism:.2f})"
            )
            if draw.button("Draw", key=f"draw{i}"):
                use("\n".join(f"{words[a]} {words[b]}" for a, b in relation.rows[:12]), FOUND, id)
    st.caption(
        "Pairs selected from millions look parallel because they were selected, so these relations "
        "have no p-value, here or when drawn above."
    )


with sentences_for_errors():
    if (current := page_model()) is not None:
        show(current)
