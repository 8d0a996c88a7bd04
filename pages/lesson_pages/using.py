"""Lesson 9: using the vectors."""

import streamlit as st

from pages.lesson_pages.frame import (
    Source,
    corpus_of,
    counted,
    expected_beside,
    notes_text,
    pick,
    quiz,
    space_of,
)
from pages.parts.displayed_text import short
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core import SkipGram, WordVectors
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.loss_lines import loss_lines
from w2v_core.figures.lessons.points_on_line import on_a_line
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.lessons import counting, held_out, one_step, transfer
from w2v_core.text.pairs import PairCounts, sentence_pairs
from w2v_core.text.tokenizer import tokens_of

QUESTION = "The vectors are trained. What are they good for?"
RICHER = False
TOPICS = (
    "V + U",
    "counting does it too",
    "the missing word",
    "fine-tuning",
    "overfitting",
    "export",
)
PARTING = 6  # contexts named where the model and counting part the most
SHOWN = 10
MOST_TUNED = 12  # the largest number of pairs for fine-tuning, so that the page responds at once

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
        TOPICS[1]: counting_too,
        TOPICS[2]: missing,
        TOPICS[3]: fine_tuning,
        TOPICS[4]: over_fitting,
        TOPICS[5]: export,
    }[topic](source)
    quiz(
        "a model predicts its training sentences better and better, but new sentences worse and worse. "
        "What is it doing?",
        ("it learns the language", "it memorises its text", "it forgets"),
        "it memorises its text",
        "With enough numbers per word, the model can store every accident of the text. Held-out "
        "sentences reveal this.",
        "You can use V, U or their sum. U (or V) and a softmax turn any hidden vector into a "
        "distribution over words. A new task can start from these vectors instead of random ones. "
        "Always check the loss on held-out text.",
    )


def sums(source: Source) -> None:
    word = pick("Word", "center", source, "Berlin", "king")
    st.caption(
        "After training, each word has two vectors. Which one works best depends on the task: V alone "
        "finds words that can replace the word, and V + U also finds words that occur near it."
    )
    for place, which in zip(st.columns(3, gap="large"), theme.VECTORS, strict=True):
        with place:
            near = space_of(source, which).most_similar(word, SHOWN, "cosine")
            st.markdown(f"### nearest by {theme.VECTOR_NAMES[which]}")
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


@st.cache_resource(max_entries=3, show_spinner="Decomposing the counts …")
def _counts_space(key: str, _model: SkipGram, _N: PairCounts) -> WordVectors:
    return counting.space_of_counts(_model, _N)


def nats(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def counting_too(source: Source) -> None:
    N = counted(source)
    if N is None:
        st.info("The text of this model was not saved, so its pairs cannot be counted.")
        return
    words = source.model.words
    left, right = st.columns([2, 3], gap="large")
    with left:
        word = pick("Word", "center", source, "Berlin", "king")
        found = counting.beside_counting(source.model, N, word)
        st.latex(equations.counting(word, found.r))
        st.caption(
            "Training makes p(o|c) as near to N(c,o)/n(c), the share in the text, as d numbers for each "
            "word allow. If it were equal to it, log p/q would be the *pointwise mutual information* (PMI) "
            "of the two words, which needs no training. Negative sampling with k noise words aims at PMI "
            "− log k (Levy and Goldberg 2014)."
        )
        parting = found.parting(PARTING)
        lines = "\n".join(
            f"| {short(words[found.rows[i]], 16)} | {found.pairs[i]:,.3g} | {nats(found.counted[i])} | "
            f"{nats(found.model[i])} |"
            for i in parting
        )
        st.markdown("**Where they differ most**")
        st.markdown(f"| context o | N(c,o) | PMI | model |\n|---|--:|--:|--:|\n{lines}")
        st.caption(
            f"{found.unseen:,} of {len(words):,} words never occur near {short(word)}: their PMI "
            "is −∞, and positive PMI sets it to 0. The model, which has learned from similar "
            f"words, gives them {found.unseen_share:.0%} of its probability."
        )
    with right:
        ends = (
            float(min(found.counted.min(), found.model.min())),
            float(max(found.counted.max(), found.model.max())),
        )
        plot(
            on_a_line(
                found.counted,
                found.model,
                [words[row] for row in found.rows],
                line=(ends, ends),
                axes=("PMI in the text, nats", "log p(o|c)/q(o) of the model, nats"),
                marked=int(parting[0]),
            ),
            key="counting",
            height=460,
            name="counting and the model",
        )
    st.caption(
        "Vectors made by counting alone: the singular vectors of the matrix of positive PMI. "
        "Such vectors, from a window three times as wide, form the views *analogies* and *related* "
        "together with the trained ones."
    )
    spaces = {
        "nearest by V": space_of(source),
        "nearest by counting": _counts_space(source.key, source.model, N),
    }
    for place, (name, space) in zip(st.columns(2, gap="large"), spaces.items(), strict=True):
        with place:
            st.markdown(f"### {name}")
            if not space.has_direction(word):
                st.caption("No pair of this word is more frequent than by chance.")
                continue
            near = space.most_similar(word, SHOWN, "cosine")
            color = theme.CENTER if name == "nearest by V" else theme.QUIET
            plot(
                nearest_bars(near, [source.row(w) for w, _ in near], color),
                key=name,
                height=340,
                name=name,
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
            help=explanation("de-embedding"),
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
            "U predicts a word that occurs *near* these words, which is the missing one. V, as the notes "
            "propose, finds words that could *replace* them. This works for any hidden vector, such as "
            "that of a recurrent network: a matrix of word vectors turns it into scores, and a softmax "
            "turns the scores into probabilities."
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
            "A new sentence to learn from", " ".join(words), key=f"tune {source.key}", max_chars=200
        )
        rate = st.select_slider(
            "Learning rate α",
            (0.02, 0.05, 0.1, 0.2, 0.5),
            0.1,
            key="tune_rate",
            help=explanation("learning rate"),
        )
        st.caption(
            "A new task starts from pretrained vectors (line 1). Fine-tuning uses the gradients of "
            "lesson 5 to update the embeddings (lines 4 and 5):"
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
                f"steps, each over all {len(pairs)} pairs",
            ),
            key="tuned",
            height=400,
            name="fine-tuning",
        )
        st.latex(
            rf"\text{{after one step: pretrained }} {equations.number(pretrained[1])},"
            rf"\ \text{{random }} {equations.number(random[1])}\ \text{{nats per pair}}"
        )


@st.cache_resource(max_entries=6, show_spinner="Training again with a tenth of the text held out …")
def twin(key: str, _source: Source) -> SkipGram | None:
    """The same model trained with a tenth of the sentences held out; None if that would take long or the
    text is not available."""
    corpus = corpus_of(_source)
    if corpus is None or not held_out.trains_at_once(_source.model, corpus):
        return None
    return held_out.with_held_out(_source.model, corpus)


@st.cache_resource(max_entries=20, show_spinner="Training on four fifths of the notes' example …")
def partly_held_out(dim: int) -> SkipGram:
    return SkipGram(dim=dim, epochs=20, prior=0.0, held_out=0.2, tolerance=0).fit(notes_text())


def over_fitting(source: Source) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"### {short(source.title, 30).capitalize()}: has it memorised its text?")
        own_losses(source)
    with right:
        st.markdown("### Overfitting in the notes' example")
        dim = st.select_slider(
            "Numbers per word (d)",
            (2, 4, 8, 16, 32),
            16,
            key="fit_dim",
            bind="query-params",
            help=explanation("dimensions"),
        )
        small = partly_held_out(dim)
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
            f"The loss of the held-out sentences is lowest after pass {best} "
            f"({small.held_out_curve[best]:.3f} nats); later passes only memorise the text. No prior is "
            "used here, and the more numbers a word has, the more it can store."
        )


def both_lines(model: SkipGram) -> list[tuple]:
    return [
        ("training", model.loss_curve, theme.LEARNED, "solid"),
        ("held out", model.held_out_curve, theme.HELD_OUT, "dash"),
    ]


def own_losses(source: Source) -> None:
    model: SkipGram | None = source.model
    again = ""
    if not len(source.model.held_out_curve):
        model = twin(source.key, source)
        again = " For this comparison the model was trained again with a tenth of its sentences held out."
    if model is None:
        st.info(
            "This model was trained on all of its sentences, so there is no way to tell how much of its "
            "text it memorised. To find out, train it under *Train* with some sentences held out."
        )
        return
    learned, kept = float(model.loss_curve[-1]), float(model.held_out_curve[-1])
    a, b = st.columns(2)
    a.metric("training sentences", f"{learned:.3f} nats", help=explanation("loss in training"))
    b.metric(
        "held-out sentences",
        f"{kept:.3f} nats",
        f"{kept - learned:+.3f}",
        "inverse",
        help=explanation("loss held out"),
    )
    plot(
        loss_lines(both_lines(model), "passes"),
        key="own-losses",
        height=300,
        name="losses",
        view=source.key,
    )
    st.caption(
        "The mean exact loss per pair of words. The gap is what the model knows about its own text but "
        f"not about the language.{again}"
    )


def export(source: Source) -> None:
    n, d = source.model.V.shape
    st.markdown(
        f"V and U are two tables of {n:,} × {d} numbers. The Library exports them as text that other "
        "tools can read, or as a whole model that you can open elsewhere."
    )
    st.latex(rf"|W|\cdot d \cdot 2 = {equations.number(2 * n * d, 0)}\ \text{{numbers}}")
    st.page_link("pages/library.py", label="Open the Library", icon=":material/download:")
    st.code(
        'from w2v_core import load_model\n\nmodel = load_model("my-model")\n'
        'model.vectors("sum").most_similar("berlin")',
        language="python",
    )
