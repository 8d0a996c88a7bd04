"""Text that came from elsewhere, as one line that can be shown."""

from __future__ import annotations

import re
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def single_line(text: Any, longest: int = 200) -> str:
    """One line of at most ``longest`` characters: control characters and runs of white space become
    single spaces, and half a surrogate pair, which no browser can be sent, a question mark."""
    text = str(text).encode("utf-8", "replace").decode("utf-8")
    return " ".join(_CONTROL.sub(" ", text).split())[:longest].rstrip()
