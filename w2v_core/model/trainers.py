"""The trainers there are. A new one is a module with a subclass of ``SkipGram``, and a line here.

It keeps how pairs are counted, and has a ``fit`` of its own. Its parameters are saved with every training
and every model. The one called "trainer" names the class; those of the skip-gram lack it, so that what was
saved before there were others opens as it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.word_model import without_trainer

DEFAULT_TRAINER = "skip-gram"
TRAINERS: dict[str, type[SkipGram]] = {DEFAULT_TRAINER: SkipGram}


def parameter_names() -> tuple[str, ...]:
    """The parameters of all trainers, each once."""
    return tuple(dict.fromkeys(name for one in TRAINERS.values() for name in one().get_params()))


def trainer_of(parameters: Mapping[str, Any]) -> type[SkipGram]:
    """The class that saved parameters are of.

    Raises
    ------
    ValueError
        for a trainer that this version does not know.
    """
    name = parameters.get("trainer", DEFAULT_TRAINER)
    if name not in TRAINERS:
        raise ValueError(f"trainer={name!r}: choose one of {', '.join(map(repr, TRAINERS))}.")
    return TRAINERS[name]


def new_model(parameters: Mapping[str, Any]) -> SkipGram:
    """An untrained model with these parameters (errors as for ``trainer_of`` and the trainer itself)."""
    return trainer_of(parameters)(**without_trainer(parameters))
