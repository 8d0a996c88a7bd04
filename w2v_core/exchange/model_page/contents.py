"""What the page of a model shows, as JSON values: ``types.d.ts`` describes them."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from w2v_core.exchange.model_page.relations import analogies, found_relations, measured_lists
from w2v_core.exchange.version import NAME, app_version
from w2v_core.figures import theme
from w2v_core.figures.coloring import GROUPS
from w2v_core.model.certainty import SURE, Certainty
from w2v_core.model.gain_verdict import chance_verdict
from w2v_core.model.skipgram import SkipGram
from w2v_core.space import trust
from w2v_core.space.clusters import cluster
from w2v_core.space.example_words import opening_word
from w2v_core.space.presets import offered_lists
from w2v_core.space.projection import pca
from w2v_core.space.vectors import WordVectors
from w2v_core.text.concordance import Concordance
from w2v_core.text.samples import DATA
from w2v_core.vocabulary import Vocabulary

NEAREST = 10
MOST_WORDS = 20_000
"""The most frequent words, that a page holds of a larger vocabulary: 4 MB, and half a minute to gather."""
MOST_SURE = 10_000  # words of which it is said how sure their neighbours are: 20 s for ten splits
CLUSTERS = 8
_STEPS = 20_000  # places along the longer side of a map
_TRUST_SAMPLE = 1_000  # words whose trust is measured


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a model beside its vectors.

    Attributes
    ----------
    name, source : str
        As the library calls the model, and the text or the file that it came from.
    created : float
        When it was made, in seconds since 1970.
    n_tokens : int, optional
        Words of the text; None where that is not known.
    record : dict
        What ``work.methods_record.methods_record`` returned.
    facts : sequence of (what, value, by)
        The record in words.
    tsne : tuple of (dict, float (n, 2)), optional
        A t-SNE of the n most frequent words' center vectors: its parameters and coordinates, as
        ``work.drawn_maps.drawn_map`` returns them.
    certainty : Certainty, optional
        What both halves of the text say, where that was asked.
    documents : int
        The number of documents that the halves were made of; 0 where none are known.
    lines : Concordance, optional
        The text, where reasons may quote lines of it.
    sets : mapping of str to sequence of str
        Sets of words kept with the model.
    """

    name: str
    source: str
    created: float
    n_tokens: int | None = None
    record: dict[str, Any]
    facts: Sequence[tuple[str, str, str]] = ()
    tsne: tuple[Mapping[str, Any], np.ndarray] | None = None
    certainty: Certainty | None = None
    documents: int = 0
    lines: Concordance | None = None
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)


def contents(
    model: SkipGram,
    about: About,
    written: float | None = None,
    tell: Callable[[float, str], bool] = lambda share, sentence: False,
) -> dict[str, Any]:
    """Gather everything: the center vectors' maps, clusters and neighbours, relations and their reasons.

    Parameters
    ----------
    model : SkipGram
    about : About
    written : float, optional
        The time that the page says it was written; now by default.
    tell : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True stops.

    Raises
    ------
    InterruptedError
        when ``tell`` said stop.
    """

    def part(begin: float, end: float, sentence: str) -> Callable[[float], None]:
        """Reports what is done of a part of the work."""

        def told(share: float) -> None:
            if tell(begin + share * (end - begin), sentence):
                raise InterruptedError("The page was stopped.")

        told(0.0)
        return told

    all_words, model = len(model.words), most_frequent(model, MOST_WORDS)
    space = model.vectors("center")
    near_end = (
        0.2 if about.certainty is None else 0.8
    )  # of the whole, the part that neighbours take
    near = neighbours(
        space, about.certainty, tell=part(0, near_end, "Finding the neighbours of every word")
    )
    half = (1 + near_end) / 2
    told = part(near_end, half, "Measuring the diamonds")
    lists = offered_lists(model.vocabulary, DATA)
    diamonds = measured_lists(model, space, lists, about.lines, told)
    if not diamonds:
        diamonds = found_relations(model, space, about.lines, told)
    told = part(half, 0.98, "Answering analogies")
    answered = analogies(model, space, lists, about.certainty, about.lines, told)
    part(0.98, 1, "Drawing the maps")
    return {
        "name": about.name,
        "source": about.source,
        "made": _day(about.created),
        "tokens": about.n_tokens or 0,
        "notice": " ".join(chance_verdict(model.gain, "what this page shows")).strip(),
        "dimensions": int(model.V.shape[1]),
        "words": model.words,
        "all_words": all_words,
        "counts": model.counts.tolist() if model.has_counts else None,
        "maps": maps(space, about.tsne),
        "clusters": _clusters(space),
        "neighbours": near,
        "certainty": _certainty(about),
        "opening": space.vocabulary.index(opening_word(space, model.counts)),
        "diamonds": diamonds,
        "analogies": answered,
        "sets": {name: _rows(space, words) for name, words in about.sets.items()},
        "quotes": about.lines is not None,
        "facts": [list(fact) for fact in about.facts],
        "record": json.dumps(about.record, ensure_ascii=False, indent=1),
        "fingerprint": str(about.record.get("vectors_sha256") or ""),
        "app": f"{NAME} {app_version()}".strip(),
        "written": _day(time.time() if written is None else written),
    }


def most_frequent(model: SkipGram, n: int) -> SkipGram:
    """The model with its n most frequent words alone."""
    if len(model.words) <= n:
        return model
    cut = copy.copy(model)
    cut.vocabulary = Vocabulary(model.words[:n], model.vocabulary.lowercase)
    cut.words, cut.counts = cut.vocabulary.words, model.counts[:n]
    cut.V, cut.log_q = model.V[:n], model.log_q[:n]
    cut.U = None if model.U is None else model.U[:n]
    return cut


def neighbours(
    space: WordVectors,
    certainty: Certainty | None,
    n: int = NEAREST,
    tell: Callable[[float], object] | None = None,
) -> dict[str, Any]:
    """The n nearest words of every word by cosine, and how sure they are.

    Returns
    -------
    dict
        ``each``: how many of every word follow one another in ``rows`` (−1: none), ``thousandths`` of the
        cosine, and where they were measured ``splits`` and ``percent`` (−1: not measured for this pair).
    """
    rows, cosines = space.nearest_of_all(n)
    missing = np.zeros(rows.shape, bool)
    missing[space.zero_rows] = True  # a vector of zeros has no neighbours, and is nobody's
    missing |= np.isin(rows, space.zero_rows)
    rows[missing] = -1
    cosines = np.where(missing, 0, cosines)
    found: dict[str, Any] = {
        "each": rows.shape[1],
        "rows": rows.ravel().tolist(),
        "thousandths": np.rint(1000 * cosines).astype(int).ravel().tolist(),
        "splits": None,
        "percent": None,
    }
    if certainty is not None and rows.shape[1]:
        splits, shares = certainty.of_lists(rows, MOST_SURE, tell=tell)
        percent = np.where(splits < 0, -1, np.rint(100 * shares))
        found["splits"] = splits.ravel().tolist()
        found["percent"] = percent.astype(int).ravel().tolist()
    return found


def maps(
    space: WordVectors, tsne: tuple[Mapping[str, Any], np.ndarray] | None
) -> list[dict[str, Any]]:
    """The maps that the page can show, the first of which it opens with."""
    found = []
    if tsne is not None:
        parameters, places = tsne
        which = "" if len(places) == len(space) else " most frequent"
        said = f"t-SNE of the {len(places):,}{which} words"
        if isinstance(parameters.get("perplexity"), (int, float)):
            said += f", perplexity {parameters['perplexity']:g}"
        found.append(_map("t-SNE", f"{said}.", space, places))
    components = pca(space.matrix)
    one, other = components.explained
    said = (
        f"The {len(space):,} words by the first two principal components, which explain {one:.1%} "
        f"and {other:.1%} of the variance."
    )
    found.append(_map("PCA", said, space, components.coordinates))
    return found


def _map(name: str, said: str, space: WordVectors, places: np.ndarray) -> dict[str, Any]:
    """Places as whole numbers, in the shape that the map has."""
    n = len(places)
    if n >= 3:
        sample = trust.sample_rows(n, _TRUST_SAMPLE)
        value = trust.point_trust(space.matrix[:n], places, sample).mean()
        said += (
            f" Trustworthiness {value:.2f} of 1: how far words that are near on the map are also "
            "near in all dimensions."
        )
    places = np.asarray(places, np.float64)
    low = places.min(axis=0)
    step = max(float(np.ptp(places, axis=0).max()), 1e-12) / _STEPS
    x, y = np.rint((places - low) / step).astype(int).T
    return {"name": name, "said": said, "x": x.tolist(), "y": y.tolist()}


def _clusters(space: WordVectors) -> dict[str, Any]:
    found = cluster(space.matrix, space.words, CLUSTERS)
    colors = [GROUPS[i % len(GROUPS)] for i in range(len(found.names))]
    return {
        "labels": found.labels.tolist(),
        "names": [list(names) for names in found.names],
        "colors": colors,
        "dark": [theme.ON_DARK.get(color, color) for color in colors],
    }


def _certainty(about: About) -> dict[str, Any] | None:
    if about.certainty is None:
        return None
    return {
        "splits": about.certainty.splits,
        "documents": about.documents,
        "sure": round(100 * SURE),
    }


def _rows(space: WordVectors, words: Sequence[str]) -> list[int]:
    found = (space.vocabulary.find(word) for word in words)
    return [row for row in found if row is not None]


def _day(seconds: float) -> str:
    when = time.localtime(seconds)
    return f"{when.tm_mday} {time.strftime('%B %Y', when)}"
