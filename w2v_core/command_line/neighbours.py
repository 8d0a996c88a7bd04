"""Print the nearest words of a word.

With --json: {"word", "vectors", "metric", "neighbours": [{"word", "similarity"}, …]}.
"""

from __future__ import annotations

import argparse
import json

from w2v_core.command_line.opened_model import add_model, add_vectors, opened
from w2v_core.space.vectors import DEFAULT_METRIC, METRICS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("word", metavar="WORD")
    parser.add_argument(
        "--metric",
        choices=METRICS,
        default=DEFAULT_METRIC,
        help=f"how nearness is measured (default: {DEFAULT_METRIC})",
    )
    add_vectors(parser, "center")


def run(given: argparse.Namespace) -> int:
    with opened(given.model) as model:
        space = model.model().vectors(given.vectors)
        found = space.most_similar(given.word, given.top, given.metric)
        known = space.words[space.vocabulary.index(given.word)]
    if given.json:
        print(
            json.dumps(
                {
                    "word": known,
                    "vectors": given.vectors,
                    "metric": given.metric,
                    "neighbours": [{"word": word, "similarity": value} for word, value in found],
                },
                ensure_ascii=False,
            )
        )
    else:
        for word, value in found:
            print(f"{value:8.4f}  {word}")
    return 0
