"""Answer a : b = c : ? with the nearest words.

With --vectors form, words that the text lacks are built from their parts.

With --json: a, b, c (as the vocabulary spells them), vectors, method, answers (a list of {word, score}),
verdict (whether the offset mattered), with_inputs, near_c and near_sum, as the page of analogies has them;
of a question with words that the text lacks, these as from_parts, and no verdict.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from w2v_core.command_line.opened_model import FROM_PARTS, add_model, add_vectors, read_model
from w2v_core.command_line.output import add_json, count, print_json, print_table
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.word_model import FORM
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
    model = read_model(given.model)
    asked = (given.a, given.b, given.c)
    if given.vectors == FORM and any(word not in model.vocabulary for word in asked):
        return _ask_of_parts(given, model, asked)
    vectors = model.vectors(given.vectors)
    found = solve(vectors, *asked, method=given.method, n=given.top)
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


def _ask_of_parts(given: argparse.Namespace, model: SkipGram, asked: Sequence[str]) -> None:
    a, b, c = map(model.vocabulary.spelled, asked)
    if given.method != "add":
        raise ValueError("Words that the text lacks are asked about with --method add alone.")
    answers = model.form_vectors().analogy(a, b, c, given.top)
    if not answers:
        raise ValueError(
            f"One of {a!r}, {b!r} and {c!r} shares no part of 3 to 6 letters with the words of this model."
        )
    lacked = [word for word in (a, b, c) if word not in model.vocabulary]
    if given.json:
        print_json(
            {
                **{"a": a, "b": b, "c": c, "vectors": given.vectors, "method": given.method},
                "answers": [{"word": word, "score": score} for word, score in answers],
                "from_parts": lacked,
            }
        )
    else:
        print_table([word, f"{score:.4f}"] for word, score in answers)
        print(FROM_PARTS.format(", ".join(lacked)))
