"""Diamonds: related pairs drawn as parallelograms, measured against chance, forming, found, explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages._plot import plot
from pages._relations import GRAMMAR, background, lists, parallels, proposals, small, why
from pages._shared import (
    current_model_id,
    literal,
    open_model,
    sentences_for_errors,
    short,
    vector_kinds,
    vectors,
)
from pages._sure import has_text
from w2v_core.figures import theme
from w2v_core.figures.diamond import diamonds_2d, diamonds_3d, forming_curves, null_histogram
from w2v_core.runs import history, jobs, library
from w2v_core.space import nulls, planes
from w2v_core.space.relations import diamonds, forming, known_pairs, read_pairs

OWN = "your own list"
PLANES = {"offset": "mean offset up", "words": "PCA of these", "map": "PCA of all"}
SHOWN_AT_FIRST = 12  # pairs of a preset
PLAY_SECONDS = 0.6
RANDOM = "random_start"
SOURCES = {"own": "its training", RANDOM: "a random start"}


def show(id: str) -> None:
    model = open_model(id)
    list_place, plane_place, axes_place, which_place = st.columns(
        [3, 2.6, 0.9, 1.3], vertical_alignment="bottom"
    )
    which = which_place.segmented_control(
        "Vectors", vector_kinds(id), default="center", required=True,
        format_func=theme.VECTOR_NAMES.get, key="which", bind="query-params",
    )  # fmt: skip
    kind = plane_place.segmented_control(
        "Plane", list(PLANES), default="offset", required=True, format_func=PLANES.get,
        key="plane", bind="query-params",
    )  # fmt: skip
    axes = axes_place.segmented_control(
        "Axes", ["2-D", "3-D"], default="2-D", required=True, key="axes", bind="query-params"
    )
    with list_place:
        pairs = choose_pairs(id, which)
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
        random, shuffled = null_lists(id, which, rows)
        picture, beside = st.columns([4, 1.3], gap="medium")
        with beside:
            measured(id, rows, which, random, shuffled)
            film = choose_film(id, which, rows, kind, 2 if axes == "2-D" else 3)
            explain = st.toggle("Why?", key="why", bind="query-params")
        with picture:
            drawing(id, rows, named, which, kind, 2 if axes == "2-D" else 3, film)
        if explain:
            explained(id, named)
        against_chance(id, rows, which, random, shuffled)
    st.divider()
    found(id, which)


# --- The list --------------------------------------------------------------------------------------


def choose_pairs(id: str, which: str) -> list[tuple[str, str]]:
    """The pairs of the chosen list; a list of one's own stands in the address."""
    presets = lists(id)
    if "pairs" in st.query_params and "pairs_text" not in st.session_state:
        st.session_state["pairs_text"] = st.query_params["pairs"].replace(";", "\n")
    own = st.session_state.get("pairs_text")
    names = [*presets, OWN]
    if st.session_state.pop("_use_own", False):
        st.session_state["list"] = OWN
    wanted = st.session_state.get("list") or st.query_params.get("list")
    if wanted not in names:
        wanted = OWN if own or not presets else names[0]
    st.session_state["list"] = wanted
    name_place, edit_place = st.columns([3, 2], vertical_alignment="bottom")
    name = name_place.selectbox("Pairs", names, key="list", bind="query-params")
    if name != OWN:
        pairs = presets[name]
    elif own:
        pairs = read_pairs(own)
    else:
        # Nothing brought yet: the strongest relation that the text holds.
        words, relations = open_model(id).words, proposals(id, which)
        pairs = [(words[a], words[b]) for a, b in relations[0].rows[:8]] if relations else []
    with edit_place.popover("Edit", icon=":material/edit:", width="stretch"):
        if name != OWN and len(pairs) > SHOWN_AT_FIRST:
            drawn = st.segmented_control(
                f"Of its {len(pairs)} pairs are drawn and measured", ["first", "all"],
                default="first", required=True, key="drawn", bind="query-params",
                format_func={"first": f"the first {SHOWN_AT_FIRST}", "all": "all"}.get,
            )  # fmt: skip
            pairs = pairs[:SHOWN_AT_FIRST] if drawn == "first" else pairs
        edit(pairs)
    if name == OWN and own:
        st.query_params["pairs"] = ";".join(f"{a} {b}" for a, b in pairs)
    elif "pairs" in st.query_params:
        del st.query_params["pairs"]
    return pairs


def edit(pairs: list[tuple[str, str]]) -> None:
    table = st.data_editor(
        {"from": [a for a, _ in pairs], "to": [b for _, b in pairs]},
        num_rows="dynamic", hide_index=True, height=260, width="stretch",
    )  # fmt: skip
    if st.button("Draw this table"):
        lines = zip(table["from"], table["to"], strict=True)
        use("\n".join(f"{a} {b}" for a, b in lines if a and b))
    pasted = st.text_area(
        "or paste pairs, two words a line", placeholder="man woman\nking → queen\nboy, girl"
    )
    if st.button("Draw what was pasted", disabled=not pasted.strip()):
        read_pairs(pasted)  # a line that is no pair is told before anything changes
        use(pasted)


def use(text: str) -> None:
    """Draw these pairs, one a line."""
    st.session_state["pairs_text"] = text
    st.session_state["_use_own"] = True
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


@st.cache_resource(max_entries=4, show_spinner="Reading the training's history …")
def _passes(
    id: str, which: str, source: str
) -> tuple[list[int], np.ndarray, list[np.ndarray], np.ndarray]:
    """The passes kept, the words' rows that all of them hold, the vectors at each, and the losses."""
    if source == RANDOM:
        found = jobs.result(RANDOM, id, {})
        V, U = found.arrays["V"], found.arrays["U"]
        matrices = [
            _kind(v.astype(np.float32), u.astype(np.float32), which)
            for v, u in zip(V, U, strict=True)
        ]
        return list(range(len(V))), np.arange(V.shape[1]), matrices, found.arrays["losses"]
    folder = library.model_folder(id)
    losses = open_model(id).loss_curve
    steps = history.snapshot_steps(folder)
    snapshots = [history.read_snapshot(folder, step) for step in steps]
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


@st.cache_resource(max_entries=16, show_spinner="Drawing every pass …")
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
    """Whether to watch the list form, and in which training."""
    if not st.toggle("Watch it form", key="forming", bind="query-params"):
        return None
    source = st.segmented_control(
        "From", list(SOURCES), default="own", required=True, format_func=SOURCES.get,
        key="from", bind="query-params",
        help="Its own training may start from the spectrum of the counts, where much of a diamond is "
        "closed already. A random start is the notes' own: small random vectors, no anchor.",
    )  # fmt: skip
    key = tuple(map(tuple, rows.tolist()))
    if source == RANDOM:
        if not has_text(id):
            st.info("The text of this model is not here, so it cannot be trained on again.")
            return None
        if background(
            RANDOM, id, {}, "Train it so", "random",
            "Trains on the same text once more, in the background, from small random vectors.",
        ) is None:  # fmt: skip
            return None
    film = _film(id, which, key, kind, n_axes, source)
    if film is None:
        kept = f"the {jobs.FORMING_WORDS:,} most frequent words" if source == RANDOM else (
            "the 2,000 most frequent and the watched words of a model trained on this machine"
        )  # fmt: skip
        st.info(f"The passes of these words are not here: they are kept for {kept}.")
    elif source == "own" and film.curves[0, 0] > 0.5:
        st.caption(
            "This training started from the spectrum of the counts, where much of the diamond is "
            "closed already."
        )
    return film


def drawing(id: str, rows, named, which: str, kind: str, n_axes: int, film: Film | None) -> None:
    unit = vectors(id, which).unit
    whole = diamonds(unit, rows)
    title = f"{named[0][0]} → {named[0][1]}, and its parallels"
    key = tuple(map(tuple, rows.tolist()))

    def clicked(pair: int) -> None:
        first, second = named[0], named[pair]
        st.session_state["second_pair"] = " → ".join(second if pair else named[1])
        st.session_state["first_pair"] = " → ".join(first)

    def draw(places, titles, along, frame=None) -> None:
        if n_axes == 2:
            figure = diamonds_2d(
                places, named, titles, along=along, title=title, color=theme.VECTORS[which],
                frame=frame,
            )  # fmt: skip
        else:
            reach = None if frame is None else 1.1 * float(np.abs(frame).max())
            figure = diamonds_3d(
                places, named, titles, along=along, title=title, color=theme.VECTORS[which],
                reach=reach,
            )  # fmt: skip
        plot(figure, key="diamonds", height=700 if film is None else 520, name="diamonds",
             view=f"{id} {which} {kind} {n_axes} {key} {film is None}", on_click=clicked)  # fmt: skip

    if film is None:
        plane = planes.plane_of(unit, rows, kind, n_axes)
        places = plane.place(unit[rows.ravel()]).reshape(*rows.shape, n_axes)
        draw(places, plane.titles, whole.along)
        return
    steps, pictures, curves, losses = film.steps, film.pictures, film.curves, film.losses
    frame = np.concatenate(pictures).reshape(-1, n_axes)
    titles = (
        (*("largest remaining spread", "second largest")[: n_axes - 1], "mean offset")
        if kind == "offset"
        else tuple(f"PC {i + 1}" for i in range(n_axes))
    )

    def moving() -> None:
        playing = st.session_state.get("_playing", False)
        now = st.session_state.get("pass", steps[-1])
        now = now if now in steps else steps[-1]
        if playing:
            now = steps[min(steps.index(now) + 1, len(steps) - 1)]
            if now == steps[-1]:
                st.session_state["_playing"] = False
        st.session_state["pass"] = now
        slide, play = st.columns([6, 1], vertical_alignment="bottom")
        slide.select_slider("After pass", steps, key="pass")
        if play.button("Play", icon=":material/play_arrow:", width="stretch", disabled=playing):
            st.session_state["_playing"] = True
            st.session_state["_rewind"] = True
            st.rerun(scope="app")
        i = steps.index(st.session_state["pass"])
        draw(pictures[i], titles, whole.along, frame)
        st.plotly_chart(
            forming_curves(steps, curves, losses, steps[i]), key="curves", height=240,
            config={"displayModeBar": False},
        )  # fmt: skip
        if playing and not st.session_state["_playing"]:
            st.rerun(scope="app")

    if st.session_state.pop("_rewind", False):
        st.session_state["pass"] = steps[0]
    playing = st.session_state.get("_playing", False)
    st.fragment(run_every=PLAY_SECONDS if playing else None)(moving)()


# --- Measured --------------------------------------------------------------------------------------


@st.cache_resource(max_entries=32, show_spinner="Drawing 1,000 lists of each kind …")
def _nulls(id: str, which: str, rows: tuple) -> tuple[nulls.Null, nulls.Null]:
    unit = vectors(id, which).unit
    return nulls.random_lists(unit, np.array(rows)), nulls.shuffled_pairings(unit, np.array(rows))


def null_lists(id: str, which: str, rows: np.ndarray) -> tuple[nulls.Null, nulls.Null]:
    return _nulls(id, which, tuple(map(tuple, rows.tolist())))


def measured(id: str, rows: np.ndarray, which: str, random, shuffled) -> None:
    whole = diamonds(vectors(id, which).unit, rows)
    one, other = st.columns(2)
    one.metric("parallelism", f"{whole.parallelism:.2f}", help="Mean cosine of the offsets, pair by "
               "pair: 1 is parallel, 0 unrelated, below 0 backwards.")  # fmt: skip
    other.metric("closure", f"{whole.closure:.2f}", help="‖a − b − c + d‖ / ½(‖b − a‖ + ‖d − c‖): 0 "
                 "closes the diamond, √2 ≈ 1.41 is what unrelated offsets have.")  # fmt: skip
    st.markdown(f"**{literal(nulls.verdict(random, shuffled))}**")
    st.caption(
        f"p = {nulls.p_text(random.p)} against random lists, {nulls.p_text(shuffled.p)} against "
        f"shuffled pairings; {len(rows)} pairs. Below: what chance gives."
    )


def against_chance(id: str, rows: np.ndarray, which: str, random, shuffled) -> None:
    whole = diamonds(vectors(id, which).unit, rows)
    for place, null, name in zip(
        st.columns(2, gap="medium"),
        (random, shuffled),
        ("random lists", "shuffled pairings"),
        strict=True,
    ):
        with place:
            st.caption(literal(null.question))
            plot(
                null_histogram(null.parallelism, null.observed_parallelism, null.sentence, name),
                key=f"null_{null.kind}", height=260, name=name,
            )  # fmt: skip
    words = open_model(id).words
    with st.expander("Every pair"):
        st.dataframe(
            [
                {
                    "pair": f"{words[a]} → {words[b]}",
                    "mean cosine with the others": round(float(along), 3),
                    "mean closure with the others": round(
                        float(closures.sum() / (len(rows) - 1)), 3
                    ),
                }
                for (a, b), along, closures in zip(rows, whole.along, whole.closures, strict=True)
            ],
            hide_index=True,
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
        "with forms of the same word", value=True, key="inflections", bind="query-params",
        help="walk → walked, happy → happier: words that share their beginning.",
    )  # fmt: skip
    grammar = True
    if not small(id):
        grammar = grammar_place.toggle(
            f"with the {GRAMMAR} most frequent words", key="grammar", bind="query-params",
            help="Their relations are the strongest of most texts, and all grammar: is → are.",
        )  # fmt: skip
    like, nothing = st.columns(2, gap="large")
    with like:
        st.markdown("**Pairs like this one**")
        one, other = st.columns(2)
        default = next(iter(lists(id).values()), [(None, None)])[0]
        for place, key, label, word in (
            (one, "like_a", "from", default[0]),
            (other, "like_b", "to", default[1]),
        ):
            wanted = st.session_state.get(key) or st.query_params.get(key) or word
            st.session_state[key] = wanted if wanted in words else None
            place.selectbox(label, words, index=None, key=key, filter_mode="prefix",
                            bind="query-params")  # fmt: skip
        a, b = st.session_state["like_a"], st.session_state["like_b"]
        if a and b:
            index = model.vocabulary.index
            pairs = parallels(id, which, index(a), index(b), inflections)
            st.dataframe(
                [
                    {
                        "from": words[pair.a],
                        "to": words[pair.b],
                        "cos of offsets": round(pair.parallelism, 2),
                        "cos of words": round(pair.closeness, 2),
                    }
                    for pair in pairs
                ],
                hide_index=True, height=320,
            )  # fmt: skip
            if pairs and st.button("Draw the first twelve"):
                use("\n".join([f"{a} {b}", *(f"{words[p.a]} {words[p.b]}" for p in pairs[:11])]))
    with nothing:
        st.markdown("**Relations this text holds**")
        relations = proposals(id, which, inflections, grammar)
        if not relations:
            st.caption("None was found: three pairs of near words moving in parallel are too many.")
        for i, relation in enumerate(relations):
            text = ", ".join(f"{short(words[a])} → {short(words[b])}" for a, b in relation.rows[:4])
            row, draw = st.columns([5, 1], vertical_alignment="center")
            row.markdown(
                f"{text} … ({len(relation.rows)} pairs, parallelism {relation.parallelism:.2f})"
            )
            if draw.button("Draw", key=f"draw{i}"):
                use("\n".join(f"{words[a]} {words[b]}" for a, b in relation.rows[:12]))
    st.caption(
        "What is searched for among millions of pairs looks parallel by the search alone, so these "
        "carry no p-value; drawn above, their p is not evidence either."
    )


with sentences_for_errors():
    wanted, current = st.query_params.get("model"), current_model_id()
    if wanted is not None and wanted != current:
        st.warning("The model that this address names is not here; this is the newest one.")
    elif current is not None:
        st.query_params["model"] = current
    if current is None:
        st.info("There is no model yet: train one first.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    else:
        show(current)
