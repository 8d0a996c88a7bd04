"""The folder for all permanent files: ``W2V_HOME``, by default ``.w2v/`` beside app.py."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, which contains app.py."""

_ID = re.compile(r"[a-z0-9]{16}(?:[a-z0-9]{16})?")  # models of earlier versions have 16


def home() -> Path:
    """The folder for models, texts and the queue, which is created if it is missing."""
    folder = Path(os.environ.get("W2V_HOME") or ROOT / ".w2v").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # texts and keys are private
    return folder


def is_on(setting: str, usual: bool = False) -> bool:
    """Whether an on/off setting in the environment is on; ``usual`` where nothing is said."""
    given = os.environ.get(setting, "").strip().lower()
    return usual if not given else given not in ("0", "false", "no", "off")


def new_id() -> str:
    """An id for a new model, 128 random bits; in sharing mode, knowing it gives read access."""
    return secrets.token_hex(16)


def is_id(text: object) -> TypeGuard[str]:
    """Whether a text can be a model's id and is therefore safe in a path."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def model_folder(home: Path, id: str) -> Path:
    """The folder of a model, finished or in training, without checking that it exists or who may read it.

    Raises
    ------
    ValueError
        For a text that cannot be an id, and therefore must not be part of a path.
    """
    if not is_id(id):
        raise ValueError("This is not the id of a model.")
    return home / "models" / id


def published() -> list[str]:
    """The ids of the models that the operator publishes, in the order of ``W2V_PUBLISHED``; invalid ids are
    ignored."""
    named = re.split(r"[\s,;]+", os.environ.get("W2V_PUBLISHED", ""))
    return list(dict.fromkeys(filter(is_id, named)))


def is_published(id: str) -> bool:
    """Whether this model is published: everyone may look at it, and nobody may change it."""
    return id in published()
