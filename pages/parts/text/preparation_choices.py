"""What is chosen about a text: which documents go in, and how it is prepared. It stands in the address
(?choices=…)."""

from __future__ import annotations

import dataclasses
from typing import Any

from pages.parts import address
from pages.parts.error_messages import toast_for_errors
from pages.parts.progress_bar import with_progress
from pages.parts.readable_cache import of_readable
from pages.parts.text.text_changes import (
    with_steps,
)
from pages.parts.visitor import the_library
from w2v_core.library.choices import Choices
from w2v_core.text.documents import Documents


def choices() -> Choices:
    """What the address says was chosen."""
    return the_library().texts.kept_choices(address.CHOICES.get())


def change(**parts: Any) -> None:
    """Choose something else, the rest as it is."""
    keep(dataclasses.replace(choices(), **parts))


def change_steps(**steps: Any) -> None:
    """Choose other steps that change the text."""
    keep(with_steps(choices(), **steps))


def keep(chosen: Choices) -> None:
    with toast_for_errors():  # there may be no room for it
        address.CHOICES.set(the_library().texts.keep_choices(chosen))


def prepared_text(key: str, chosen: Choices) -> str:
    """The key of the text that is trained on (errors as ``sources.prepared``)."""
    return with_progress(
        "Reading the files", lambda show: the_library().texts.prepared(key, chosen, callback=show)
    )


@of_readable(max_entries=4)
def _documents(path: str, changed: float) -> Documents | None:
    return the_library().texts.documents_of(path)


def documents(key: str) -> Documents | None:
    """The documents of a gathered text; None where it was not gathered."""
    return _documents(key, the_library().texts.file(key).stat().st_mtime)
