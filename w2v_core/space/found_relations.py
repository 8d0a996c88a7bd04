"""Relations found in a text that are sure enough to open on: pairs whose questions the vectors answer.

The best of millions of pairs look parallel because they were selected for it (``space.discover``), in any
text. A relation is offered as a first example only where there is more than that: see ``Evidence``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v_core.space.analogy import scores
from w2v_core.space.discover import propose_relations
from w2v_core.space.example_words import content_rows
from w2v_core.space.null_nearness import near_partners
from w2v_core.space.nulls import LEVEL, shuffled_pairings
from w2v_core.space.relations import diamonds
from w2v_core.space.vectors import WordVectors

PAIRS = 10  # of a relation, the most parallel ones, which are examined
FEWEST = 5  # four pairs have only 24 pairings, which are no test
PARALLEL = 0.5
MORE_THAN_CHANCE = 0.25
RIGHT = 0.5
_ALIKE = 0.6  # the least cosine with the mean offset: about .7 where the parallelism is .5
_DRAWS = 200


@dataclass(frozen=True)
class Evidence:
    """What speaks for a relation that was found, beyond that it was found.

    Attributes
    ----------
    parallelism, by_chance : float
        The mean cosine of the offsets, and the same with the second words shuffled.
    p : float
        The larger p of two nulls, shuffled pairings and other partners just as near. It is too small,
        since the pairs were selected for their parallelism, so it can refute a relation but not
        establish one.
    right, right_by_output : float
        The share of the questions among the pairs (each pair asked from each other one) that have the
        right answer by the center vectors, and by the output vectors; the search saw only the former.
        ``right_by_output`` is None where there are no output vectors.
    """

    n_pairs: int
    parallelism: float
    by_chance: float
    p: float
    right: float
    right_by_output: float | None

    @property
    def suffices(self) -> bool:
        """At least five pairs; a parallelism of at least .5, and .25 more than with shuffled partners;
        p ≤ .05; and at least half of the questions right, by either kind of vectors.

        In texts in seven languages (``tests/benchmarks/openings.py``) this kept the relations of the
        small world and none that made no sense to a reader, such as *hiesig : hospital :: breslau :
        akademie*, whose parallelism was .44, with .26 by chance, and a third of the answers right.
        """
        shares = [self.right] + ([] if self.right_by_output is None else [self.right_by_output])
        return (
            self.n_pairs >= FEWEST
            and self.parallelism >= PARALLEL
            and self.parallelism - self.by_chance >= MORE_THAN_CHANCE
            and self.p <= LEVEL
            and min(shares) >= RIGHT
        )


def evidence(unit: np.ndarray, rows: np.ndarray, output: np.ndarray | None = None) -> Evidence:
    """What speaks for a relation.

    Parameters
    ----------
    unit : float (|W|, d)
        Center vectors of length 1, in which it was found.
    rows : int (k, 2)
        Its pairs, k ≥ 2.
    output : float (|W|, d), optional
        Output vectors of length 1.
    """
    shuffled = shuffled_pairings(unit, rows, _DRAWS)
    return Evidence(
        len(rows),
        diamonds(unit, rows).parallelism,
        float(shuffled.parallelism.mean()),
        max(shuffled.p, near_partners(unit, rows, _DRAWS).p),
        share_right(unit, rows),
        None if output is None else share_right(output, rows),
    )


def share_right(unit: np.ndarray, rows: np.ndarray) -> float:
    """Of the questions a : b :: c : d among pairs, int (k, 2), the share with d as the first answer, the
    three given words left out."""
    one, other = np.nonzero(~np.eye(len(rows), dtype=bool))
    a, b = rows[one].T
    c, d = rows[other].T
    values = np.array(scores(unit, a, b, c), np.float32)
    for given in (a, b, c):
        values[np.arange(len(a)), given] = -np.inf
    return float((values.argmax(axis=1) == d).mean())


def sure_relations(
    space: WordVectors, counts: np.ndarray, output: WordVectors | None = None, n: int = 8
) -> list[list[tuple[str, str]]]:
    """At most n relations of a text's content words for which the ``evidence`` suffices, as lists of word
    pairs, the best first; empty where none is sure.

    Only content words (``example_words.content_rows``) are searched: function words are related by grammar,
    and rare words by accident.
    """
    rows = content_rows(space.words, counts)
    rows = rows[~np.isin(rows, space.zero_rows)]
    unit = space.unit
    words = [space.words[row] for row in rows]
    found = propose_relations(unit[rows], words, inflections=False, alike=_ALIKE)
    lists = []
    for relation in found:
        pairs = rows[relation.rows[:PAIRS]]
        if len(pairs) < FEWEST or diamonds(unit, pairs).parallelism < PARALLEL:
            continue  # the rest takes longer
        if evidence(unit, pairs, None if output is None else output.unit).suffices:
            lists.append([(space.words[a], space.words[b]) for a, b in pairs.tolist()])
    return lists[:n]
