"""Write a model's vectors in the format of another program."""

from __future__ import annotations

import argparse
from pathlib import Path

from w2v_core.command_line.opened_model import VIEWS, add_model, opened
from w2v_core.command_line.output import add_force, refuse_existing
from w2v_core.exchange.vector_writing import FORMATS
from w2v_core.storage.files import whole_file

NAMES = {name.lower().replace(" ", "-"): name for name in FORMATS}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--format", choices=NAMES, default="word2vec-text", help="of the file")
    parser.add_argument("--vectors", choices=VIEWS, default="center", help="which vectors")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the new file")
    add_force(parser)


def run(given: argparse.Namespace) -> int:
    refuse_existing(given.out, given.force)
    _, _, write = FORMATS[NAMES[given.format]]
    with opened(given.model) as opened_model:
        model = opened_model.model()
        space = model.vectors(given.vectors)
        with whole_file(given.out) as path, open(path, "wb") as out:
            write(out, space.words, space.matrix, model.counts)
    return 0
