"""Print the words nearest to a word.

With --vectors form, a word that the text lacks is built from its parts.

With --json: word (as the vocabulary spells it), vectors, metric, from_parts (whether the text lacks the
word), and neighbours, a list of {word, value}.
"""

from __future__ import annotations

import argparse

from w2v_core.command_line.opened_model import FROM_PARTS, add_model, add_vectors, read_model
from w2v_core.command_line.output import add_json, count, print_json, print_table
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.word_model import FORM
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
    model = read_model(given.model)
    from_parts = given.vectors == FORM and given.word not in model.vocabulary
    if from_parts:
        word = model.vocabulary.spelled(given.word)
        found = _of_new_word(model, word, given.top, given.metric)
    else:
        vectors = model.vectors(given.vectors)
        word = vectors.words[vectors.vocabulary.index(given.word)]
        found = vectors.most_similar(word, given.top, given.metric)
    if given.json:
        print_json(
            {
                "word": word,
                "vectors": given.vectors,
                "metric": given.metric,
                "from_parts": from_parts,
                "neighbours": [{"word": w, "value": float(value)} for w, value in found],
            }
        )
    else:
        print_table([w, f"{value:.4f}"] for w, value in found)
        if from_parts:
            print(FROM_PARTS.format(word))


def _of_new_word(model: SkipGram, word: str, n: int, metric: str) -> list[tuple[str, float]]:
    if metric != "cosine":
        raise ValueError(
            f"The text lacks {word!r}, and such words have cosines alone: leave out --metric."
        )
    found = model.form_vectors().nearest(word, n)
    if not found:
        raise ValueError(f"{word!r} shares no part of 3 to 6 letters with the words of this model.")
    return found
