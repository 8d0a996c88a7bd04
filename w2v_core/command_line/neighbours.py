"""Print the words nearest to a word.

With --json: word (as the vocabulary spells it), vectors, metric, and neighbours, a list of {word, value}.
"""

from __future__ import annotations

import argparse

from w2v_core.command_line.opened_model import add_model, add_vectors, vectors_of
from w2v_core.command_line.output import add_json, count, print_json, print_table
from w2v_core.space.vectors import DEFAULT_METRIC, METRICS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("word", metavar="WORD")
    parser.add_argument(
        "--top", type=count, default=10, metavar="N", help="How many (default: 10)."
    )
    parser.add_argument(
        "--metric",
        choices=METRICS,
        default=DEFAULT_METRIC,
        help=f"How nearness is measured (default: {DEFAULT_METRIC}).",
    )
    add_vectors(parser)
    add_json(parser)


def run(given: argparse.Namespace) -> None:
    vectors = vectors_of(given.model, given.vectors)
    word = vectors.words[vectors.vocabulary.index(given.word)]
    found = vectors.most_similar(word, given.top, given.metric)
    if given.json:
        print_json(
            {
                "word": word,
                "vectors": given.vectors,
                "metric": given.metric,
                "neighbours": [{"word": w, "value": float(value)} for w, value in found],
            }
        )
    else:
        print_table([w, f"{value:.4f}"] for w, value in found)
