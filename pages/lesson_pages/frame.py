"""Parts of every lesson: the model it uses, words to pick, the notation, a closing question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from pages.parts import address
from pages.parts.displayed_text import literal
from pages.parts.model.current_model import current_model_id
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from pages.parts.word_picker import pick_word, remember, word_in_address
from w2v_core import Corpus, SkipGram, WordVectors, load_model
from w2v_core.durations import duration
from w2v_core.lessons.prediction import Prediction, least_expected, most_raised, predict
from w2v_core.storage.files import sentence
from w2v_core.storage.sample_ids import SAMPLE_IDS, is_sample
from w2v_core.text.pairs import PairCounts
from w2v_core.text.samples import sample_path

OPEN, WORLD, NOTES = "open", "world", "notes"
T = TypeVar("T")
_PICKED = (
    "_picked_words"  # names of the address entries for the words that can be picked in the lesson
)


@dataclass(frozen=True)
class Source:
    """The model that a lesson uses; ``key`` identifies it."""

    key: str
    title: str
    model: SkipGram
    id: str | None = None

    @property
    def is_notes(self) -> bool:
        return self.key == NOTES

    @property
    def log_q(self):
        """The anchor log q; None in the notes' model."""
        return self.model.log_q if self.model.anchored else None

    def row(self, word: str) -> int:
        return self.model.vocabulary.index(word)

    def knows(self, *words: str) -> bool:
        return all(self.model.vocabulary.find(word) is not None for word in words)

    def first_known(self, *candidates: str, skip: Sequence[str] = ()) -> str:
        """The first of these words that occurs in the text, or else a fairly frequent other word."""
        words = self.model.words
        for candidate in candidates:
            row = self.model.vocabulary.find(candidate)
            if row is not None and words[row] not in skip:
                return words[row]
        counts = self.model.counts
        return next(
            (
                word
                for word, count in zip(words, counts.tolist(), strict=True)
                if count <= 2 * counts.mean() and word not in skip
            ),
            words[0],
        )


@st.cache_resource(show_spinner="Training the notes' example …")
def notes_model() -> SkipGram:
    """The notes' example, trained as in the notes: without the anchor, by SGD, from a small random start,
    with all other words of the sentence as context."""
    corpus = Corpus.from_file(sample_path("notes_example"), lowercase=False)
    return _read_only(
        SkipGram(
            dim=8, window="sentence", solver="sgd", anchored=False, subsample=0, epochs=12
        ).fit(corpus)
    )


def notes_text() -> Corpus:
    """The text of the notes' example."""
    corpus = notes_model().corpus
    assert corpus is not None  # a model that was trained here has its text
    return corpus


@st.cache_resource(show_spinner="Training on a small world …")
def world_model() -> SkipGram:
    """The small world, trained with the library's default settings."""
    return _read_only(SkipGram().fit(Corpus.from_file(sample_path("small_world"))))


def _read_only(model: SkipGram) -> SkipGram:
    for array in (model.V, model.U, model.log_q, model.counts):
        array.flags.writeable = False
    return model


def choose_source(richer: bool) -> Source:
    """The visitor's own model, or one of two samples that are trained on the spot. With ``richer`` the
    default sample is the small world, which has more kinds of words."""
    id = current_model_id()
    if id is not None and not open_model(id).has_output:
        st.caption("Your model has no output vectors U, so the lessons use a sample model.")
        id = None
    if id == SAMPLE_IDS[0]:
        id = None  # the small world below is the same model
    names = {WORLD: "small world", NOTES: "notes' example"}
    if id is not None:
        opened = the_library().entry(id).name if is_sample(id) else "your model"
        names = {OPEN: opened, **names}
    default = OPEN if id is not None else WORLD if richer else NOTES
    key = f"from_{default}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = address.FROM.among(names, default)
    chosen = st.segmented_control(
        "Model in this lesson",
        list(names),
        required=True,
        format_func=lambda which: literal(names[which]),
        key=key,
        help="Your model is the one chosen in the sidebar. The other two are trained on the spot: the "
        "notes' example as in the notes, and the small world with this app's default settings.",
    )
    assert chosen is not None  # the field is required, and was given a value above
    address.FROM.set(chosen)
    if chosen == OPEN and id is not None:  # offered only where there is one
        changed = (the_library().model_folder(id) / "model.json").stat().st_mtime
        return Source(f"{id} {changed}", the_library().entry(id).name, open_model(id), id)
    return sample_source(chosen)


def sample_source(which: str) -> Source:
    """One of the two samples, WORLD or NOTES."""
    if which == WORLD:
        return Source(WORLD, "a small world", world_model())
    return Source(NOTES, "the notes' example", notes_model())


def source_that_knows(words: Sequence[str], source: Source) -> Source | None:
    """The source if it has these words, else the first sample that has them, else None."""
    if source.knows(*words):
        return source
    samples = (sample_source(which) for which in (WORLD, NOTES))
    return next((sample for sample in samples if sample.knows(*words)), None)


def remembered(
    entry: address.Entry[T | None], default: T, allowed: Callable[[T], bool] = lambda value: True
) -> T:
    """The session's value of an entry. It starts with the value in the address if that is allowed, or else
    with the default."""
    if entry.name not in st.session_state:
        asked = entry.get()
        st.session_state[entry.name] = asked if asked is not None and allowed(asked) else default
    return st.session_state[entry.name]


def pick(label: str, key: str, source: Source, *candidates: str, skip: Sequence[str] = ()) -> str:
    """A word of the text, stored in the address. It starts with the first known candidate."""
    word = word_in_address(key, source.model)
    if word is None or word in skip:
        word = source.first_known(*candidates, skip=skip)
        remember(key)(word)
    st.session_state[_PICKED].add(key)
    pick_word(label, source.key, f"_pick_{key}", remember(key), value=word)
    return word


@contextmanager
def own_words() -> Iterator[None]:
    """The context in which a lesson is shown: removes words from the address that cannot be picked in this
    lesson."""
    before = st.session_state.get(_PICKED, set())
    picked = st.session_state[_PICKED] = set()
    yield
    for key in before - picked:
        address.named(key).clear()


@st.cache_data(max_entries=200, show_spinner=False)
def _predicted(key: str, _model: SkipGram, c: int, o: int | None, added: float) -> Prediction:
    return predict(_model, c, o, added)


def expected_beside(source: Source, c: str) -> str:
    """The word whose probability near c exceeds its share of the text the most."""
    return source.model.words[most_raised(predicted(source, c), source.row(c), source.model.counts)]


def unexpected_beside(source: Source, c: str, *skip: str) -> str:
    """The word that the model expects least near c, among words that are not rare."""
    rows = [source.row(word) for word in (c, *skip)]
    return source.model.words[least_expected(predicted(source, c), rows, source.model.counts)]


def predicted(source: Source, c: str, o: str | None = None, added: float = 0.0) -> Prediction:
    """The model's prediction around c."""
    return _predicted(
        source.key, source.model, source.row(c), None if o is None else source.row(o), added
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def _space(key: str, _model: SkipGram, which: str) -> WordVectors:
    return _model.vectors(which)


def space_of(source: Source, which: str = "center") -> WordVectors:
    """The space of V, U or V + U of the source's model."""
    return _space(source.key, source.model, which)


@of_readable(max_entries=3)
def _corpus(id: str, key: str) -> Corpus | None:
    try:
        return load_model(the_library().model_folder(id)).corpus
    except (OSError, ValueError) as error:
        st.caption(literal(f"The text of this model cannot be read. {sentence(error)}"))
        return None


def corpus_of(source: Source) -> Corpus | None:
    """The text on which the model was trained; None if it was not saved."""
    return source.model.corpus if source.id is None else _corpus(source.id, source.key)


@st.cache_resource(max_entries=3, show_spinner=False)
def _counted(key: str, _model: SkipGram, _corpus: Corpus, _tell: Callable) -> PairCounts:
    return _model.count(_corpus, callback=_tell)[0]


def counted(source: Source) -> PairCounts | None:
    """N, the pair counts of the corpus with which the model was trained; None without the text."""
    corpus = corpus_of(source)
    if corpus is None:
        return None
    place, start = st.empty(), time.perf_counter()

    def tell(share: float) -> None:
        spent = time.perf_counter() - start
        if spent > 0.5 and share > 0:
            left = duration(spent * (1 - share) / share)
            place.progress(min(share, 1.0), f"Counting the pairs of the text … about {left}")

    N = _counted(source.key, source.model, corpus, tell)
    place.empty()
    return N


def quiz(question: str, options: Sequence[str], right: str, because: str, answer: str) -> None:
    """The closing question, whose answer is shown after a choice. ``options`` are shown as plain text.

    Parameters
    ----------
    question, because, answer : str
        Markdown: the question, why the right option is right, and a summary of the lesson.
    options : sequence of str
    right : str
        One of the options.
    """
    st.divider()
    st.markdown(f"### Before you go on: {question}")
    chosen = st.radio(
        "Your answer",
        list(options),
        index=None,
        format_func=literal,
        horizontal=True,
        key=f"quiz {question} {' '.join(options)}",
        label_visibility="collapsed",
    )
    if chosen is None:
        st.caption("Choose an answer to see the explanation.")
        return
    if chosen == right:
        st.success(f"Yes: **{literal(right)}**. {because}", icon=":material/check_circle:")
    else:
        st.warning(f"Not quite: it is **{literal(right)}**. {because}", icon=":material/lightbulb:")
    st.markdown(f"**In short.** {answer}")


@contextmanager
def sentence_here() -> Iterator[None]:
    """Show an input error as a sentence in place of the result; the rest of the lesson still runs."""
    try:
        yield
    except (ValueError, KeyError) as error:
        st.error(literal(str(error)), icon=":material/error:")


def notation(model: SkipGram | None) -> None:
    """The symbols in an expander."""
    with st.expander("The notation", icon=":material/menu_book:"):
        rows = [
            (r"$W,\ |W|$", "the vocabulary, and its number of words"),
            (r"$c,\ o,\ w$", "the center word, an output word near it, any word"),
            (r"$x,\ y$", "one-hot vectors: 1 at the word's position, 0 elsewhere"),
            (r"$V,\ v_c$", "the center vectors, and the center vector of c"),
            (r"$U,\ u_o$", "the output vectors, and the output vector of o"),
            (r"$d$", "the dimension: how many numbers a vector has"),
            (r"$v_c^\top u_o$", "the dot product: multiply coordinate by coordinate, then add"),
            (r"$s(o,c)$", "the score of o given c; $z_w$ in the derivations"),
            (r"$p(o|c),\ \hat y_o$", "the probability of o near c, according to the model"),
            (r"$CE,\ J$", "the cross entropy, the loss that training minimises, in nats"),
            (r"$\alpha$", "the learning rate: how far a step goes"),
            (r"$q_o$", "the share of o among all output words (anchored models only)"),
        ]
        left, right = st.columns(2)
        for place, part in ((left, rows[:6]), (right, rows[6:])):
            table = "\n".join(f"| {symbol} | {meaning} |" for symbol, meaning in part)
            place.markdown(f"| symbol | meaning |\n|---|---|\n{table}")
        size = ""
        if model is not None:
            n, d = model.V.shape
            size = f" Here |W| = {n:,} and d = {d}."
        st.caption(
            "In the notes a word's vector is a column of V; in this app's files it is a row. Nothing "
            "else differs." + size
        )
