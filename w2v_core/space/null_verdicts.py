"""The questions and answers of the nulls of a list of pairs, in English."""

from __future__ import annotations

import math

from w2v_core.space.nulls import LEVEL, Null, is_parallel

SEARCHED = "These pairs were selected from millions, so there is no p-value."
_ALIKE = {"parallelism": "as parallel", "closure": "as closed"}
_LISTS = {
    "random": "random list",
    "shuffled": "shuffled pairing",
    "nearness": "equally near list",
}
_MEASURES = {"parallelism": "Mean cosine", "closure": "Mean closure"}
_QUESTIONS = {
    "parallelism": {
        "random": "Would other words with the same frequencies be as parallel?",
        "shuffled": "Does it matter which word is paired with which, or are there just two groups of "
        "words near each other?",
        "nearness": "Would the same first words be as parallel with other partners just as near?",
    },
    "closure": {
        "random": "Would the diamonds of other words with the same frequencies close as well?",
        "shuffled": "Does the closure depend on which word is paired with which?",
        "nearness": "Would the diamonds of the same first words close as well with other partners just "
        "as near?",
    },
}


def question(null: Null, statistic: str = "parallelism") -> str:
    """The question that this null asks."""
    return _QUESTIONS[statistic][null.kind]


def sentence(null: Null, statistic: str = "parallelism") -> str:
    """Its answer in two or three sentences: the number of lists, p, and the effect size."""
    lists, alike, count = _LISTS[null.kind], _ALIKE[statistic], null.as_extreme(statistic)
    p = p_text(null.p_of(statistic))
    if count == 0:
        how_many = f"None of {null.draws:,} {lists}s is"
    elif count == 1:
        how_many = f"One of {null.draws:,} {lists}s is"
    else:
        how_many = f"{count:,} of {null.draws:,} {lists}s are"
    text = f"{how_many} {alike} (p = {p}). {size(null, statistic)}"
    if null.kind == "shuffled" and null.n_pairs < 5:
        orders = math.factorial(null.n_pairs)
        text += (
            f" {null.n_pairs} pairs have only {orders} orders, so p cannot fall far below "
            f"{p_text(1 / orders)}. Add pairs to make this test meaningful."
        )
    return text


def size(null: Null, statistic: str = "parallelism") -> str:
    """The size of the effect, which p does not show: the value of the list and the mean of the null."""
    observed, chance = null.observed(statistic), float(null.drawn(statistic).mean())
    return f"{_MEASURES[statistic]} {signed(observed)} for this list, {signed(chance)} by chance."


def summary(*lists: Null) -> str:
    """The list and all nulls in numbers, on one line."""
    by_chance = ", ".join(
        f"{_LISTS[null.kind]}s {signed(null.parallelism.mean())}" for null in lists
    )
    return (
        f"{lists[0].n_pairs} pairs; mean cosine of their offsets "
        f"{signed(lists[0].observed_parallelism)} ({by_chance})"
    )


def verdict(random: Null, shuffled: Null, nearness: Null) -> str:
    """The combined result of the three nulls in one sentence."""
    if is_parallel(random, shuffled, nearness):
        return (
            "Parallel: more so than other words with the same frequencies, the same words in other "
            "pairings, or the same first words with other partners just as near."
        )
    if is_parallel(random, shuffled):
        return (
            "Near rather than related: pairs with other partners that are just as near are as "
            "parallel."
        )
    if random.p <= LEVEL:
        return (
            "Two groups of words near each other: which word is paired with which makes no significant "
            "difference."
        )
    if shuffled.p <= LEVEL:
        return (
            "This pairing is more parallel than other pairings of these words, but other words with the "
            "same frequencies are as parallel by chance."
        )
    return "Not parallel: no more than by chance."


def p_text(p: float) -> str:
    """p as text: .001, .04, .2, 1."""
    if p >= 0.995:
        return "1"
    digits = 3 if p < 0.0095 else 2
    return f"{p:.{digits}f}"[1:]


def signed(value: float) -> str:
    """A number with two decimals: −0.12, and no minus before 0.00."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")
