"""The progress bar of a training, on stderr, with the time left; none where nobody looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from w2v_core.work.training import TRAINING

Show = Callable[[float, str], object]
"""Takes the share of the training that is done, 0 to 1, and the phase."""
_BAR = "{desc:9} {percentage:3.0f} %|{bar}| {elapsed}, {remaining} left"


@contextmanager
def progress_bar(wanted: bool) -> Iterator[Show]:
    """A bar for ``work.training.train``; ``wanted`` alone does not show it where stderr is no terminal."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda share, phase: None
        return
    with tqdm(total=1.0, file=sys.stderr, bar_format=_BAR, dynamic_ncols=True) as bar:
        training = False

        def show(share: float, phase: str) -> None:
            nonlocal training
            if (
                phase == TRAINING and not training
            ):  # time left is of the training, from where it goes on
                training = True
                bar.initial = share
                bar.reset()
                bar.n = bar.last_print_n = share
            bar.set_description_str(phase, refresh=False)
            bar.update(max(share - bar.n, 0.0))

        yield show
