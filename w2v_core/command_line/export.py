"""Write a model's vectors in a format of other programs, or the model as a web page.

With --json: out, format, words and dimensions; of vectors also vectors.
"""

from __future__ import annotations

import argparse
from typing import Any

from w2v_core.command_line.opened_model import (
    VECTORS,
    add_model,
    add_vectors,
    model_in_library,
    read_model,
)
from w2v_core.command_line.output import add_json, add_out, print_json, refuse_existing, write_whole
from w2v_core.command_line.progress import progress_bar
from w2v_core.exchange.vector_writing import FORMATS
from w2v_core.library.library import Library
from w2v_core.work.certainty import PARAMETERS
from w2v_core.work.methods_record import methods_record
from w2v_core.work.model_page import make_page, page_parameters
from w2v_core.work.record_facts import facts

NAMES = {name.lower().replace(" ", "-"): name for name in FORMATS}
"""The formats of vectors as they are typed → their names."""
PAGE = "page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument(
        "--format",
        choices=(*NAMES, PAGE),
        required=True,
        help=f"The format of the vectors, or {PAGE}: one HTML file with the map, the neighbours and "
        "the relations, which opens in any browser without this program.",
    )
    add_out(parser, "FILE")
    add_vectors(parser)
    parser.add_argument(
        "--without-text",
        action="store_true",
        help=f"Of a {PAGE}: leave out the lines of the text that explanations quote.",
    )
    add_json(parser)


def run(given: argparse.Namespace) -> None:
    refuse_existing(given.out, given.force)
    of_page = given.format == PAGE
    if of_page and given.vectors != VECTORS:
        raise ValueError(f"--format {PAGE} shows all vectors of the model: leave out --vectors.")
    if given.without_text and not of_page:
        raise ValueError(f"Vectors hold no text: --without-text is for --format {PAGE} alone.")
    if of_page:
        found = _write_page(given)
    else:
        matrix = _write_vectors(given)
        found = {"vectors": given.vectors, "words": matrix[0], "dimensions": matrix[1]}
    if given.json:
        print_json({"out": str(given.out), "format": given.format, **found})
    else:
        print(f"{given.out}: {found['words']:,} words with {found['dimensions']:,} numbers each.")


def _write_vectors(given: argparse.Namespace) -> tuple[int, ...]:
    """Write them; returns their shape."""
    model = read_model(given.model)
    matrix = model.vectors(given.vectors).matrix
    _, _, write = FORMATS[NAMES[given.format]]
    write_whole(given.out, write, model.words, matrix, model.counts)
    return matrix.shape


def _write_page(given: argparse.Namespace) -> dict[str, Any]:
    with model_in_library(given.model) as (library, id):
        record = methods_record(library, id)
        quotes = not given.without_text and _has_text(library, id)
        folder = library.model_folder(id)
        parameters = page_parameters(folder, record, facts(record), PARAMETERS, quotes)
        with progress_bar(not given.json) as show:

            def tell(share: float, sentence: str) -> bool:
                show(share, sentence)
                return False

            page = make_page(folder, parameters, tell)["page"].tobytes()
    write_whole(given.out, lambda file: file.write(page))
    return {"words": record["words"], "dimensions": record["dimensions"]}


def _has_text(library: Library, id: str) -> bool:
    return (library.model_folder(id) / "corpus.json").is_file()
