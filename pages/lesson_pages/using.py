"""Lesson 9: using the vectors."""

import streamlit as st

from pages.lesson_pages.frame import (
    Source,
    corpus_of,
    expected_beside,
    notes_text,
    pick,
    quiz,
    space_of,
)
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core import SkipGram
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.loss_lines import loss_lines
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.lessons import held_out, one_step, transfer
from w2v_core.text.pairs import sentence_pairs
from w2v_core.text.tokenizer import tokens_of

QUESTION = "The vectors are trained. What are they good for?"
RICHER = False
TOPICS = ("V + U", "the missing word", "fine-tuning", "over-fitting", "take them along")
SHOWN = 10
MOST_TUNED = 12  # pairs that are fine-tuned on, so that it stays at once

CODE = """V, U = model.V.copy(), model.U.copy()
for step in range(6):
    dV, dU = batch_gradients(V, U, c, o, log_q)
    np.subtract.at(V, c, alpha * dV)
    U -= alpha * dU"""


def show(source: Source) -> None:
    topic = st.segmented_control(
        "Topic", TOPICS, default=TOPICS[0], required=True, key="use", bind="query-params"
    )
    {
        TOPICS[0]: sums,
        TOPICS[1]: missing,
        TOPICS[2]: fine_tuning,
        TOPICS[3]: over_fitting,
        TOPICS[4]: export,
    }[topic](source)
    quiz(
        "a model predicts its training sentences ever better, but new sentences ever worse. What "
        "does it do?",
        ("it learns the language", "it memorises its text", "it forgets"),
        "it memorises its text",
        "With enough numbers a word, every accident of the text can be stored. Sentences kept "
        "back from the training tell.",
        "Sum V and U or take one; put any hidden vector through U (or V) and a softmax, and it "
        "becomes a distribution over words; start a new task from these vectors instead of from "
        "chance. And watch the loss on text that was kept back.",
    )


def sums(source: Source) -> None:
    word = pick("Word", "center", source, "Berlin", "king")
    st.caption(
        "Two vectors a word are left when training ends. Which to keep is a matter of taste, and "
        "of trial: V alone asks who can stand in for the word, V + U also who stands beside it."
    )
    for place, which in zip(st.columns(3, gap="large"), theme.VECTORS, strict=True):
        with place:
            near = space_of(source, which).most_similar(word, SHOWN, "cosine")
            st.markdown(f"##### nearest by {theme.VECTOR_NAMES[which]}")
            plot(
                nearest_bars(near, [source.row(w) for w, _ in near], theme.VECTORS[which]),
                key=f"near-{which}",
                height=380,
                name=f"nearest by {theme.VECTOR_NAMES[which]}",
            )
    model = source.model
    row = source.row(word)
    st.latex(
        rf"v_{{{equations.tex(word)}}} + u_{{{equations.tex(word)}}} = "
        + equations.vector(model.V[row] + model.U[row])
    )


def missing(source: Source) -> None:
    model = source.model
    left, right = st.columns([2, 3], gap="large")
    with left:
        first = source.first_known("Germany", "king")
        second = source.first_known(
            "capital", "city", expected_beside(source, first), skip=(first,)
        )
        start = [first, second]
        text = st.text_input(
            "Words around a gap", " ".join(start), key=f"context {source.key}", max_chars=300
        )
        matrix = st.segmented_control(
            "De-embedding matrix",
            ["U", "V"],
            default="U",
            required=True,
            key="de_embedding",
            bind="query-params",
            help="From a hidden vector back to scores over all words: U, as the model was trained, "
            "or V, as the notes propose.",
        )
        typed = tokens_of(text, lowercase=False)
        known = [w for w in typed if model.vocabulary.find(w) is not None]
        if unknown := [w for w in typed if w not in known]:
            st.caption(f"Not in this text: {short(' '.join(unknown), 80)}.")
        if not known:
            st.info("Type a few words of the text.")
            return
        rows = [source.row(w) for w in known]
        p = transfer.missing_word(
            model.V, model.U, rows, source.log_q, "output" if matrix == "U" else "center"
        )
        top = (-p).argsort(kind="stable")[:SHOWN]
        words = [model.words[row] for row in top]
        st.latex(equations.hidden(known, words[0], float(p[top[0]]), matrix, model.anchored))
        st.caption(
            "U says which word stands *beside* these: the missing one. V, as the notes propose, says "
            "which could stand *in their place*. Any hidden vector will do, that of a recurrent "
            "network too: a matrix of word vectors turns it into scores, a softmax into "
            "probabilities."
        )
    with right:
        plot(
            compared_bars(words, [("p", p[top], theme.SUM)], "p(missing word | words around it)"),
            key="missing",
            height=400,
            name="missing word",
        )


@st.cache_data(max_entries=40, show_spinner=False)
def tuned(key: str, _source: Source, pairs: tuple, rate: float):
    model, log_q = _source.model, _source.log_q
    from_random = one_step.start(model.V, model.U, "random")
    return (
        transfer.fine_tune(model.V, model.U, pairs, rate, 6, log_q),
        transfer.fine_tune(*from_random, pairs, rate, 6, log_q),
    )


def fine_tuning(source: Source) -> None:
    model = source.model
    left, right = st.columns([2, 3], gap="large")
    with left:
        words = [source.first_known("Paris", "king")]
        for candidate in ("is", "a", "big", "city", "in", "Europe"):
            words.append(source.first_known(candidate, skip=words))
        text = st.text_input(
            "A new sentence to learn", " ".join(words), key=f"tune {source.key}", max_chars=200
        )
        rate = st.select_slider(
            "Learning rate α", (0.02, 0.05, 0.1, 0.2, 0.5), 0.1, key="tune_rate"
        )
        st.caption(
            "Pretrained vectors begin a new task (line 1); fine-tuning goes on with the gradients of "
            "lesson 5, back into the embeddings (lines 4 and 5):"
        )
        st.code(CODE, language="python", wrap_lines=True)
        known = [
            w for w in tokens_of(text, lowercase=False) if model.vocabulary.find(w) is not None
        ]
        pairs = [(source.row(c), source.row(o)) for c, o in sentence_pairs(known, 2)][:MOST_TUNED]
    if not pairs:
        left.info("Type at least two words of the text.")
        return
    with right:
        pretrained, random = tuned(source.key, source, tuple(pairs), rate)
        plot(
            loss_lines(
                [
                    ("pretrained", pretrained, theme.CENTER, "solid"),
                    ("from small random vectors", random, theme.OUTPUT, "dash"),
                ],
                f"steps, each on all {len(pairs)} pairs",
            ),
            key="tuned",
            height=400,
            name="fine-tuning",
        )
        st.latex(
            rf"\text{{after one step: pretrained }} {equations.number(pretrained[1])},"
            rf"\ \text{{from chance }} {equations.number(random[1])}\ \text{{nats a pair}}"
        )


@st.cache_resource(
    max_entries=6, show_spinner="Training once more, a tenth of the text kept back …"
)
def twin(key: str, _source: Source) -> SkipGram | None:
    """The same model trained with a tenth of the sentences kept back; None where that takes long or
    the text is not there."""
    corpus = corpus_of(_source)
    if corpus is None or not held_out.trains_at_once(_source.model, corpus):
        return None
    return held_out.with_held_out(_source.model, corpus)


@st.cache_resource(max_entries=20, show_spinner="Training on four fifths of the notes' example …")
def kept_back(dim: int) -> SkipGram:
    return SkipGram(dim=dim, epochs=20, prior=0.0, held_out=0.2, tolerance=0).fit(notes_text())


def over_fitting(source: Source) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"##### {short(source.title, 30).capitalize()}: has it memorised its text?")
        own_losses(source)
    with right:
        st.markdown("##### Watch it happen: the notes' example")
        dim = st.select_slider(
            "Numbers a word (d)", (2, 4, 8, 16, 32), 16, key="fit_dim", bind="query-params"
        )
        small = kept_back(dim)
        best = int(small.held_out_curve.argmin())
        st.latex(equations.two_losses(small.loss_curve[-1], small.held_out_curve[-1]))
        plot(
            loss_lines(both_lines(small), "passes"),
            key="over-fitting",
            height=300,
            name="over-fitting",
            view=str(dim),
        )
        st.caption(
            f"The loss on sentences kept back is lowest after pass {best} "
            f"({small.held_out_curve[best]:.3f} nats); what is learned later is memory. No prior holds "
            "the vectors back here; the more numbers a word has, the more it can store."
        )


def both_lines(model: SkipGram) -> list[tuple]:
    return [
        ("learned from", model.loss_curve, theme.LEARNED, "solid"),
        ("kept back", model.held_out_curve, theme.HELD_OUT, "dash"),
    ]


def own_losses(source: Source) -> None:
    model: SkipGram | None = source.model
    again = ""
    if not len(source.model.held_out_curve):
        model = twin(source.key, source)
        again = " It was trained once more for this, with a tenth of its sentences kept back."
    if model is None:
        st.info(
            "This model kept no sentences back, so nobody can tell how much of its text it memorised. "
            "Train it with some of its sentences kept back, under *Train*, to see."
        )
        return
    learned, kept = float(model.loss_curve[-1]), float(model.held_out_curve[-1])
    a, b = st.columns(2)
    a.metric("sentences learned from", f"{learned:.3f} nats")
    b.metric("sentences kept back", f"{kept:.3f} nats", f"{kept - learned:+.3f}", "inverse")
    plot(
        loss_lines(both_lines(model), "passes"),
        key="own-losses",
        height=300,
        name="losses",
        view=source.key,
    )
    st.caption(
        "The exact loss of a pair of words on average. The gap is what it knows of its text but not of "
        f"the language.{again}"
    )


def export(source: Source) -> None:
    n, d = source.model.V.shape
    st.markdown(
        f"V and U are two tables of {n:,} × {d} numbers. The Library writes them down: as text that "
        "other tools read, or as the whole model, to open it elsewhere."
    )
    st.latex(rf"|W|\cdot d \cdot 2 = {equations.number(2 * n * d, 0)}\ \text{{numbers}}")
    st.page_link("pages/library.py", label="Open the Library", icon=":material/download:")
    st.code(
        'from w2v_core import load_model\n\nmodel = load_model("my-model")\n'
        'model.vectors("sum").most_similar("berlin")',
        language="python",
    )
