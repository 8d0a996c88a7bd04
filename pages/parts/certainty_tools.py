"""How sure: what both halves of a model's text say on their own, worked out in the background, once."""

from __future__ import annotations

import streamlit as st

from pages.parts.background_work import ask_or_watch
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.model.certainty import SURE, Answer, Certainty
from w2v_core.model.estimate import seconds_again
from w2v_core.space.vectors import METRICS
from w2v_core.work import analyses
from w2v_core.work.certainty import PARAMETERS

RESAMPLES = {"resamples": 20, "seed": 0}  # what earlier versions asked for
_KIND = "certainty"

WHAT_THE_SHARE_IS = (
    "This is an estimate for other texts of the same kind and length. It is based on how many "
    "splits have the answer in both halves, how many halves have it, and how far the halves agree "
    "on other words. On the texts used for testing, it was off by 3 percentage points or less on "
    "average for neighbours, and by 6 or less for analogies (docs/benchmarks.md). It says nothing "
    "about texts of another kind."
)


class _Gone(ValueError):
    """The trainings on halves were damaged."""


@of_readable(max_entries=2, show_spinner="Opening the trainings on halves …")
def _certainty(id: str, made: float) -> tuple[Certainty, int]:
    result = analyses.result(the_library(), _KIND, id, PARAMETERS)
    found = analyses.load_certainty(the_library(), id, PARAMETERS, open_model(id))
    if found is None or result is None:  # they are gone now; an error is not kept in memory
        raise _Gone("The trainings on halves of this text cannot be read: run them again.")
    return found, int(result.values.get("documents", 0))


def certainty(id: str) -> tuple[Certainty, int] | None:
    """What both halves of a model's text say, and the number of documents that the halves were made of (0
    where none are known); None until that is there."""
    if not analyses.has_result(the_library(), _KIND, id, PARAMETERS):
        return None
    try:
        return _certainty(id, _changed(id))
    except _Gone:
        return None


@of_readable(max_entries=64, show_spinner="Comparing the halves …")
def _nearest(id: str, made: float, word: str, n: int, which: str) -> dict[str, dict[str, Answer]]:
    sure, _ = _certainty(id, made)
    return {
        metric: {answer.word: answer for answer in sure.nearest(word, n, which, metric)}
        for metric in METRICS
    }


def nearest_in_halves(id: str, word: str, n: int, which: str) -> dict[str, dict[str, Answer]]:
    """Of each metric, the nearest of a word that ``certainty`` holds, each with how sure it is."""
    return _nearest(id, _changed(id), word, n, which)


def _changed(id: str) -> float:
    return (the_library().model_folder(id) / "results").stat().st_mtime


def has_text(id: str) -> bool:
    """Whether there is a text to divide."""
    return (the_library().model_folder(id) / "corpus.json").is_file()


def how_sure(id: str) -> None:
    """The button that starts the trainings on halves and, while they run, how far they are, with a way to
    stop them; nothing where they are there, or where there is no text to divide."""
    if not has_text(id) or analyses.has_result(the_library(), _KIND, id, PARAMETERS):
        return
    splits = PARAMETERS["splits"]
    text = (
        f"Splits the text at random into two halves, {splits} times, and trains on each half in "
        "the background. An answer that both halves give does not depend on a few passages. The "
        "halves consist of whole documents if the text has documents, otherwise of blocks of "
        "consecutive sentences."
    )
    if analyses.has_result(the_library(), "stability", id, RESAMPLES):
        text += (
            f" An earlier version drew {RESAMPLES['resamples']} resamples of this text instead. "
            "Its shares were too high and are no longer shown."
        )
    ask_or_watch(
        _KIND,
        id,
        PARAMETERS,
        "How sure?",
        "how_sure",
        text,
        (5, 2),
        seconds_again(open_model(id), 2 * splits, 0.5),
        icon=":material/casino:",
        width="stretch",
    )


def of_what(documents: int) -> str:
    """What the halves are made of."""
    if documents:
        return f"{documents:,} whole documents"
    return "blocks of consecutive sentences, as no documents are known"


def found_in(answer: Answer, splits: int) -> str:
    """What was counted."""
    return f"found in both halves of the text in {answer.splits} of {splits} splits"


def note_for_view() -> None:
    """What stands in place of how sure an answer is, where a view is shown."""
    st.caption(
        "Choose V, U or V + U to see how sure an answer is.",
    )


def relied_on(answer: Answer) -> bool:
    return answer.share >= SURE
