"""The registry of trainers. A new one is a module with a subclass of ``SkipGram``, and a line here.

A trainer counts pairs in the same way and has its own ``fit``. Its parameters are saved with every training
and every model. The parameter "trainer" names the class. The skip-gram has no such parameter, so that
models saved before there were other trainers open as before.
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
    """The class to which saved parameters belong.

    Raises
    ------
    ValueError
        For a trainer that this version does not know.
    """
    name = parameters.get("trainer", DEFAULT_TRAINER)
    if name not in TRAINERS:
        raise ValueError(f"trainer={name!r}: choose one of {', '.join(map(repr, TRAINERS))}.")
    return TRAINERS[name]


def new_model(parameters: Mapping[str, Any]) -> SkipGram:
    """An untrained model with these parameters (errors as for ``trainer_of`` and the trainer itself)."""
    return trainer_of(parameters)(**without_trainer(parameters))
