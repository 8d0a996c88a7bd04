"""Train: choose a text, see its shape, start; then watch the words find their places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.corpus_reading import read_corpus
from pages.parts.deferred import deferred
from pages.parts.displayed_text import duration, literal, short, waiting
from pages.parts.error_messages import sentences_for_errors, toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.live_training import show_training
from pages.parts.paste_field import paste_field
from pages.parts.setting_names import SETTING_NAMES
from pages.parts.text_changes import show_what_was_done
from pages.parts.text_preparation import (
    account_of_plain,
    choices,
    choose_documents,
    draw_preparation,
    prepared_text,
)
from pages.parts.upload_memory import release
from pages.parts.upload_size import most_upload
from pages.plot import plot
from w2v_core import Corpus
from w2v_core.figures.training import zipf
from w2v_core.library import accounted_items, library, texts
from w2v_core.model.defaults import default_held_out, explain
from w2v_core.model.estimate import Estimate, estimate, pair_weight
from w2v_core.model.trainers import new_model
from w2v_core.parameters import PARAMETERS, Parameter
from w2v_core.storage.files import sentence
from w2v_core.storage.limits import refuse_training
from w2v_core.storage.write_access import why_unwritable
from w2v_core.text.budget import NoRoom
from w2v_core.text.pairs import sentence_pairs
from w2v_core.text.samples import sample, samples
from w2v_core.text.tokenizer import is_written_without_spaces
from w2v_core.visitors import quota
from w2v_core.work.memory import too_much
from w2v_core.work.worker import ensure_worker

SOURCES = ("Sample", "Upload", "Paste")
BEST, NOTES = "best vectors", "as in the notes"
PRESETS: dict[str, dict[str, Any]] = {
    BEST: {},
    NOTES: {
        "window": "sentence",
        "subsample": 0.0,
        "solver": "sgd",
        "anchored": False,
        "prior": 0.0,
        "held_out": 0.0,
    },
}
CHOICES_SHOWN = ("dim", "prior", "epochs", "min_count", "subsample")
CHOSEN_HERE = ("held_out",)  # left open by the page, though the library has a fixed default
SECTIONS = {
    "pairs": "What counts as a neighbour",
    "model": "What the model is",
    "training": "How it is trained",
}
MOST_PAIRS = 10
MOST_SEGMENTS = 4  # choices that fit side by side in the column of a setting
LONG_PASTE = 200_000  # characters of a pasted text that does not stay in its field
BYTES_EACH = 8  # of a number of V and one of U


def choose_text() -> tuple[str, str] | None:
    """The chosen text's key and name."""
    left, right = st.columns([1, 3], vertical_alignment="top")
    source = left.segmented_control(
        "Text", SOURCES, default="Sample", required=True, key="source", bind="query-params"
    )
    with right:
        if source == "Upload":
            return uploaded()
        if source == "Paste":
            return pasted()
        known = {s.name: s for s in samples()}
        if (named := address.SAMPLE.get()) in known:
            if "sample" in st.session_state:  # the browser went back to an address that says so
                st.session_state["sample"] = named
            else:
                address.SAMPLE.set(known[named].title)  # as the field writes and reads it
                st.rerun()
        name = st.segmented_control(
            "Sample",
            list(known),
            default=next(iter(known)),
            required=True,
            format_func=lambda n: known[n].title,
            key="sample",
            bind="query-params",
        )
        st.caption(known[name].about)
        return f"sample:{name}", known[name].title


def uploaded() -> tuple[str, str] | None:
    files = st.file_uploader(
        "Text files (.txt, .docx, .odt, .epub, .pdf, .html, .md, TEI, .srt), tables (.csv, .tsv, .xlsx, "
        ".jsonl), or a .zip of them",
        accept_multiple_files=True,
        key="file",
        max_upload_size=most_upload(),
    )
    _keep(files)
    if refused := st.session_state.get("_refused"):
        st.error(literal(refused), icon=":material/error:")
    return kept_text(address.UPLOAD)


def _keep(files: list[Any]) -> None:
    """Save what was uploaded, once, and let the server's memory go of it at once. The field goes on naming
    such files (without their content): where others are added to them, they are read where they were
    saved."""
    ids = [file.file_id for file in st.session_state["file"]]
    if not ids:
        st.session_state.pop("_refused", None)
    if not ids or st.session_state.get("_kept_file") == ids:
        return
    if (refused := st.session_state.get("_refused_file", ([], "")))[0] == ids:
        raise ValueError(refused[1])
    saved: dict[str, texts.Source] = st.session_state.setdefault("_saved_files", {})
    new = {file.file_id: file for file in files}
    if not all(id in new or id in saved for id in ids):
        raise ValueError("One of these files is no longer here: remove it, and choose it again.")
    try:
        names = [new[id].name if id in new else saved[id].name for id in ids]
        parts = [_pieces(new[id]) if id in new else _pieces_of(saved[id].path) for id in ids]
        if len(ids) == 1 and _is_plain(names[0], new.get(ids[0]), saved.get(ids[0])):
            key = library.keep_text(names[0], parts[0])
        else:
            key = texts.keep_files(list(zip(names, parts, strict=True)))
    except (ValueError, OSError) as error:
        st.session_state["_refused_file"] = (ids, sentence(error))
        raise
    finally:
        release(files)
    saved.update(zip(ids, texts.sources(key), strict=True))
    address.UPLOAD.set(key)
    address.CHOICES.clear()  # they were about other files
    st.session_state["_kept_file"] = ids
    st.session_state["_not_read_yet"] = key
    st.session_state.pop("_refused", None)


def _is_plain(name: str, file: Any, saved: texts.Source | None) -> bool:
    if file is not None:
        return texts.is_plain(name, file)
    assert saved is not None
    with open(saved.path, "rb") as kept:
        return texts.is_plain(name, kept)


def _pieces_of(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        yield from _pieces(file)


@contextmanager
def refused_goes(key: str, nothing_chosen: bool) -> Iterator[None]:
    """An upload that cannot be read at all is not kept: there is nothing to do with it but to say why.
    Where something was chosen, another choice may help, and it stays."""
    try:
        yield
    except ValueError as error:
        if st.session_state.pop("_not_read_yet", None) == key and nothing_chosen:
            with suppress(ValueError):  # it was kept before, and a training reads it
                accounted_items.delete_text(queue(), key)
                st.session_state.pop("_saved_files", None)
                address.UPLOAD.clear()
                st.session_state["_refused"] = sentence(error)
                st.rerun()
        raise
    if st.session_state.get("_not_read_yet") == key:
        del st.session_state["_not_read_yet"]


def _pieces(file) -> Iterator[bytes]:
    return iter(lambda: file.read(1 << 20), b"")


def pasted() -> tuple[str, str] | None:
    text = paste_field(pasted_anew, go_to_upload)
    if text:
        address.PASTE.set(keep_pasted(text))
    return kept_text(address.PASTE)


def keep_pasted(text: str) -> str:
    return library.keep_text("pasted text", text.encode("utf-8", "replace"))


def pasted_anew() -> None:
    """A text that was cleared is forgotten. A long one is kept at once and leaves the field, which would
    hold up the browser, and would be sent again with each click."""
    text = st.session_state["pasted"]
    if not text:
        address.PASTE.clear()
    elif len(text) > LONG_PASTE:
        with suppress(ValueError, OSError):  # it stays in the field, and the page says why
            address.PASTE.set(keep_pasted(text))
            st.session_state["pasted"] = ""


def go_to_upload() -> None:
    st.session_state["source"] = "Upload"


def kept_text(entry: address.Entry[str | None]) -> tuple[str, str] | None:
    """The text that the address names, so that a reload finds it again."""
    key = entry.get()
    if key is None:
        return None
    name, size = texts.name_of(key), texts.size_of(key)
    st.caption(f"Now: {literal(name)}, {size / 1e6:,.2f} MB")
    return key, name


def default(name: str) -> Any:
    return None if name in CHOSEN_HERE else PARAMETERS[name].default


def preset_values(preset: str) -> dict[str, Any]:
    return {name: PRESETS[preset].get(name, default(name)) for name in PARAMETERS}


def apply_preset() -> None:
    if st.session_state["preset"] is None:
        return
    for name, value in preset_values(st.session_state["preset"]).items():
        if name == "window":
            st.session_state["whole_sentence"] = value == "sentence"
            value = 5 if value == "sentence" else value
        st.session_state[name] = value


def current_settings() -> dict[str, Any]:
    """Every parameter as the fields below hold it now; the defaults before they are first drawn."""
    values = {name: st.session_state.get(name, default(name)) for name in PARAMETERS}
    if st.session_state.get("whole_sentence"):
        values["window"] = "sentence"
    return values


def draw_settings(chosen: dict[str, Any]) -> None:
    """One field for each parameter, beside it its sentence and what was chosen."""
    now = current_settings()
    st.session_state["preset"] = next((p for p in PRESETS if preset_values(p) == now), None)
    st.segmented_control(
        "Start from", list(PRESETS), key="preset", on_change=deferred(apply_preset)
    )
    left, right = st.columns(2, gap="large")
    for part, title in SECTIONS.items():
        with right if part == "training" else left:
            st.markdown(f"**{title}**")
            for parameter in PARAMETERS.values():
                if parameter.part == part:
                    field, about = st.columns([2, 3], vertical_alignment="center", gap="medium")
                    with field:
                        draw_field(parameter, chosen.get(parameter.name))
                    about.caption(about_field(parameter, chosen, now["solver"]))


def draw_text_field(parameter: Parameter, chosen: dict[str, Any]) -> None:
    """A field of the preparation, its sentence below it."""
    draw_field(parameter, chosen.get(parameter.name))
    st.caption(about_field(parameter, chosen, ""))


def about_field(parameter: Parameter, chosen: dict[str, Any], solver: str) -> str:
    """What a field does, what it takes, and, where it is left open, what was chosen and why."""
    lines = [parameter.sentence]
    if parameter.kind is not None:  # the choices of any other field stand in it
        allowed = parameter.allowed.replace(" or None", "")
        lines[0] += f" Allowed: {allowed}."
    if parameter.name in chosen:
        what, why = explain(parameter.name, chosen[parameter.name], solver)
        lines.append(f"Chosen: {what}; {why}.")
    return "  \n".join(literal(line) for line in lines)


def draw_field(parameter: Parameter, chosen: Any) -> None:
    name, label = parameter.name, SETTING_NAMES[parameter.name]
    if parameter.kind is None:
        if parameter.choices == (True, False):
            st.toggle(label, value=parameter.default, key=name, bind="query-params")
        elif len(parameter.choices) > MOST_SEGMENTS:
            st.selectbox(
                label,
                parameter.choices,
                index=parameter.choices.index(parameter.default),
                key=name,
                bind="query-params",
            )
        else:
            st.segmented_control(
                label,
                parameter.choices,
                default=parameter.default,
                required=True,
                key=name,
                bind="query-params",
            )
    else:
        if name == "window":
            st.toggle("Whole sentence", key="whole_sentence", bind="query-params")
        whole = parameter.kind is int
        st.number_input(
            label,
            value=default(name),
            min_value=parameter.kind(parameter.low),
            max_value=parameter.kind(parameter.high),
            step=1 if whole else None,
            format=None if whole else "%.6g",
            placeholder="left open" if chosen is None else f"chosen: {chosen:,.3g}",
            disabled=name == "window" and st.session_state.get("whole_sentence", False),
            key=name,
            bind="query-params",
        )


def show_shape(corpus: Corpus, window: int | str) -> None:
    """The text before training: its size, its frequencies, its first pairs."""
    for warning in corpus.warnings:
        st.warning(literal(warning), icon=":material/warning:")
    metrics = st.columns(4)
    metrics[0].metric("words", f"{corpus.n_tokens:,}")
    metrics[1].metric(
        "distinct words",
        f"{corpus.n_distinct:,}",
        f"{len(corpus.words):,} in the vocabulary",
        delta_color="off",
        delta_arrow="off",
    )
    metrics[2].metric("sentences", f"{corpus.n_sentences:,}")
    metrics[3].metric("share of the text the vocabulary covers", f"{corpus.coverage:.1%}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**How often each word occurs**")
        plot(zipf(corpus.all_counts, corpus.words), key="zipf", height=340, name="frequencies")
    with right:
        show_first_pairs(corpus, window)


def show_first_pairs(corpus: Corpus, window: int | str) -> None:
    st.markdown("**The first training pairs**, center → output")
    numbers = range(min(corpus.n_sentences, 200))
    long_enough = (i for i in numbers if 5 <= len(corpus.sentence(i)) <= 40)
    number = next(long_enough, 0)
    words = corpus.sentence(number)
    center = len(words) // 2
    st.text(corpus.sentence_text(number)[:300])
    pairs = sentence_pairs(words, window, center)
    st.markdown(
        "  \n".join(f"**{short(c)}** → {short(o)}" for c, o in pairs[:MOST_PAIRS])
        or "This sentence has no pairs."
    )
    if len(pairs) > MOST_PAIRS:
        st.caption(f"and {len(pairs) - MOST_PAIRS} more of this center word")


def describe(expected: Estimate, chosen: dict[str, Any], solver: str) -> str:
    """What a training will take, and what was chosen for it."""
    memory = expected.memory / 1e9
    line = f"Expected: {duration(expected.seconds)}, {memory:.1f} GB of memory."
    if not chosen:
        return line
    choices = " · ".join(explain(n, chosen[n], solver)[0] for n in CHOICES_SHOWN if n in chosen)
    return f"{line}  \nChosen for this text: {literal(choices)}."


def describe_kept_back(share: float, corpus: Corpus) -> str:
    kept_back = round(share * corpus.n_sentences)
    if not kept_back:
        return "The model learns from every sentence; none is kept back to test it."
    return (
        f"{kept_back:,} of the {corpus.n_sentences:,} sentences are kept back: the model does not "
        "learn from them, and its loss on them shows how well it predicts text it has not read."
    )


def show_unfinished() -> None:
    """The trainings that run or wait, or broke off lately, each with the way to it."""
    for job in library.unfinished_trainings(queue()):
        try:
            name = literal(library.settings(job.id).name)
        except (ValueError, OSError):  # its folder went, or is among the damaged ones
            continue
        if job.state == "lost":
            how, more, icon = "Broke off", "can go on", ":material/error:"
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


def prepare() -> None:
    st.markdown("### Train on a text")
    address.drop_impossible_numbers([n for n, p in PARAMETERS.items() if p.kind is not None])
    show_unfinished()
    with sentences_for_errors():
        found = choose_text()
    if found is None:
        st.button("Train", type="primary", disabled=True, key="start")
        st.info("Choose a file or paste a text to see its size and word frequencies here.")
        return
    key, name = found
    wanted = choices()
    settings = current_settings()
    parts = {
        part: {n: settings[n] for n, p in PARAMETERS.items() if p.part == part}
        for part in ("text", *SECTIONS)
    }
    model_parameters = {**parts["pairs"], **parts["model"], **parts["training"]}
    lists = {name: tuple(words) for name, words in wanted.lists.items()}
    text: str | None = None
    corpus: Corpus | None = None
    problem: str | None = None
    expected: Estimate | None = None
    chosen: dict[str, Any] = {}
    said_above = False  # by the line that tells of a full disk
    try:
        usual = all(value == default(name) for name, value in parts["text"].items())
        with refused_goes(key, usual and wanted == texts.NOTHING):
            if texts.is_collection(key):
                choose_documents(key, wanted)
            text = prepared_text(key, wanted)
            corpus = read_corpus(text, {**parts["text"], **lists})
            if text == key and not key.startswith("sample:"):
                account_of_plain(key, corpus, wanted)
            show_what_was_done(text)
        if model_parameters["held_out"] is None:
            share = default_held_out(corpus.n_sentences)
            model_parameters["held_out"] = chosen["held_out"] = share
        model = new_model(model_parameters)
        weight = pair_weight(corpus, model)
        chosen = {**corpus.chosen, **model.choose(len(corpus.words), weight), **chosen}
        if "prior" in chosen and model.tries_priors(corpus):
            chosen["prior"] = None
        dim = chosen.get("dim", model.dim)
        refuse_training(corpus.n_tokens, len(corpus.words), dim)
        quota.refuse_full(1, BYTES_EACH * len(corpus.words) * dim)
        queue().refuse_full()
        expected = estimate(corpus, model)
        problem = too_much(expected, corpus, dim)
    except (ValueError, OSError) as error:
        problem = sentence(error)
        said_above = isinstance(error, NoRoom) and why_unwritable() is not None

    button, note = st.columns([1, 5], vertical_alignment="center")
    start = button.button(
        "Train", type="primary", disabled=problem is not None, width="stretch", key="start"
    )
    start = st.session_state.pop("_start_kept", False) or start
    messages = st.container()  # always there, so that what stands below keeps its place
    if problem is not None and not said_above:
        messages.error(literal(problem), icon=":material/error:")
    elif expected is not None and corpus is not None:
        note.caption(
            f"{describe(expected, chosen, model.solver)}  \n"
            f"{describe_kept_back(model.held_out, corpus)}"
        )
    if corpus is not None and settings["unit"] == "words":
        beginning = " ".join(corpus.sentence_text(i) for i in range(min(corpus.n_sentences, 20)))
        if is_written_without_spaces(beginning):
            messages.info(
                "This text is written without spaces: set the unit to characters under Preparation."
            )
    with (
        st.expander(
            "Preparation: what counts as a word, with each step shown on this text",
            icon=":material/text_fields:",
            key="preparation",
        ),
        sentences_for_errors(),
    ):
        draw_preparation(
            key, text, wanted, parts["text"], corpus, lambda p: draw_text_field(p, chosen)
        )
    with st.expander(
        "Settings: all are chosen for you, each with its reason", icon=":material/tune:"
    ):
        draw_settings(chosen)
    if (
        current_settings() != settings
    ):  # the address held settings that only now are in their fields
        st.session_state["_start_kept"] = start  # who was quicker than the page is not overheard
        st.rerun()
    if start and problem is None and text is not None and expected is not None:
        with toast_for_errors():
            library_id = library.start_training(
                queue(),
                text,
                name,
                {**parts["text"], **wanted.lists},
                model_parameters,
                expected.seconds,
            )
            ensure_worker(queue())
            st.session_state["_watch_first"] = (
                list(sample(text.partition(":")[2]).watch) if text.startswith("sample:") else []
            )
            address.JOB.set(library_id)
            st.rerun()
    if corpus is not None:
        show_shape(corpus, settings["window"])


if (watched := address.JOB.get()) is not None:
    show_training(watched)
else:
    prepare()
