"""Lists of words for tests of association, each with its source; those that differ from it say "after"."""

from __future__ import annotations

from dataclasses import dataclass

CALISKAN = (
    "Caliskan, Bryson and Narayanan (2017): Semantics derived automatically from language corpora contain "
    "human-like biases. Science 356"
)
KOZLOWSKI = (
    "After the pairs for affluence of Kozlowski, Taddy and Evans (2019): The geometry of culture. American "
    "Sociological Review 84. It is a selection in which single words differ from theirs"
)
M49 = (
    "After the regions of the M49 standard of the United Nations Statistics Division (1999): ten countries "
    "of each, chosen here; pleasant and unpleasant: " + CALISKAN
)

_MALE = "male man boy brother he him his son"
_FEMALE = "female woman girl sister she her hers daughter"
_PLEASANT = "joy love peace wonderful pleasure friend laughter happy"
_UNPLEASANT = "agony terrible horrible nasty evil war awful failure"


@dataclass(frozen=True)
class AttitudeLists:
    """Two lists of target words and two of attributes, with names for each; ``about`` is "gender", "class"
    or "nation"."""

    name: str
    about: str
    source: str
    x_name: str
    x: tuple[str, ...]
    y_name: str
    y: tuple[str, ...]
    a_name: str
    a: tuple[str, ...]
    b_name: str
    b: tuple[str, ...]


def _lists(name: str, about: str, source: str, *named: tuple[str, str]) -> AttitudeLists:
    (x_name, x), (y_name, y), (a_name, a), (b_name, b) = (
        (label, tuple(words.split())) for label, words in named
    )
    return AttitudeLists(name, about, source, x_name, x, y_name, y, a_name, a, b_name, b)


READY_LISTS = (
    _lists(
        "Mathematics and the arts",
        "gender",
        CALISKAN,
        ("mathematics", "math algebra geometry calculus equations computation numbers addition"),
        ("arts", "poetry art dance literature novel symphony drama sculpture"),
        ("male", _MALE),
        ("female", _FEMALE),
    ),
    _lists(
        "Science and the arts",
        "gender",
        CALISKAN,
        ("science", "science technology physics chemistry einstein nasa experiment astronomy"),
        ("arts", "poetry art shakespeare dance literature novel symphony drama"),
        ("male", "brother father uncle grandfather son he his him"),
        ("female", "sister mother aunt grandmother daughter she hers her"),
    ),
    _lists(
        "Career and family",
        "gender",
        "After "
        + CALISKAN
        + ": the words for career and family are those of its sixth test, which "
        "has first names for men and women; their words here are those of its seventh",
        ("career", "executive management professional corporation salary office business career"),
        ("family", "home parents children family cousins marriage wedding relatives"),
        ("male", _MALE),
        ("female", _FEMALE),
    ),
    _lists(
        "Rich and poor",
        "class",
        KOZLOWSKI + "; pleasant and unpleasant: " + CALISKAN,
        (
            "rich",
            "rich richer richest affluent wealthy luxury expensive privileged prosperous valuable",
        ),
        (
            "poor",
            "poor poorer poorest destitute impoverished cheap inexpensive underprivileged needy worthless",
        ),
        ("pleasant", _PLEASANT),
        ("unpleasant", _UNPLEASANT),
    ),
    _lists(
        "Europe and Asia",
        "nation",
        M49,
        ("Europe", "france germany italy spain poland sweden greece portugal austria ireland"),
        ("Asia", "china japan india iran iraq korea vietnam pakistan turkey indonesia"),
        ("pleasant", _PLEASANT),
        ("unpleasant", _UNPLEASANT),
    ),
)
