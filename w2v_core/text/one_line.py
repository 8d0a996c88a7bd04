"""Strangers' text, made fit to be shown in one line."""

from __future__ import annotations

import re
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST = 200  # characters


def clean(text: Any, longest: int = _LONGEST) -> str:
    """One line without control characters, not too long."""
    text = str(text).encode("utf-8", "replace").decode("utf-8")  # half a surrogate cannot be shown
    return " ".join(_CONTROL.sub(" ", text).split())[:longest].rstrip()
