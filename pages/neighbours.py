"""Neighbours: one word, what is near it, what the model expects around it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address, tour
from pages.parts.certainty_tools import (
    WHAT_THE_SHARE_IS,
    certainty,
    found_in,
    has_text,
    how_sure,
    nearest_in_halves,
    note_for_view,
    of_what,
    relied_on,
)
from pages.parts.csv_download import csv_download
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import cut, short, shown_as, unlike
from pages.parts.error_messages import sentences_for_errors
from pages.parts.explanations import explanation
from pages.parts.model.current_model import page_model
from pages.parts.model.learned_beyond import notice_of_chance
from pages.parts.model.model_text import (
    NO_TEXT,
    OPENS,
    concordance,
    output_distribution,
    pair_counts,
    quotes,
)
from pages.parts.model.opened_model import (
    NO_OUTPUT,
    form_vectors,
    in_text,
    open_model,
    vectors,
)
from pages.parts.model.vector_choice import choose_vectors, note_of_form
from pages.parts.presentation import part_settings
from pages.parts.readable_cache import of_readable
from pages.parts.reason_proof import prove
from pages.parts.word_picker import pick_word, remember, send_vocabulary, word_in_address
from pages.parts.word_report import report_button
from pages.plot import load_ahead, plot
from w2v_core import SkipGram
from w2v_core.figures import theme
from w2v_core.figures.heatmap import similarity_map
from w2v_core.figures.lines import centered_lines, reasons_table, running_lines
from w2v_core.figures.neighbours import Support, nearest_side_by_side
from w2v_core.figures.predictions import paired_bars
from w2v_core.figures.reasons import reason_bars, shared_contexts
from w2v_core.model.certainty import SURE, Answer, Certainty
from w2v_core.model.word_model import FORM, KINDS
from w2v_core.space.context import predict, reasons
from w2v_core.space.example_words import opening_word
from w2v_core.space.tree import cosines, tree
from w2v_core.space.vectors import DEFAULT_METRIC, METRICS
from w2v_core.text.concordance import MOST_LINES

PARTS = {
    "nearest": "Nearest",
    "predicts": "What it predicts",
    "text": "In the text",
    "why": "Why near?",
    "several": "Several words",
}
NUMBERS = (10, 20, 50)
NEAREST_KEYS = {"cosine": "nearest", "dot": "nearest-dot", "euclidean": "nearest-euclidean"}
ROW_HEIGHT = {10: 44, 20: 31, 50: 24}  # pixels of a neighbour's row
PREDICTED = 16
REASONS = 24
TABLE_REASONS = 10
NEAR_LINES = 12
LINES_HEIGHT = 320  # pixels, above which these lines scroll
SEVERAL = 12
MOST_SEVERAL = 60
LINES = (50, 200, MOST_LINES)
LONGEST_NEW = 60  # characters of a word that the text lacks
ORDERS = {"text": "as in the text", "left": "by what comes before", "right": "by what follows"}
BARS = 12  # reasons listed, and taken out to prove them
REASON_ORDERS = {
    "evidence": "lines",
    "cosine": "cosine",
    "shared": "log-ratio",
}
REASON_TITLES = {
    "evidence": "evidence in the text, nats",
    "cosine": "contribution to the cosine",
    "shared": "√probability · smaller log-ratio",
}


def go_to(word: str) -> None:
    st.session_state["word"] = word
    address.WORD.set(word)
    for name in ("other", "because"):  # they were about the word before
        st.session_state.pop(name, None)
        address.named(name).clear()


def choose(label: str, options: dict, key: str, **options_of_field):
    """One of a few, the first unless the address says another; the address holds its short name."""
    first, entry = next(iter(options)), address.named(key)
    if key not in st.session_state:
        named = {str(option): option for option in options}
        st.session_state[key] = named.get(entry.get() or "", first)
    chosen = st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=shown_as(options),
        key=key,
        **options_of_field,
    )
    entry.set(None if chosen == first else str(chosen))
    return chosen


@of_readable(max_entries=32)
def first_word(id: str) -> str:
    """The word to open on: that with the clearest neighbours."""
    model = open_model(id)
    output = model.U if model.has_output else None
    return opening_word(vectors(id, "center"), model.counts, output)


def show(id: str) -> None:
    notice_of_chance(id, "what these neighbours show")
    model = open_model(id)
    word = word_in_address("word", model)
    if word is not None:
        tour.did("word", own=word != first_word(id))
    else:
        word = first_word(id)
        st.session_state["word"] = st.session_state["_opened_with"] = word  # nobody's choice
    find, parts, take = st.columns([2, 4.2, 1.1], vertical_alignment="bottom", gap="medium")
    with find:
        pick_word("Word", id, "_pick", go_to, value=word)
    with parts:
        part = choose("Part", PARTS, "part", label_visibility="collapsed")
    with take.container(key="aside_report"):
        report_button(id, word)
    if part == "nearest":
        show_nearest(id, model, word, take)
    elif part == "predicts":
        show_predictions(id, model, word)
    elif part == "text":
        show_lines(id, word, take)
    elif part == "why":
        show_why(id, model, word, take)
    else:
        show_several(id, model, word, take)
    send_vocabulary(id, model.words)


def show_nearest(id: str, model: SkipGram, word: str, beside: DeltaGenerator) -> None:
    widths = [2.1, 5.4, 2.4, 2.9, 1.2] if model.views else [3.6, 3.3, 2, 3.3, 1.3]
    title, which_place, n_place, sure_place, take = part_settings(beside).columns(
        widths, vertical_alignment="bottom"
    )
    row = model.vocabulary.index(word)
    times = in_text(model, row)
    title.markdown(f"## {short(word, 30)}")
    with which_place:
        which = choose_vectors(id, views=True)
    with n_place:
        n = choose("How many", {n: str(n) for n in NUMBERS}, "n", help=explanation("how many"))
    space = vectors(id, which)
    nearest: dict[str, Sequence[tuple[str, float]]] = {
        metric: space.most_similar(word, n, metric) for metric in METRICS
    }
    rows: dict[str, Sequence[int]] = {
        m: [model.vocabulary.index(w) for w, _ in found] for m, found in nearest.items()
    }
    trained = which in KINDS
    note_of_form(which)
    with sure_place:
        if trained:
            how_sure(id)
    st.caption(
        f"{times + ', r' if times else 'R'}ank {row + 1:,} of {len(model.words):,} words. Which "
        "vectors are most similar to its own? Click a word to go to it. A longer bar means a "
        "nearer word: by Euclidean distance, a word twice as far away has a bar half as long."
    )
    sure = certainty(id) if trained else None
    if not trained and has_text(id):
        note_for_view()
    support = None if sure is None else borne_out(id, sure, word, n, which)
    shown = written(support, sure)
    # A figure each: on a narrow screen, they stand one below the other.
    for column, (metric, found) in zip(st.columns(3, gap="medium"), nearest.items(), strict=True):
        with column:
            plot(
                nearest_side_by_side(
                    {metric: found},
                    {metric: rows[metric]},
                    (theme.VECTORS | theme.VIEWS)[which],
                    None if shown is None else {metric: shown[metric]},
                ),
                key=NEAREST_KEYS[metric],
                height=ROW_HEIGHT[n] * min(n, len(model.words) - 1) + 40,
                name=f"nearest to {word[:40]} by {metric}",
                on_click=lambda row: go_to(model.words[row]),
            )
    if which == FORM:
        ask_new_word(id)
    table = []
    for metric, found in nearest.items():
        known = {} if support is None else support[metric]
        for place, (near, value) in enumerate(found, 1):
            how = known.get(near)
            borne = ("", "", "") if how is None else (how.splits, how.share, relied_on(how))
            table.append((metric, place, near, value, *borne))
    header = (
        *("metric", "place", "word", "value", "splits that have it in both halves"),
        *("share of texts like this one", "reliable"),
    )
    csv_download(take, header, table, "nearest words.csv", width="stretch")


def ask_new_word(id: str) -> None:
    """A field for a word that the text lacks, and the words nearest to the vector built from its parts."""
    typed = st.text_input(
        "A word that the text lacks",
        max_chars=LONGEST_NEW,
        key="new_word",
        help=explanation("new word"),
    )
    words, model = "".join(typed.split()), open_model(id)
    if not words:
        return
    if (row := model.vocabulary.find(words)) is not None:
        st.caption(f"**{short(model.words[row])}** is in the vocabulary: choose it above.")
        return
    word = model.vocabulary.spelled(words)
    nearest = form_vectors(id).nearest(word, NUMBERS[0])
    if not nearest:
        st.caption(f"No word of the vocabulary shares a part with **{short(word)}**.")
        return
    found = ", ".join(f"{short(near)} ({value:.2f})" for near, value in nearest)
    st.markdown(
        f"**{short(word)}**, which is not in the vocabulary, built from its parts; nearest by "
        f"cosine: {found}."
    )


def written(
    support: dict[str, dict[str, Answer]] | None, sure: tuple[Certainty, int] | None
) -> dict[str, dict[str, Support]] | None:
    """The same as it stands in the picture."""
    if support is None or sure is None:
        return None
    splits = sure[0].splits
    return {
        metric: {
            near: Support(
                f"{answer.splits}/{splits}",
                f"{found_in(answer, splits)}<br>expected again in {answer.share:.0%} of texts like this",
                relied_on(answer),
            )
            for near, answer in found.items()
        }
        for metric, found in support.items()
    }


def borne_out(
    id: str, sure: tuple[Certainty, int], word: str, n: int, which: str
) -> dict[str, dict[str, Answer]] | None:
    """Of each metric, what the halves of the text say of a word's nearest; above that, how it is read."""
    halves, documents = sure
    if word not in halves.words:
        st.caption("This word is too rare to be kept in the trainings on halves.")
        return None
    answers = nearest_in_halves(id, word, n, which)
    by_cosine = list(answers[DEFAULT_METRIC].values())
    again = sum(answer.share for answer in by_cosine)
    example = f"{min(8, halves.splits)}"
    st.caption(
        f":material/verified: **{example}/{halves.splits}** means that the word was found in both "
        f"halves of the text in {example} of {halves.splits} splits. Striped bars with **?** are "
        f"not reliable. In another text like this one, about {again:.0f} of these {len(by_cosine)} "
        f"nearest words by cosine would be among the {len(by_cosine)} nearest again.",
        help=f"The halves consist of {of_what(documents)}. {WHAT_THE_SHARE_IS} Below a share of "
        f"{SURE:.0%}, more of these texts would give another answer than the same one, so the "
        f"answer is not reliable. {halves.note or ''}",
    )
    return answers


def show_predictions(id: str, model: SkipGram, word: str) -> None:
    if not model.has_output:
        st.info(NO_OUTPUT)
        return
    pairs = pair_counts(id, model)
    q = output_distribution(id, model, pairs)
    row = model.vocabulary.index(word)
    seen = None if pairs is None else pairs[[row], :].toarray().ravel()
    p = model.probabilities(word)
    if pairs is None:
        st.info(NO_TEXT)
    left, right = st.columns(2, gap="large")
    table: list[tuple[str, str, float, object, float]] = []
    for place, order, question in (
        (left, "probable", "Which words does it expect around it, and how often are they there?"),
        (
            right,
            "specific",
            "Which of them are special to it, that is, more likely here than elsewhere?",
        ),
    ):
        found = predict(p, q, seen, PREDICTED, order)
        words = [model.words[i] for i in found.rows]
        with place:
            st.caption(question)
            figure = paired_bars(
                words,
                found.rows.tolist(),
                found.model,
                found.corpus,
                found.unigram,
                found.counts,
                ratio=order == "specific",
            )
            plot(
                figure,
                key=f"predicted-{order}",
                height=620,
                name=f"what {word[:40]} predicts",
                on_click=lambda row: go_to(model.words[row]),
            )
        observed = [""] * len(words) if found.corpus is None else found.corpus.tolist()
        table += zip(
            [order] * len(words),
            words,
            found.model.tolist(),
            observed,
            found.unigram.tolist(),
            strict=True,
        )
    note, take = st.columns([6, 1], vertical_alignment="center")
    note.caption(
        "The words on the right are ordered by p · log(p / q), so they are both probable and "
        "specific. N are the counts that the model was trained on, weighted by distance, with "
        "frequent words subsampled."
    )
    header = ("order", "output word", "p(o|c) model", "N(c,o)/n(c) corpus", "q(o) anywhere")
    csv_download(take, header, table, "predictions.csv", width="stretch")


def show_lines(id: str, word: str, beside: DeltaGenerator) -> None:
    found = concordance(id)
    if found is None:
        st.info(NO_TEXT)
        return
    count = len(found.places(word))
    order_place, number_place, note, take = part_settings(beside).columns(
        [4, 2, 3, 1], vertical_alignment="bottom"
    )
    with order_place:
        order = choose("Order of its lines", ORDERS, "lines")
    most = LINES[0]
    if count > LINES[0]:
        with number_place:
            most = choose("Maximum lines", {n: f"{n:,}" for n in LINES}, "most")
    lines = found.lines(word, most, order)
    if len(lines) < count:
        note.caption(f"{len(lines):,} of its {count:,} lines, evenly spread over the text. {OPENS}")
    else:
        note.caption(f"{'Its only line' if count == 1 else f'All its {count:,} lines'}. {OPENS}")
    shown = quotes(id, lines)
    st.html(centered_lines(shown))
    table = [
        (
            *(line.text[: line.word[0]], line.text[slice(*line.word)], line.text[line.word[1] :]),
            line.document,
        )
        for line in shown
    ]
    header = ("before", "word", "after", "document")
    csv_download(take, header, table, "lines.csv", width="stretch")


def show_why(id: str, model: SkipGram, word: str, beside: DeltaGenerator) -> None:
    if not model.has_output:
        st.info(NO_OUTPUT)
        return
    near = [w for w, _ in vectors(id, "center").most_similar(word, 10, "cosine")]
    other = word_in_address("other", model)
    if other is None or other == word:
        other = near[0]
    among, any_word, how = part_settings(beside).columns([12, 3.6, 5], vertical_alignment="bottom")

    def look_at_near() -> None:
        remember("other")(st.session_state["_near"])

    with among:
        st.session_state["_near"] = other if other in near else None
        st.pills(
            f"Why is {short(word, 24)} near …",
            near,
            key="_near",
            format_func=unlike(near, 18).__getitem__,
            required=other in near,
            wrap=True,
            on_change=deferred(look_at_near),
        )
    with any_word:
        pick_word("or any other word", id, "_pick_other", remember("other"), value=other)
    with how:
        orders = {o: name for o, name in REASON_ORDERS.items() if o != "evidence" or has_text(id)}
        if st.session_state.get("by") not in orders:  # chosen for a model that has its text
            st.session_state.pop("by", None)
        order = choose(
            "Order contexts by",
            orders,
            "by",
            help="Lines: how much of what is specific to both words in the text is found with this "
            "context. Cosine: the context's contribution to the cosine of the two center "
            "vectors; the contributions of all words add up to the cosine. Log-ratio: how much "
            "more (or less) often than elsewhere the context is expected near both words, "
            "weighted by its probability.",
        )
    pairs = pair_counts(id, model)
    q = output_distribution(id, model, pairs)
    a, b = model.vocabulary.index(word), model.vocabulary.index(other)
    counts = None if pairs is None else pairs[[a, b], :].toarray()
    found = reasons(
        model.V[a],
        model.V[b],
        model.probabilities(word),
        model.probabilities(other),
        q,
        model.U,
        counts,
    )
    strongest = found.strongest(REASONS, order).tolist()
    because = word_in_address("because", model)
    chosen_row = model.vocabulary.index(because) if because is not None else None
    if chosen_row is None and strongest:
        chosen_row = strongest[0]
    scatter, bars = st.columns([3, 2], gap="medium")

    def look_at(row: int) -> None:
        remember("because")(model.words[row])

    with scatter:
        st.caption(
            "Which context words do they share? Those at the top right are expected near both "
            "words more than elsewhere. Click one to read its lines."
        )
        figure = shared_contexts(
            model.words, found.x, found.y, found.weight, strongest, word, other, chosen_row
        )
        plot(
            figure,
            key="why",
            height=520,
            name=f"why {word[:30]} is near {other[:30]}",
            view=f"{id} {word} {other}",
            on_click=look_at,
        )
    with bars:
        st.caption(
            f"These contexts contribute most. Cosine of **{short(word, 18)}** and "
            f"**{short(other, 18)}**: {found.cosine:.3f}"
        )
        plot(
            reason_bars(
                model.words,
                strongest[:BARS],
                found.strengths(order),
                found.x,
                found.y,
                title=REASON_TITLES[order],
                counts=counts,
                chosen=chosen_row,
            ),
            key="reasons",
            height=520,
            name="reasons",
            on_click=look_at,
        )
    if pairs is None:
        st.info(NO_TEXT)
        return
    if strongest:
        prove(id, word, other, [model.words[row] for row in strongest[:BARS]])
    show_reason_lines(id, model, (word, other), strongest, chosen_row, pairs)


def show_reason_lines(
    id: str,
    model: SkipGram,
    words: tuple[str, str],
    strongest: list[int],
    chosen: int | None,
    pairs: Any,  # sparse; SciPy has no types
) -> None:
    """The lines in which the chosen context word stands near either, then a line for each reason."""
    text = concordance(id)
    assert text is not None, "the pairs were counted from this text"
    a, b = (model.vocabulary.index(w) for w in words)
    if chosen is not None:
        columns = st.columns(2, gap="large")
        for column, near in zip(columns, words, strict=True):
            lines, count = text.lines_together(near, model.words[chosen], model.window, NEAR_LINES)
            with column:
                st.markdown(
                    f"**{short(model.words[chosen], 24)}** near **{short(near, 24)}**: "
                    + ("never" if not count else "once" if count == 1 else f"{count:,} times")
                )
                if lines:
                    name = f"Lines of {cut(model.words[chosen])} near {cut(near)}"
                    st.html(running_lines(quotes(id, lines), LINES_HEIGHT, name))
    st.caption(
        "The contexts that contribute most, their weighted counts N with each word, and lines of "
        "the text",
        help=OPENS,
    )
    rows = []
    for i in strongest[:TABLE_REASONS]:
        examples = []
        for near in words:
            lines, _ = text.lines_together(near, model.words[i], model.window, 1)
            examples.append(quotes(id, lines)[0] if lines else None)
        numbers = [f"{pairs[a, i]:,.1f}", f"{pairs[b, i]:,.1f}"]
        rows.append((model.words[i], numbers, examples))
    cut_a, cut_b = (w if len(w) <= 24 else w[:23] + "…" for w in words)
    head = ("context word", f"N near {cut_a}", f"N near {cut_b}", f"near {cut_a}", f"near {cut_b}")
    st.html(reasons_table(head, rows))


def show_several(id: str, model: SkipGram, word: str, beside: DeltaGenerator) -> None:
    widths = [4.6, 4.6, 1.2] if model.views else [6, 3, 1]
    settings = part_settings(beside)
    question, which_place, take = settings.columns(widths, vertical_alignment="bottom")
    question.caption(
        "Which of these words belong together, and which one does not? Click a cell to see why."
    )
    with which_place:
        which = choose_vectors(id, views=True)
    note_of_form(which)
    space = vectors(id, which)
    default = [word, *(w for w, _ in space.most_similar(word, SEVERAL, "cosine"))]
    own = [w for w in address.LISTED.get() if w in model.vocabulary]
    words = list(dict.fromkeys(own or default))[:MOST_SEVERAL]

    def keep(chosen: list[str]) -> None:
        address.LISTED.set([] if chosen == default else chosen)

    key = f"_list {hash(tuple(words))}"

    def keep_listed() -> None:
        keep(st.session_state[key])

    def keep_none() -> None:
        keep([])

    listed, add, back = settings.columns([6, 2, 1.4], vertical_alignment="bottom")
    with listed:
        st.multiselect(
            "Words",
            words,
            default=words,
            key=key,
            on_change=deferred(keep_listed),
        )
    with add:
        pick_word(
            "Add a word",
            id,
            "_pick_more",
            lambda w: keep(list(dict.fromkeys([*words, w]))),
            placeholder="type a word",
        )
    back.button(
        "Use nearest",
        on_click=deferred(keep_none),
        disabled=not own,
        width="stretch",
        help=explanation("nearest again"),
    )
    if len(words) < 2:
        st.info("Add at least two words to compare.")
        return
    alike = cosines(space, words)
    by_fit = space.doesnt_match(words)
    odd, fit = by_fit[0]
    joined = tree(alike)
    st.markdown(
        f"The odd one out is **{short(odd)}**: its cosine with the mean of all is {fit:.2f}, and "
        f"the next lowest is {by_fit[1][1]:.2f}."
    )

    def ask_why(pair: int) -> None:
        first, second = divmod(pair, len(words))
        if first != second:
            go_to(words[first])
            remember("other")(words[second])
            st.session_state["part"] = "why"

    plot(
        similarity_map(words, alike, joined.order, joined.across, joined.height, words.index(odd)),
        key="several",
        height=max(440, 190 + 25 * len(words)),
        name="similarity of words",
        on_click=ask_why,
    )
    table = [(w, *row.tolist()) for w, row in zip(words, alike, strict=True)]
    csv_download(take, ("cosine", *words), table, "similarity.csv", width="stretch")


@fragment  # a click runs this page again, not the sidebar
def page(id: str) -> None:
    with sentences_for_errors():
        show(id)


load_ahead()
with sentences_for_errors():
    current = page_model()
    if current is None:
        st.stop()
    elif len(open_model(current).words) < 2:
        st.info("This model has only one word, so nothing is near it.")
    else:
        page(current)
