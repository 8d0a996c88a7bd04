"""The kinds of analysis of a finished model, by name.

A new kind is one function and one line in ``KINDS``, and another in ``ON_CLUSTER`` where it takes long."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.model_files import load_model
from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.space.evaluation import parse_questions, scorecard
from w2v_core.space.map_kind import MapKind
from w2v_core.space.maps import MAPS
from w2v_core.work.certainty import train_on_halves
from w2v_core.work.model_page import KIND as PAGE
from w2v_core.work.model_page import make_page
from w2v_core.work.reason_removal import take_reasons_out
from w2v_core.work.resampling import draw_resamples, train_halves
from w2v_core.work.results import Tell, Work
from w2v_core.work.text_needed import train_on_parts
from w2v_core.work.use_comparison import compare_use
from w2v_core.work.word_following import follow

FORMING_WORDS = 4_000  # kept of a training from a random start: 64 MB in 40 passes at d = 100


def map_analysis(kind: MapKind) -> Work:
    """{"which": "center" | "output" | "sum", "words": the n most frequent, and the settings of the kind of
    map} → coordinates float32 (n, dims), and what the kind says of them."""

    def draw(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
        settings = dict(parameters)
        which, words = settings.pop("which"), settings.pop("words")
        matrix = load_model(folder, corpus=False).vectors(which).matrix[:words]
        drawn = kind.coordinates(matrix, settings, tell)
        return {"coordinates": drawn.coordinates, **drawn.values}

    return draw


def answer_questions(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{"which": "center" | "output" | "sum", "method": "add" | "mul", "questions": text in Google's
    format} → sections [[name, asked, covered, right]], misses [[section, a, b, c, d, answer, rank]]."""
    questions = parse_questions(parameters["questions"])
    vectors = load_model(folder, corpus=False).vectors(parameters["which"])
    card = scorecard(
        vectors, questions, parameters["method"], lambda share: tell(share, "Answering questions")
    )
    return {
        "sections": [[s.section, s.asked, s.covered, s.right] for s in card.sections],
        "misses": [
            [*dataclasses.astuple(miss.question), miss.answer, miss.rank] for miss in card.misses
        ],
    }


def train_from_random_start(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """{} → V and U float16 (passes, words, d) of the most frequent words before every step, and losses
    (passes,), of the notes' model on the same text: unanchored, from small random vectors; by exact
    passes, as its sgd would take hours in a longer text."""
    model = load_model(folder)
    if model.corpus is None:
        raise ValueError("The text of this model is missing, so it cannot be trained on again.")
    V, U = [], []

    def keep(progress: Progress) -> None:
        V.append(progress.V[:FORMING_WORDS].astype(np.float16))
        U.append(progress.U[:FORMING_WORDS].astype(np.float16))

    again = SkipGram(
        dim=model.V.shape[1],
        window=model.window,
        weighting=model.chosen.get("weighting", model.weighting),
        subsample=model.chosen.get("subsample", model.subsample),
        anchored=False,
        seed=model.seed,
    ).fit(model.corpus, keep, poll=lambda share: tell(share, "Training from a random start"))
    if again.stopped:
        raise InterruptedError("The training was stopped.")
    return {"V": np.stack(V), "U": np.stack(U), "losses": again.loss_curve}


KINDS: dict[str, Work] = {
    **{kind.name: map_analysis(kind) for kind in MAPS.values() if kind.background},
    "certainty": train_on_halves,
    "stability": draw_resamples,
    "scorecard": answer_questions,
    "random_start": train_from_random_start,
    "halves": train_halves,
    "removal": take_reasons_out,
    "learning_curve": train_on_parts,
    "use": compare_use,
    "follow": follow,
    PAGE: make_page,
}
"""Kind → a function (the model's folder, parameters, tell) → what it found: arrays and JSON values by
name. ``tell(share 0 to 1, what is being done)`` is to be called several times a second; True means
stop, by raising InterruptedError with a sentence. ValueError and OSError carry a sentence too.

"train" is not among them: it makes a model instead of looking at one (see ``work.training``).
"""


@dataclass(frozen=True)
class OnCluster:
    """How a cluster does an analysis, whose function reads nothing but the folders of models.

    Attributes
    ----------
    text : bool
        Whether it reads the text of the model.
    parts : str or None
        The parameter that says of how many independent parts its arrays consist, along their first axis:
        the function takes ``only``, the numbers of those that it is to do. Each is a task of its own. None:
        all of it is one task.
    """

    text: bool = True
    parts: str | None = None


ON_CLUSTER: dict[str, OnCluster] = {
    **{kind.name: OnCluster(text=False) for kind in MAPS.values() if kind.background},
    "certainty": OnCluster(parts="splits"),
    "stability": OnCluster(parts="resamples"),
    "halves": OnCluster(parts="splits"),
    "scorecard": OnCluster(text=False),
    "random_start": OnCluster(),
    "removal": OnCluster(),
    "learning_curve": OnCluster(),
    "use": OnCluster(),
    "follow": OnCluster(),
}
"""The kinds that go to the cluster, where the operator has named one. A page stays: it shows other results
and the files beside them, and replaces the page before it."""
