"""Train: choose a text, see its shape, start; then watch the words find their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.displayed_text import literal, waiting
from pages.parts.error_messages import sentences_for_errors, toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.text.corpus_reading import read_corpus
from pages.parts.text.document_choice import account_of_plain, choose_documents
from pages.parts.text.preparation_choices import choices, prepared_text
from pages.parts.text.text_changes import show_what_was_done
from pages.parts.text.text_choice import choose_text, refused_goes
from pages.parts.text.text_preparation import draw_preparation
from pages.parts.text.text_shape import show_shape
from pages.parts.training.live_training import show_training
from pages.parts.training.training_settings import (
    SECTIONS,
    current_settings,
    default,
    draw_settings,
    draw_text_field,
)
from pages.parts.visitor import the_library
from w2v_core import Corpus
from w2v_core.durations import duration
from w2v_core.library.choices import NOTHING, Choices
from w2v_core.library.library import unfinished_trainings
from w2v_core.model.defaults import default_held_out, explain
from w2v_core.model.dimension import dimensions_tried
from w2v_core.model.estimate import Estimate, estimate, pair_weight
from w2v_core.model.trainers import new_model
from w2v_core.parameters import PARAMETERS
from w2v_core.setting_names import with_screen_names
from w2v_core.storage.files import sentence
from w2v_core.storage.limits import max_dim, refuse_training
from w2v_core.storage.write_access import why_unwritable
from w2v_core.text.budget import NoRoom
from w2v_core.text.samples import sample
from w2v_core.text.small_vocabulary import default_weighting
from w2v_core.text.tokenizer import is_written_without_spaces
from w2v_core.visitors import quota
from w2v_core.work.memory import too_much
from w2v_core.work.worker import ensure_worker

CHOICES_SHOWN = ("dim", "prior", "epochs", "min_count", "subsample")
BYTES_EACH = 8  # of a number of V and one of U
BEGINNING = 20  # sentences by which a script without spaces is recognised


@dataclass
class Plan:
    """A training before it starts.

    ``text_settings`` and ``model_settings`` are the parameters as they are set; ``chosen`` what was chosen
    for those left open. ``text`` is the key of the prepared text, ``corpus`` the text as it was read,
    ``expected`` the time and memory that the training takes: each None where it was not reached. Then
    ``problem`` says why, in a sentence; ``said_above`` marks one that the banner of the page says already.
    """

    key: str
    name: str
    wanted: Choices
    text_settings: dict[str, Any]
    model_settings: dict[str, Any]
    chosen: dict[str, Any] = field(default_factory=dict)
    text: str | None = None
    corpus: Corpus | None = None
    expected: Estimate | None = None
    problem: str | None = None
    said_above: bool = False


def plan_training(key: str, name: str, settings: dict[str, Any]) -> Plan:
    """Read the chosen text, show what became of it, and work out what its training will take."""
    parts = {
        part: {n: settings[n] for n, p in PARAMETERS.items() if p.part == part}
        for part in ("text", *SECTIONS)
    }
    plan = Plan(
        key,
        name,
        choices(),
        parts["text"],
        {**parts["pairs"], **parts["model"], **parts["training"]},
    )
    try:
        corpus = read_text(plan)
        expect(plan, corpus)
    except (ValueError, OSError) as error:
        plan.problem = with_screen_names(sentence(error))
        plan.said_above = isinstance(error, NoRoom) and why_unwritable() is not None
    return plan


def read_text(plan: Plan) -> Corpus:
    """Gather, prepare and read the text (errors as ``texts.prepared`` and ``Corpus``)."""
    key, wanted = plan.key, plan.wanted
    usual = all(value == default(name) for name, value in plan.text_settings.items())
    lists = {name: tuple(words) for name, words in wanted.lists.items()}
    with refused_goes(key, usual and wanted == NOTHING):
        if the_library().texts.is_collection(key):
            choose_documents(key, wanted)
        plan.text = prepared_text(key, wanted)
        plan.corpus = corpus = read_corpus(plan.text, {**plan.text_settings, **lists})
        if not the_library().texts.is_collection(key) and not key.startswith("sample:"):
            account_of_plain(key, plan.text, corpus, wanted)
        show_what_was_done(plan.text)
    return corpus


def expect(plan: Plan, corpus: Corpus) -> None:
    """Choose what was left open, and estimate the training.

    Raises
    ------
    ValueError
        where the text, the machine, the visitor's room or the queue does not allow it.
    """
    if plan.model_settings["held_out"] is None:
        share = default_held_out(corpus.n_sentences)
        plan.model_settings["held_out"] = plan.chosen["held_out"] = share
    model = new_model(plan.model_settings)
    by_model = model.choose(len(corpus.words), pair_weight(corpus, model))
    if model.weighting is None:
        by_model["weighting"] = default_weighting(corpus, model.window)
    plan.chosen = {**corpus.chosen, **by_model, **plan.chosen}
    dim = plan.chosen.get("dim", model.dim)
    if "prior" in plan.chosen and model.tries_priors(corpus):
        plan.chosen["prior"] = None
    if model.tries_dimensions(corpus):
        dim, plan.chosen["dim"] = dimensions_tried(len(corpus.words), max_dim())[-1], None
    refuse_training(corpus.n_tokens, len(corpus.words), dim)
    quota.refuse_full(the_library().rights, 1, BYTES_EACH * len(corpus.words) * dim)
    queue().refuse_full()
    plan.expected = estimate(corpus, model)
    plan.problem = too_much(plan.expected, corpus, dim)


def start_button(plan: Plan) -> bool:
    """The button, beside it what a training will take, or below it why none can start; returns whether it
    was clicked."""
    button, note = st.columns([1, 5], vertical_alignment="center")
    clicked = button.button(
        "Train", type="primary", disabled=plan.problem is not None, width="stretch", key="start"
    )
    clicked = st.session_state.pop("_start_kept", False) or clicked
    messages = st.container()  # always there, so that what stands below keeps its place
    corpus, expected = plan.corpus, plan.expected
    if plan.problem is not None and not plan.said_above:
        messages.error(literal(plan.problem), icon=":material/error:")
    elif expected is not None and corpus is not None:
        settings = plan.model_settings
        note.caption(
            f"{describe(expected, plan.chosen, settings['solver'])}  \n"
            f"{describe_held_out(settings['held_out'], corpus)}"
        )
    if corpus is not None and plan.text_settings["unit"] == "words":
        sentences = range(min(corpus.n_sentences, BEGINNING))
        if is_written_without_spaces(" ".join(corpus.sentence_text(i) for i in sentences)):
            messages.info(
                "This text is written without spaces: set the unit to characters under Preparation."
            )
    return clicked


def describe(expected: Estimate, chosen: dict[str, Any], solver: str) -> str:
    """What a training will take, and what was chosen for it."""
    memory = expected.memory / 1e9
    line = f"Expected: {duration(expected.seconds)}, {memory:.1f} GB of memory."
    if not chosen:
        return line
    choices = " · ".join(explain(n, chosen[n], solver)[0] for n in CHOICES_SHOWN if n in chosen)
    return f"{line}  \nChosen for this text: {literal(choices)}."


def describe_held_out(share: float, corpus: Corpus) -> str:
    held_out = round(share * corpus.n_sentences)
    if not held_out:
        return "The model learns from every sentence; none is held out to test it."
    return (
        f"{held_out:,} of the {corpus.n_sentences:,} sentences are held out: the model does not "
        "learn from them, and its loss on them shows how well it predicts text it has not read."
    )


def show_unfinished() -> None:
    """The trainings that run or wait, or broke off lately, each with the way to it."""
    for job in unfinished_trainings(queue()):
        try:
            name = literal(the_library().settings(job.id).name)
        except (ValueError, OSError):  # its folder went, or is among the damaged ones
            continue
        if job.state == "lost":
            how, more, icon = "Interrupted", "can be continued", ":material/error:"
        elif job.state == "running":
            how, more, icon = "Training", f"{job.share:.0%} done", ":material/progress_activity:"
        else:
            how, icon = "Waiting", ":material/schedule:"
            more = waiting(queue().place(job.id), queue().wait(job.id)).removeprefix("Waiting: ")
        st.page_link(
            "pages/train.py",
            label=f"{how}: **{name}** ({more})",
            icon=icon,
            query_params={"job": job.id},
        )


def draw_fields(plan: Plan) -> None:
    """Everything that can be set about the text and the training."""
    with (
        st.expander(
            "Preparation: what counts as a word, with each step shown on this text",
            icon=":material/text_fields:",
            key="preparation",
        ),
        sentences_for_errors(),
    ):
        draw_preparation(
            plan.key,
            plan.text,
            plan.wanted,
            plan.text_settings,
            plan.corpus,
            lambda parameter: draw_text_field(parameter, plan.chosen),
        )
    with st.expander("Settings: each is chosen for you, with its reason", icon=":material/tune:"):
        draw_settings(plan.chosen)


def start_training(plan: Plan, text: str, expected: Estimate) -> None:
    """Put the training into the queue, and go to where it can be watched."""
    with toast_for_errors():
        id = the_library().start_training(
            queue(),
            text,
            plan.name,
            {**plan.text_settings, **plan.wanted.lists},
            plan.model_settings,
            expected.seconds,
        )
        ensure_worker(queue())
        if text.startswith("sample:"):
            the_library().watch_words(id, list(sample(text.partition(":")[2]).watch))
        address.JOB.set(id)
        st.rerun()


def prepare() -> None:
    st.markdown("## Train on a text")
    address.drop_impossible_numbers([n for n, p in PARAMETERS.items() if p.kind is not None])
    show_unfinished()
    with sentences_for_errors():
        found = choose_text()
    if found is None:
        st.button("Train", type="primary", disabled=True, key="start")
        st.info("Choose a file or paste a text to see its size and word frequencies here.")
        return
    settings = current_settings()
    plan = plan_training(*found, settings)
    clicked = start_button(plan)
    draw_fields(plan)
    if current_settings() != settings:
        # The address held settings that only now are in their fields; a click on Train is not lost.
        st.session_state["_start_kept"] = clicked
        st.rerun()
    if clicked and plan.problem is None and plan.text is not None and plan.expected is not None:
        start_training(plan, plan.text, plan.expected)
    if plan.corpus is not None:
        show_shape(plan.corpus, settings["window"])


if (watched := address.JOB.get()) is not None:
    show_training(watched)
else:
    prepare()
