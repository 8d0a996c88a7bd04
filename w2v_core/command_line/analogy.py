"""Answer an analogy: A is to B as C is to …

With --json: {"a", "b", "c", "vectors", "answers": [{"word", "score"}, …], "decided"}; "decided" says
whether the offset made the difference: the answer is neither the nearest word of C nor that of B + C.
"""

from __future__ import annotations

import argparse
import json

from w2v_core.command_line.opened_model import add_model, add_vectors, opened
from w2v_core.space.analogy import solve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    for name in "abc":
        parser.add_argument(name, metavar=name.upper())
    add_vectors(parser, "center")


def run(given: argparse.Namespace) -> int:
    with opened(given.model) as model:
        space = model.model().vectors(given.vectors)
        found = solve(space, given.a, given.b, given.c, n=given.top)
    if given.json:
        print(
            json.dumps(
                {
                    "a": found.a,
                    "b": found.b,
                    "c": found.c,
                    "vectors": given.vectors,
                    "answers": [{"word": word, "score": value} for word, value in found.answers],
                    "decided": found.decided,
                },
                ensure_ascii=False,
            )
        )
    else:
        for word, value in found.answers:
            print(f"{value:8.4f}  {word}")
        if not found.decided:
            print("Without the offset the answer would be the same: this shows no analogy.")
    return 0
