"""Where everything that lasts stands: ``W2V_HOME``, by default ``.w2v/`` beside app.py."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, the one that holds app.py."""

_ID = re.compile(r"[a-z0-9]{16}")


def home() -> Path:
    """The folder for models, texts and the queue; made where it is missing."""
    folder = Path(os.environ.get("W2V_HOME") or ROOT / ".w2v").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_id() -> str:
    """A name for a new model, 64 random bits."""
    return secrets.token_hex(8)


def is_id(text: object) -> bool:
    """Whether a text can be a model's id, and so may stand in a path."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None
