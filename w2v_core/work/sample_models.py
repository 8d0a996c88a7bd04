"""The models that come with the app: every page shows itself at work before a person has a model.

They are trained where they are missing, on two of the sample texts (``data/make_samples.py`` writes these):
a second or two, once for each ``W2V_HOME``. So they have everything that a model trained here has, its text
and the passes of its training included.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from w2v_core.library.folder_contents import entry_in
from w2v_core.library.library import prepare_training
from w2v_core.storage import catalog
from w2v_core.storage.files import OWNER, remove, scratch_folder
from w2v_core.storage.home import model_folder
from w2v_core.storage.left_over_files import forget_left_over
from w2v_core.storage.sample_ids import SAMPLE_IDS, are_samples_offered
from w2v_core.text.samples import sample, sample_path
from w2v_core.visitors import quota
from w2v_core.work.training import train

TEXTS = dict(zip(SAMPLE_IDS, ("small_world", "royalty"), strict=True))
"""The id of a sample model → the name of the sample text it is trained on."""
SETTINGS: dict[str, dict[str, Any]] = {"samplekingsqueen": {"dim": 42, "prior": 8.0}}
"""Given, so that the first visit need not wait for the trials of ``model.dimension``: with these, V answers
every question of the text's pairs."""
_SEED = 0
_making = threading.Lock()


def missing_samples(home: Path) -> list[str]:
    """The ids of the sample models that are to be trained in this ``W2V_HOME``, as they are not there or
    damaged; none where the operator wants none."""
    return [id for id in SAMPLE_IDS if not _is_whole(home, id)] if are_samples_offered() else []


def make_samples(home: Path) -> None:
    """Train the sample models that are missing, once, however many visitors come at the same moment. What
    they take counts for nobody.

    Raises
    ------
    OSError
        where nothing can be written, or there is no room (``NoRoom``); what was there stays.
    ValueError
        where a sample text is missing.
    """
    with _making:
        for id in missing_samples(home):
            _make(home, id)


def _is_whole(home: Path, id: str) -> bool:
    folder = model_folder(home, id)
    try:
        entry_in(folder)
    except (OSError, ValueError):
        return False
    return catalog.noted_damage(folder) is None


def _make(home: Path, id: str) -> None:
    text, target = TEXTS[id], model_folder(home, id)
    settings = {"seed": _SEED, "count_vectors": True, **SETTINGS.get(id, {})}
    forget_left_over(target.parent)
    with quota.spending(home, ""), scratch_folder(target.parent, "") as folder:
        prepare_training(folder, "", sample(text).title, {}, settings)
        train(folder, sample_path(text), lambda: None, None)
        (folder / OWNER).unlink(missing_ok=True)
        if _is_whole(home, id):  # another process was quicker
            return
        if os.path.lexists(target):
            remove(target)
        os.replace(folder, target)
