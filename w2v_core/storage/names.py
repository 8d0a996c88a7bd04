"""Cleaning names that people type, for display and for files."""

from __future__ import annotations

import re
from typing import Any

from w2v_core.text.single_line import single_line


def clean(text: Any, otherwise: str = "") -> str:
    """A typed text as one line; ``otherwise`` if nothing remains."""
    return (single_line(text) if isinstance(text, str) else "") or otherwise


def safe_name(name: str) -> str:
    """A non-empty file name that is valid on every system and cannot leave its folder."""
    name = re.sub(r"[^\w .()-]", " ", name).strip(" .")[-60:].strip(" .")
    return name or "text.txt"
