"""Answer a : b = c : ? with the nearest words.

With --json: a, b, c (as the vocabulary spells them), vectors, method, answers (a list of {word, score}),
verdict (whether the offset mattered), with_inputs, near_c and near_sum, as the page of analogies has them.
"""

from __future__ import annotations

import argparse

from w2v_core.command_line.opened_model import add_model, add_vectors, vectors_of
from w2v_core.command_line.output import add_json, count, print_json, print_table
from w2v_core.space.analogy import METHODS, solve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    for name in "abc":
        parser.add_argument(name)
    parser.add_argument(
        "--top", type=count, default=10, metavar="N", help="How many (default: 10)."
    )
    parser.add_argument(
        "--method",
        choices=tuple(METHODS),
        default="add",
        help="; ".join(f"{name}: {said}" for name, said in METHODS.items()) + " (default: add).",
    )
    add_vectors(parser)
    add_json(parser)


def run(given: argparse.Namespace) -> None:
    vectors = vectors_of(given.model, given.vectors)
    found = solve(vectors, given.a, given.b, given.c, method=given.method, n=given.top)
    if given.json:
        print_json(
            {
                "a": found.a,
                "b": found.b,
                "c": found.c,
                "vectors": given.vectors,
                "method": found.method,
                "answers": [{"word": word, "score": score} for word, score in found.answers],
                "verdict": found.verdict,
                "with_inputs": found.with_inputs,
                "near_c": found.near_c,
                "near_sum": found.near_sum,
            }
        )
    else:
        print_table([word, f"{score:.4f}"] for word, score in found.answers)
        print(found.verdict)
