"""Diamonds: related pairs drawn as parallelograms, measured against chance, forming, found, explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.background_work import background
from pages.parts.certainty_tools import has_text
from pages.parts.current_model import page_model
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.opened_model import open_model, vector_kinds, vectors
from pages.parts.readable_cache import of_readable
from pages.parts.relation_tools import (
    GRAMMAR,
    lists,
    parallels,
    proposals,
    scroll_up,
    small,
    why,
)
from pages.parts.table import edit_table, show_table
from pages.parts.visitor import the_library
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.diamond import (
    diamonds_2d,
    diamonds_3d,
    forming_film,
    null_histogram,
    pairs_matrix,
)
from w2v_core.library import training_history
from w2v_core.space import null_verdicts, nulls, planes
from w2v_core.space.null_nearness import near_partners
from w2v_core.space.relations import Diamonds, diamonds, forming, known_pairs, read_pairs
from w2v_core.work import analyses

OWN, FOUND = "your own list", "found in this text"
PLANES = {"offset": "mean offset up", "words": "PCA of these", "map": "PCA of all"}
AXIS = {"parallelism": "mean cosine of the offsets", "closure": "mean closure"}
SHOWN_AT_FIRST = 12  # pairs of a preset
RANDOM = "random_start"
SOURCES = {"own": "its training", RANDOM: "a random start"}
CLOSED = 0.5  # parallelism from which there is not much left to watch


def show(id: str) -> None:
    model = open_model(id)
    list_place, plane_place, axes_place, which_place = st.columns(
        [3, 2.6, 0.9, 1.3], vertical_alignment="bottom"
    )
    which = which_place.segmented_control(
        "Vectors",
        vector_kinds(id),
        default="center",
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key="which",
        bind="query-params",
    )
    kind = plane_place.segmented_control(
        "Plane",
        list(PLANES),
        default="offset",
        required=True,
        format_func=shown_as(PLANES),
        key="plane",
        bind="query-params",
    )
    axes = axes_place.segmented_control(
        "Axes", ["2-D", "3-D"], default="2-D", required=True, key="axes", bind="query-params"
    )
    with list_place:
        pairs, searched = choose_pairs(id, which)
    rows, unknown = known_pairs(model.vocabulary, pairs)
    if unknown:
        missing = ", ".join(f"{short(a)} → {short(b)}" for a, b in unknown[:8])
        st.info(f"Not in this model's vocabulary, so left out: {missing}.")
    if len(rows) < 2:
        st.info(
            "A diamond has two pairs of words: give at least two that the vocabulary knows, with "
            "**Edit**, or look below for relations found in the text."
        )
    else:
        named = [(model.words[a], model.words[b]) for a, b in rows]
        chance = null_lists(id, which, rows)
        whole = diamonds(vectors(id, which).unit, rows)
        picture, beside = st.columns([3, 1.35], gap="medium")
        with beside:
            watch, explain = measured(whole, *chance, searched)
        with picture:
            film = choose_film(id, which, rows, kind, 2 if axes == "2-D" else 3) if watch else None
            drawing(id, whole, named, which, kind, 2 if axes == "2-D" else 3, film, chance)
        if explain:
            explained(id, named)
        every_pair(whole, named)
    st.divider()
    found(id, which)
    if st.session_state.pop("_scroll_up", False):
        scroll_up()


# --- The list --------------------------------------------------------------------------------------


def choose_pairs(id: str, which: str) -> tuple[list[tuple[str, str]], bool]:
    """The pairs of the chosen list, and whether they were searched for; pairs that are not of a preset
    stand in the address."""
    presets = lists(id)
    names = [*presets, FOUND, OWN]
    if "_list" in st.session_state:
        st.session_state["list"] = st.session_state.pop("_list")
    wanted = st.session_state.get("list") or address.LIST.get()
    if wanted not in names:
        wanted = OWN if address.PAIRS.given() else names[0]
    st.session_state["list"] = wanted
    if wanted in (FOUND, OWN) and address.PAIRS.given():
        st.session_state.setdefault(_text_of(wanted, id), address.PAIRS.get())
    name_place, edit_place = st.columns([3, 2], vertical_alignment="bottom")
    name = name_place.selectbox("Pairs", names, key="list", bind="query-params")
    brought = st.session_state.get(_text_of(name, id))
    if name in presets:
        pairs = presets[name]
    elif brought:
        pairs = read_pairs(brought)
    elif name == FOUND:
        words, relations = open_model(id).words, proposals(id, which)
        pairs = [(words[a], words[b]) for a, b in relations[0].rows[:8]] if relations else []
    else:
        pairs = []
    with edit_place.popover("Edit", icon=":material/edit:", width="stretch"):
        if name in presets and len(pairs) > SHOWN_AT_FIRST:
            drawn = st.segmented_control(
                f"Of its {len(pairs)} pairs are drawn and measured",
                ["first", "all"],
                default="first",
                required=True,
                key="drawn",
                bind="query-params",
                format_func={"first": f"the first {SHOWN_AT_FIRST}", "all": "all"}.__getitem__,
            )
            pairs = pairs[:SHOWN_AT_FIRST] if drawn == "first" else pairs
        edit(id, pairs, name == FOUND)
    if brought and name in (FOUND, OWN):
        address.PAIRS.set("\n".join(f"{a} {b}" for a, b in pairs))
    else:
        address.PAIRS.clear()
    return pairs, name == FOUND


def _text_of(name: str, id: str) -> str:
    """Where the pairs of such a list are kept: what was found belongs to one model."""
    return f"pairs found {id}" if name == FOUND else "pairs"


def edit(id: str, pairs: list[tuple[str, str]], searched: bool) -> None:
    table = edit_table(
        {"from": [a for a, _ in pairs], "to": [b for _, b in pairs]},
        num_rows="dynamic",
        height=260,
        width="stretch",
    )
    if st.button("Draw this table"):
        lines = zip(table["from"], table["to"], strict=True)
        use("\n".join(f"{a} {b}" for a, b in lines if a and b), FOUND if searched else OWN, id)
    pasted = st.text_area(
        "or paste pairs, two words a line", placeholder="man woman\nking → queen\nboy, girl"
    )
    if st.button("Draw what was pasted", disabled=not pasted.strip()):
        read_pairs(pasted)  # a line that is no pair is told before anything changes
        use(pasted, OWN, id)


def use(text: str, name: str, id: str) -> None:
    """Draw these pairs, one a line, as one's own list or as the one that was found."""
    st.session_state[_text_of(name, id)] = text
    st.session_state["_list"] = name
    st.session_state["_scroll_up"] = True
    st.rerun()


# --- The picture, and how it forms -----------------------------------------------------------------


@dataclass(frozen=True)
class Film:
    """Pairs at every pass of a training: the passes, the places float (k, 2, axes) at each, the curves
    (passes, 2) of parallelism and closure, and the losses of all passes."""

    steps: list[int]
    pictures: list[np.ndarray]
    curves: np.ndarray
    losses: np.ndarray


@of_readable(max_entries=4, show_spinner="Reading the training's history …")
def _passes(
    id: str, which: str, source: str
) -> tuple[list[int], np.ndarray, list[np.ndarray], np.ndarray]:
    """The passes kept, the words' rows that all of them hold, the vectors at each, and the losses."""
    if source == RANDOM:
        found = analyses.result(the_library(), RANDOM, id, {})
        if found is None:  # it is damaged, and can be made again
            return [], np.empty(0, int), [], np.empty(0)
        V, U = found.arrays["V"], found.arrays["U"]
        matrices = [
            _kind(v.astype(np.float32), u.astype(np.float32), which)
            for v, u in zip(V, U, strict=True)
        ]
        return list(range(len(V))), np.arange(V.shape[1]), matrices, found.arrays["losses"]
    folder = the_library().model_folder(id)
    model = open_model(id)
    losses = model.loss_curve
    kept = [step for step in training_history.snapshot_steps(folder) if step < len(losses)]
    snapshots, _ = training_history.read_snapshots(folder, kept, *model.V.shape)
    steps = [snapshot.step for snapshot in snapshots]
    if not snapshots:
        return [], np.empty(0, int), [], losses
    rows = snapshots[0].rows
    for snapshot in snapshots[1:]:
        rows = np.intersect1d(rows, snapshot.rows)
    matrices = []
    for snapshot in snapshots:
        at = np.searchsorted(snapshot.rows, rows)
        matrices.append(_kind(snapshot.V[at], snapshot.U[at], which))
    return steps, rows, matrices, losses


def _kind(V: np.ndarray, U: np.ndarray, which: str) -> np.ndarray:
    return {"center": V, "output": U}[which] if which != "sum" else V + U


@of_readable(max_entries=16, show_spinner="Drawing every pass …")
def _film(id: str, which: str, rows: tuple, kind: str, n_axes: int, source: str) -> Film | None:
    """The film of these pairs; None where words were not kept."""
    steps, kept, matrices, losses = _passes(id, which, source)
    pairs = np.array(rows)
    if len(steps) < 2 or not np.isin(pairs, kept).all():
        return None
    places = np.searchsorted(kept, pairs)
    pictures = planes.moving_planes(matrices, places, kind, n_axes)
    return Film(steps, pictures, forming(matrices, places), losses)


def choose_film(id: str, which: str, rows: np.ndarray, kind: str, n_axes: int) -> Film | None:
    """In which training to watch the list form, and what of it was kept."""
    key = tuple(map(tuple, rows.tolist()))
    own = _film(id, which, key, kind, n_axes, "own")
    closed = own is None or own.curves[0, 0] > CLOSED
    choice, said = st.columns([1, 1.6], vertical_alignment="bottom")
    source = choice.segmented_control(
        "Watch it form from",
        list(SOURCES),
        default=RANDOM if closed and has_text(id) else "own",
        required=True,
        format_func=shown_as(SOURCES),
        key="from",
        bind="query-params",
        help="Its own training may start from the spectrum of the counts, where much of a diamond is "
        "closed already. A random start is the notes' own: small random vectors, no anchor.",
    )
    with said:
        if source == "own":
            if own is None:
                st.caption(
                    "The passes of these words are not here: they are kept for the 2,000 most "
                    "frequent and the watched words of a model trained on this machine."
                )
            elif closed:
                st.caption(
                    "This training started from the spectrum of the counts, where much of the "
                    "diamond is closed already."
                )
            return own
        if not has_text(id):
            st.caption("This model's text is not here, so the model cannot be trained again.")
            return None
        if (
            background(
                RANDOM,
                id,
                {},
                "Train from a random start",
                "random",
                "Trains on the same text once more, in the background, from small random vectors.",
            )
            is None
        ):
            return None
        film = _film(id, which, key, kind, n_axes, RANDOM)
        if film is None:
            st.caption(
                f"The passes of these words are not here: they are kept for the "
                f"{analyses.FORMING_WORDS:,} most frequent words."
            )
        return film


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
    )


def ask_why(named: list[tuple[str, str]], first: int, second: int) -> None:
    """Let *why* compare these two pairs."""
    st.session_state["first_pair"] = " → ".join(named[first])
    st.session_state["second_pair"] = " → ".join(named[second])


# --- Measured --------------------------------------------------------------------------------------


@of_readable(max_entries=32, show_spinner="Drawing 1,000 lists of each kind …")
def _nulls(id: str, which: str, rows: tuple) -> tuple[nulls.Null, nulls.Null, nulls.Null]:
    unit, pairs = vectors(id, which).unit, np.array(rows)
    return (
        nulls.random_lists(unit, pairs),
        nulls.shuffled_pairings(unit, pairs),
        near_partners(unit, pairs),
    )


def null_lists(id: str, which: str, rows: np.ndarray) -> tuple[nulls.Null, nulls.Null, nulls.Null]:
    return _nulls(id, which, tuple(map(tuple, rows.tolist())))


def measured(
    whole: Diamonds,
    random: nulls.Null,
    shuffled: nulls.Null,
    nearness: nulls.Null,
    searched: bool,
):
    """Both measures beside what chance gives; whether to watch the list form, and to ask why."""
    one, other = st.columns(2)
    one.metric(
        "parallelism",
        f"{whole.parallelism:.2f}",
        help="Mean cosine of the offsets, pair by "
        "pair: 1 is parallel, 0 unrelated, below 0 backwards.",
    )
    other.metric(
        "closure",
        f"{whole.closure:.2f}",
        help="‖a − b − c + d‖ / ½(‖b − a‖ + ‖d − c‖): 0 "
        "closes the diamond, √2 ≈ 1.41 is what unrelated offsets have.",
    )
    if searched:
        st.markdown(
            "**Found by searching: that it is parallel is no surprise, so no p-value is given.**"
        )
    else:
        st.markdown(f"**{literal(null_verdicts.verdict(random, shuffled, nearness))}**")
    one, other = st.columns([1.5, 1])
    watch = one.toggle("Watch it form", key="forming", bind="query-params")
    explain = other.toggle("Why?", key="why", bind="query-params")
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
        plot(figure, key=f"null_{null.kind}", height=206, name=name, view=f"{statistic} {span}")
    return watch, explain


def every_pair(whole: Diamonds, named: list[tuple[str, str]]) -> None:
    """The matrix of all pairs of pairs, and each pair's means."""
    k = len(named)

    def clicked(cell: int) -> None:
        i, j = divmod(cell, k)
        if i != j:
            ask_why(named, i, j)
            st.session_state["why"] = True

    with st.expander("Every pair of pairs", icon=":material/grid_on:"):
        matrix, table = st.columns([1.7, 1], gap="medium")
        with matrix:
            st.caption("Each cell is the cosine of two offsets. Click one to ask why.")
            plot(
                pairs_matrix(whole.cosines, whole.closures, named),
                key="matrix",
                height=min(200 + 30 * k, 900),
                name="pairs of pairs",
                on_click=clicked,
            )
        with table:
            st.caption("The mean of each pair's cosines with all the others.")
            show_table(
                {
                    "pair": [f"{a} → {b}" for a, b in named],
                    "cosine": whole.along,
                    "closure": whole.closures.sum(axis=1) / (k - 1),
                },
                height=min(60 + 35 * k, 600),
                column_config={
                    name: st.column_config.NumberColumn(format="%.2f")
                    for name in ("cosine", "closure")
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
    a, b = labels[first.selectbox("Why is", names, key="first_pair")]
    c, d = labels[second.selectbox("like (or click an arrow's end)", names, key="second_pair")]
    why(id, (a, b, c, d), "diamonds")


# --- Found -----------------------------------------------------------------------------------------


def found(id: str, which: str) -> None:
    model = open_model(id)
    words = model.words
    st.markdown("#### Found for you")
    forms_place, grammar_place = st.columns(2, gap="large")
    inflections = forms_place.toggle(
        "with forms of the same word",
        value=True,
        key="inflections",
        bind="query-params",
        help="walk → walked, happy → happier: words that share their beginning.",
    )
    grammar = True
    if not small(id):
        grammar = grammar_place.toggle(
            f"with the {GRAMMAR} most frequent words",
            key="grammar",
            bind="query-params",
            help="Their relations are the strongest of most texts, and all grammar: is → are.",
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
                    name: st.column_config.NumberColumn(format="%.2f")
                    for name in ("cos of offsets", "cos of words")
                },
            )
            if pairs and st.button("Draw the first twelve"):
                lines = [f"{a} {b}", *(f"{words[p.a]} {words[p.b]}" for p in pairs[:11])]
                use("\n".join(lines), FOUND, id)
    with nothing:
        st.markdown("**Relations found in this text**")
        relations = proposals(id, which, inflections, grammar)
        if not relations:
            st.caption("None was found: no three pairs of nearby words have parallel offsets.")
        for i, relation in enumerate(relations):
            text = ", ".join(f"{short(words[a])} → {short(words[b])}" for a, b in relation.rows[:4])
            row, draw = st.columns([5, 1], vertical_alignment="center")
            row.markdown(
                f"{text} … ({len(relation.rows)} pairs, parallelism {relation.parallelism:.2f})"
            )
            if draw.button("Draw", key=f"draw{i}"):
                use("\n".join(f"{words[a]} {words[b]}" for a, b in relation.rows[:12]), FOUND, id)
    st.caption(
        "What is searched for among millions of pairs looks parallel by the search alone, so these "
        "carry no p-value, here or drawn above."
    )


with sentences_for_errors():
    if (current := page_model()) is not None:
        show(current)
