"""Lesson 10: when the vectors mislead."""

import streamlit as st

from pages.lesson_pages.frame import (
    Source,
    notes_model,
    notes_text,
    pick,
    predicted,
    quiz,
    source_that_knows,
    space_of,
)
from pages.parts.displayed_text import literal, short, shown_as
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core import Corpus, SkipGram
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.heat_map import heat_map
from w2v_core.figures.lessons.points_on_line import on_a_line
from w2v_core.lessons import cautions
from w2v_core.model.certainty import SURE, how_sure
from w2v_core.model.defaults import default_dim

QUESTION = "When should you not trust the vectors?"
RICHER = True
TOPICS = ("opposites", "two senses", "frequency", "prejudice", "little text")
MOST_POINTS = 1_500  # the largest number of words in one figure


def show(source: Source) -> None:
    topic = st.segmented_control(
        "Topic", TOPICS, default=TOPICS[0], required=True, key="caution", bind="query-params"
    )
    {
        TOPICS[0]: opposites,
        TOPICS[1]: two_senses,
        TOPICS[2]: frequency,
        TOPICS[3]: prejudice,
        TOPICS[4]: little_text,
    }[topic](source)
    one_and_two(source)


def one_and_two(source: Source) -> None:
    """The closing question, which returns to the first lesson with the numbers of lesson 4."""
    words = ("one", "two")
    teller = source_that_knows(words, source)
    assert teller is not None  # the notes' example has both words
    one, two = (predicted(teller, word).p for word in words)
    others = [w for w, _ in space_of(teller).most_similar("one", len(teller.model.words), "cosine")]
    far = others[-1]
    share, little = (
        cautions.shared(one, two),
        cautions.shared(one, predicted(teller, far).p),
    )
    more = "two" if share >= little else far
    quiz(
        f"back to the beginning: which two words share more of their contexts in {literal(teller.title)}, "
        f"*one* and *two*, or *one* and *{short(far)}*?",
        (f"one and {far}", "one and two"),
        f"one and {more}",
        f"Of the contexts that the model expects near *one*, it expects {share:.0%} also near *two*, and "
        f"{little:.0%} near *{short(far)}*. Words with the same contexts are pulled the same way "
        "(lesson 6) and end up in the same place. This is why one ≈ two (cosine "
        f"{space_of(teller).similarity(*words):.2f}).",
        "Words are near each other if they occur in the same contexts. Such words are often *similar* "
        "and sometimes *opposite*, and they always depend on this one text, with its accidents and its "
        "prejudices. Look at the warning number before you trust a neighbour.",
    )


def opposites(source: Source) -> None:
    space = space_of(source)
    found = cautions.opposites(space)
    left, right = st.columns([2, 3], gap="large")
    with left:
        if found:
            a, b = found[0][:2]
        else:
            st.caption("None of the usual opposites occurs in this text. Choose two words.")
            a, b = None, None
        x = pick("Word", "opposite_a", source, a or "")
        nearest = space.most_similar(x, 1, "cosine")[0][0]
        z = pick("Its opposite", "opposite_b", source, b or nearest, skip=(x,))
        cosine = space.similarity(x, z)
        overlap = cautions.shared(predicted(source, x).p, predicted(source, z).p)
        st.metric("cosine", f"{cosine:.3f}", help=explanation("cosine"))
        st.metric("shared contexts", f"{overlap:.0%}", help=explanation("shared contexts"))
        st.latex(r"\textstyle\sum_w \min\big(p(w|a),\,p(w|b)\big) = " + equations.number(overlap))
        st.caption(
            "The warning is the share of the contexts expected near one word that the model also expects "
            "near the other. A high share means *interchangeable in this text*, not *similar in meaning*."
        )
    with right:
        if found:
            st.markdown("### Opposites in this text")
            plot(
                compared_bars(
                    [f"{a} · {b}" for a, b, *_ in found],
                    [("cosine", [value for *_, value, _ in found], theme.CENTER)],
                    "cosine (random pairs lie around 0)",
                    (min(0.0, min(v for *_, v, _ in found)) - 0.05, 1),
                ),
                key="opposites",
                height=440,
                name="opposites",
            )
            first = sum(nearer < 10 for *_, nearer in found)
            st.caption(
                f"In {first} of these {len(found)} pairs, the second word is among the ten nearest to the "
                "first."
            )


@st.cache_resource(max_entries=20, show_spinner="Training with the two words merged …")
def merged(one: str, other: str) -> SkipGram:
    corpus = notes_text()
    lines = (
        " ".join("bothsenses" if w in (one, other) else w for w in sentence)
        for sentence in corpus.sentences()
    )
    return _trained(Corpus.from_text("\n".join(lines), lowercase=False, min_count=1))


@st.cache_resource(show_spinner="Training on the notes' example …")
def unmerged() -> SkipGram:
    return _trained(notes_text())


def _trained(corpus: Corpus) -> SkipGram:
    """A model of a small text at once, without the seconds that trying several dimensions takes."""
    return SkipGram(dim=default_dim(len(corpus.words)), epochs=12).fit(corpus)


def two_senses(source: Source) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        show_circle(source)
    with right:
        show_merged_words()


def show_circle(source: Source) -> None:
    """The cosines among a word's nearest neighbours."""
    space = space_of(source)
    st.markdown("### Are a word's neighbours near each other?")
    word = pick("Word", "center", source, "orange", "spring", "one", "Berlin")
    words, cosines, mean = cautions.circle(space, word)
    plot(
        heat_map(cosines, words, words, value="cosine", largest=1.0, square=True),
        key="circle",
        height=380,
        name="neighbours",
    )
    st.latex(
        rf"\text{{mean cosine among the nearest of }}{equations.tex(word)} ="
        rf" {equations.number(mean)}"
    )
    st.caption(
        "The warning: a low mean, or two separate blocks in the figure, suggests that the neighbours "
        "belong to different senses."
    )


def show_merged_words() -> None:
    """A word with two known senses, made by replacing two words by one."""
    st.markdown("### An experiment: two words merged into one")
    known = notes_model().words
    first, second = st.columns(2)
    one = first.selectbox("First word", known, known.index("wine"), key="sense_a")
    others = [w for w in known if w != one]
    default = others.index("song") if "song" in others else 0
    other = second.selectbox("Second word", others, default, key="sense_b")
    apart, together = unmerged().vectors(), merged(one, other).vectors()
    senses = cautions.between(apart, together, one, other, "bothsenses")
    plot(
        compared_bars(
            [w for w, *_ in senses],
            [
                ("merged word", [m for _, m, _, _ in senses], theme.ANSWER),
                ("first word", [a for _, _, a, _ in senses], theme.CENTER),
                ("second word", [b for _, _, _, b in senses], theme.OUTPUT),
            ],
            "cosine",
        ),
        key="senses",
        height=400,
        name="two senses",
    )
    st.caption(
        f"In the notes' example, {short(one)} and {short(other)} were replaced by one made-up word, "
        "and the model was trained again. The merged word lies between the two: it is near the "
        "neighbours of both, but less near than the original words were."
    )


def frequency(source: Source) -> None:
    model = source.model
    left, right = st.columns([2, 3], gap="large")
    with left:
        which = st.segmented_control(
            "Vectors",
            list(theme.VECTORS),
            default="center",
            required=True,
            format_func=shown_as(theme.VECTOR_NAMES),
            key="norm_of",
            help=explanation("vectors"),
        )
        word = pick("Word", "center", source, "Berlin", "king")
        matrix = space_of(source, which).matrix
        norms, correlation = cautions.norm_and_frequency(matrix, model.counts)
        st.metric(
            "rank correlation of length and frequency",
            f"{correlation:+.2f}",
            help=explanation("rank correlation"),
        )
        row = source.row(word)
        name = "v" if which == "center" else "u" if which == "output" else "(v+u)"
        st.latex(
            rf"\big|{name}_{{{equations.tex(word)}}}\big| = {equations.number(norms[row])},\quad "
            rf"N = {equations.number(int(model.counts[row]), 0)}"
        )
        st.caption(
            "The warning: if the correlation is far from 0, dot products and distances between raw vectors "
            "also measure frequency. Cosines ignore length, but the direction of a rare word is uncertain "
            "too."
        )
    shown = cautions.some_rows(len(model.words), MOST_POINTS, row)
    with right:
        plot(
            on_a_line(
                model.counts[shown],
                norms[shown],
                [model.words[i] for i in shown],
                axes=("times in the text", "length of the vector"),
                marked=shown.tolist().index(row),
                log_x=True,
            ),
            key="norms",
            height=440,
            name="norms",
        )
        if len(shown) < len(model.words):
            st.caption(
                f"{len(shown):,} of {len(model.words):,} words, evenly spaced from the most frequent to "
                "the rarest. The correlation is computed from all words."
            )


def prejudice(source: Source) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        a, b, words = choose_axis_and_words(source)
        if not words:
            st.info("Type some words of the text.")
            return
        leaning = cautions.leaning(space_of(source), a, b, words)
        show_strongest_leaning(source, a, b, leaning)
    with right:
        shown = leaning if len(leaning) <= 18 else [*leaning[:9], *leaning[-9:]]
        plot(
            compared_bars(
                [w for w, _ in shown],
                [("cosine", [value for _, value in shown], theme.CENTER)],
                f"← {theme.text(a, 14)}     cosine with the axis     {theme.text(b, 14)} →",
            ),
            key="leaning",
            height=440,
            name="leaning",
        )


def choose_axis_and_words(source: Source) -> tuple[str, str, list[str]]:
    """The two words of the axis, and the words that should be neutral between them."""
    space = space_of(source)
    first, second = st.columns(2)
    with first:
        a = pick("From", "axis_a", source, "he", "man", "king", "Paris")
    with second:
        b = pick("To", "axis_b", source, "she", "woman", "queen", "Berlin", skip=(a,))
    people = [w for w in cautions.PEOPLE.split() if w in space and w not in (a, b)]
    if not people:
        people = [w for w, _ in space.most_similar(a, 8, "cosine") if w != b]
    text = st.text_area(
        "Words that should be neutral", " ".join(people), key=f"people {source.key}"
    )
    return a, b, [w for w in text.split() if w in space and w not in (a, b)]


def show_strongest_leaning(
    source: Source, a: str, b: str, leaning: list[tuple[str, float]]
) -> None:
    """The word that leans most, by its cosine with the axis and by the model's probabilities."""
    word, cosine = max(leaning, key=lambda item: abs(item[1]))
    st.latex(
        rf"\cos\big(v_{{{equations.tex(word)}}},\ v_{{{equations.tex(b)}}} -"
        rf" v_{{{equations.tex(a)}}}\big) = {equations.number(cosine)}"
    )
    ratio = cautions.preference(predicted(source, word).p, source.row(a), source.row(b))
    st.latex(
        equations.lines(
            rf"\log\frac{{p({equations.tex(b)}|{equations.tex(word)})}}"
            rf"{{p({equations.tex(a)}|{equations.tex(word)})}} &= {equations.number(ratio)}"
        )
    )
    st.caption(
        "The warning: a word that should be neutral is not. The model did not invent this: the "
        "second line compares how often it expects either word near that word, as learned from the "
        "text. Everything that uses these vectors inherits the prejudice."
    )


@st.cache_resource(max_entries=12, show_spinner="Training on both halves of five splits …")
def in_halves(share: int):
    corpus = notes_text()
    sentences = list(corpus.sentences())
    few = Corpus.from_text(
        "\n".join(" ".join(s) for s in sentences[: len(sentences) * share // 100]),
        lowercase=False,
        min_count=1,
    )
    model = SkipGram(epochs=8, dim=8).fit(few)
    return how_sure(model, few, splits=5)


def little_text(source: Source) -> None:
    left, right = st.columns([2, 3], gap="large")
    with left:
        share = st.select_slider(
            "Share of the notes' example used for training, %", (10, 25, 50, 100), 25, key="share"
        )
        found = in_halves(share)
        words = found.words
        word = st.selectbox(
            "Word",
            words,
            words.index("Berlin") if "Berlin" in words else 0,
            key=f"in_halves {share}",
        )
        near = found.nearest(word, 10)
        both = sum(answer.splits for answer in near) / max(len(near) * found.splits, 1)
        st.metric(
            "neighbours found in both halves of the text",
            f"{both:.0%}",
            help=explanation("found in both"),
        )
        st.latex(rf"\text{{found in both halves}} = {equations.number(both)}")
        sure = sum(answer.share >= SURE for answer in near)
        st.caption(
            f"The warning: the sentences are cut in two halves, {found.splits} times, and the "
            "model is trained on each half by itself. What only one half shows depends on a few "
            f"passages. {sure} of these {len(near)} neighbours are reliable."
        )
    with right:
        plot(
            compared_bars(
                [answer.word for answer in near],
                [
                    ("cosine in the model", [answer.value for answer in near], theme.CENTER),
                    (
                        "share of splits with it in both halves",
                        [answer.splits / found.splits for answer in near],
                        theme.ANSWER,
                    ),
                ],
                "0 to 1",
                (min(0, *(answer.value for answer in near)), 1),
            ),
            key="in_halves",
            height=460,
            name="neighbours in both halves",
        )
