"""Write a model's vectors in a format of other programs.

With --json: out, format, vectors, words and dimensions.
"""

from __future__ import annotations

import argparse

from w2v_core.command_line.opened_model import add_model, add_vectors, read_model
from w2v_core.command_line.output import add_json, add_out, print_json, refuse_existing, write_whole
from w2v_core.exchange.vector_writing import FORMATS

NAMES = {name.lower().replace(" ", "-"): name for name in FORMATS}
"""The formats as they are typed → their names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--format", choices=tuple(NAMES), required=True, help="The format.")
    add_out(parser, "FILE")
    add_vectors(parser)
    add_json(parser)


def run(given: argparse.Namespace) -> None:
    refuse_existing(given.out, given.force)
    model = read_model(given.model)
    matrix = model.vectors(given.vectors).matrix
    _, _, write = FORMATS[NAMES[given.format]]
    write_whole(given.out, write, model.words, matrix, model.counts)
    n_words, dim = matrix.shape
    if given.json:
        print_json(
            {
                "out": str(given.out),
                "format": given.format,
                "vectors": given.vectors,
                "words": n_words,
                "dimensions": dim,
            }
        )
    else:
        print(f"{given.out}: {n_words:,} words with {dim:,} numbers each.")
