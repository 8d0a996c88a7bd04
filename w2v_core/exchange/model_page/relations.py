"""The diamonds and analogies of the page, each measured as the app measures it, with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from w2v_core.model.certainty import Certainty
from w2v_core.model.skipgram import SkipGram
from w2v_core.space import null_verdicts, nulls, planes
from w2v_core.space.analogy import solve
from w2v_core.space.discover import propose_relations
from w2v_core.space.example_words import opening_question
from w2v_core.space.logratios import log_probabilities, log_ratios, null_correlations
from w2v_core.space.null_nearness import near_partners
from w2v_core.space.relations import diamonds, known_pairs
from w2v_core.space.vectors import WordVectors
from w2v_core.text.concordance import Concordance, Line

Lists = Mapping[str, Sequence[tuple[str, str]]]
Told = Callable[[float], None]  # takes the share that is done, 0 to 1

MOST_LISTS = 6
MOST_PAIRS = 12  # of a list, as the app draws at first
MOST_FOUND = 6  # relations found in the text
MOST_ANALOGIES = 8
_ANSWERS = 5
_REASONS = 6  # context words named on each side
_GRAMMAR = (
    200  # the most frequent words of a large vocabulary, whose relations are those of the grammar
)
_SIDE = 70  # characters of a quoted line before and after its words


def measured_lists(
    model: SkipGram, space: WordVectors, lists: Lists, lines: Concordance | None, told: Told
) -> list[dict[str, Any]]:
    """The lists of related pairs that fit the vocabulary, measured against chance."""
    found: list[dict[str, Any]] = []
    for name, pairs in lists.items():
        rows = _with_direction(space, known_pairs(space.vocabulary, pairs[:MOST_PAIRS])[0])
        if len(rows) < 2:
            continue
        told(len(found) / MOST_LISTS)
        chance = (
            nulls.random_lists(space.unit, rows),
            nulls.shuffled_pairings(space.unit, rows),
            near_partners(space.unit, rows),
        )
        said = null_verdicts.verdict(*chance), null_verdicts.summary(*chance) + "."
        found.append(_diamond(model, space, name, rows, *said, lines))
        if len(found) == MOST_LISTS:
            break
    return found


def found_relations(
    model: SkipGram, space: WordVectors, lines: Concordance | None, told: Told
) -> list[dict[str, Any]]:
    """Relations that a search finds in the vectors; that makes them parallel, so there is no p-value."""
    first = 0 if len(space) < 20 * _GRAMMAR else _GRAMMAR
    found: list[dict[str, Any]] = []
    for relation in propose_relations(space.unit, space.words, MOST_FOUND, first=first):
        told(len(found) / MOST_FOUND)
        rows = np.asarray(relation.rows)[:MOST_PAIRS]
        verdict = "This relation was found by searching for parallel pairs, so it has no p-value."
        found.append(_diamond(model, space, "", rows, verdict, "", lines))
    return found


def _diamond(
    model: SkipGram,
    space: WordVectors,
    name: str,
    rows: np.ndarray,
    verdict: str,
    summary: str,
    lines: Concordance | None,
) -> dict[str, Any]:
    whole = diamonds(space.unit, rows)
    plane = planes.plane_of(space.unit, rows, "offset", 2)
    places = plane.place(space.unit[rows.ravel()]).reshape(len(rows), 4)
    return {
        "name": name,
        "pairs": rows.tolist(),
        "places": np.round(places, 4).tolist(),
        "along": np.round(whole.along, 3).tolist(),
        "parallelism": round(whole.parallelism, 3),
        "closure": round(whole.closure, 3),
        "verdict": verdict,
        "summary": summary,
        "why": why(model, space, (*rows[0].tolist(), *rows[1].tolist()), lines),
    }


def analogies(
    model: SkipGram,
    space: WordVectors,
    lists: Lists,
    certainty: Certainty | None,
    lines: Concordance | None,
    told: Told,
) -> list[dict[str, Any]]:
    """The questions that the app offers for this text, answered by 3CosAdd."""
    found: list[dict[str, Any]] = []
    for question in _questions(space, lists):
        told(len(found) / MOST_ANALOGIES)
        found.append(_answered(model, space, question, certainty, lines))
    return found


def _questions(space: WordVectors, lists: Lists) -> list[tuple[str, str, str, str]]:
    """a, b, c and the expected answer: of each list its first two pairs, before them the clearest question;
    where no list fits, of the relations that are found."""
    pairs: list[Sequence[tuple[str, str]]] = list(lists.values())
    if not pairs:
        first = 0 if len(space) < 20 * _GRAMMAR else _GRAMMAR
        relations = propose_relations(space.unit, space.words, MOST_ANALOGIES, first=first)
        pairs = [
            [(space.words[a], space.words[b]) for a, b in relation.rows[:8].tolist()]
            for relation in relations
        ]
    asked = [(*one[0], *one[1]) for one in pairs if len(one) > 1]
    if (best := opening_question(space, pairs)) is not None:
        asked.insert(0, (best.a, best.b, best.c, best.d))
    known = [q for q in dict.fromkeys(asked) if all(map(space.has_direction, q))]
    return [q for q in known if len(set(q)) == 4][:MOST_ANALOGIES]


def _answered(
    model: SkipGram,
    space: WordVectors,
    question: Sequence[str],
    certainty: Certainty | None,
    lines: Concordance | None,
) -> dict[str, Any]:
    a, b, c, expected = question
    index = space.vocabulary.index
    solved = solve(space, a, b, c, n=_ANSWERS)
    asked = [index(word) for word in (a, b, c)]
    answers = [[index(word), round(1000 * score)] for word, score in solved.answers]
    splits = percent = None
    if certainty is not None and max(*asked, answers[0][0]) < len(certainty.words):
        answer = certainty.answers(a, b, c, 1)[0]
        if space.vocabulary.find(answer.word) == answers[0][0]:
            splits, percent = answer.splits, round(100 * answer.share)
    return {
        "asked": asked,
        "expected": index(expected),
        "answers": answers,
        "verdict": solved.verdict,
        "splits": splits,
        "percent": percent,
        "why": why(model, space, (*asked, answers[0][0]), lines),
    }


def why(
    model: SkipGram,
    space: WordVectors,
    rows: Sequence[int],
    lines: Concordance | None,
) -> dict[str, Any] | None:
    """The contexts that pull d as they pull b (see ``space.logratios``), and for the strongest of them
    lines of the text; None for a model without output vectors."""
    if model.U is None:
        return None
    ratios = log_ratios(log_probabilities(model.V, model.U, model.log_q, list(rows)))
    null = null_correlations(model.V, model.U, model.log_q, rows)
    toward, away = ratios.toward(_REASONS).tolist(), ratios.away(_REASONS).tolist()
    quoted = []
    if lines is not None and (toward or away):
        context = space.words[(toward or away)[0]]
        for row in dict.fromkeys(rows):
            found, _ = lines.lines_together(space.words[row], context, model.window, 1)
            quoted += [{"word": row, "parts": _parts(line)} for line in found]
    return {
        "rows": list(rows),
        "toward": toward,
        "away": away,
        "r": round(ratios.r, 2),
        "chance": round(100 * float((null >= ratios.r).mean())),
        "lines": quoted,
    }


def _parts(line: Line) -> list[list[Any]]:
    """A line in parts, each with whether it is marked, cut to what stands around its words."""
    marks = sorted(span for span in (line.word, line.other) if span is not None)
    begin = max(marks[0][0] - _SIDE, 0)
    end = min(marks[-1][1] + _SIDE, len(line.text))
    parts: list[list[Any]] = [["… " if begin else "", False]]
    at = begin
    for start, stop in marks:
        if start >= at:
            parts += [[line.text[at:start], False], [line.text[start:stop], True]]
            at = stop
    parts.append([line.text[at:end] + (" …" if end < len(line.text) else ""), False])
    return [part for part in parts if part[0]]


def _with_direction(space: WordVectors, rows: np.ndarray) -> np.ndarray:
    return rows[~np.isin(rows, space.zero_rows).any(axis=1)]
