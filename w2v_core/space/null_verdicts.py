"""What the nulls of a list of pairs ask and answer, in English."""

from __future__ import annotations

import math

from w2v_core.space.nulls import LEVEL, Null, is_parallel

SEARCHED = "Searched for among millions of pairs: no p-value."
_ALIKE = {"parallelism": "as parallel", "closure": "as closed"}
_LISTS = {
    "random": "random list",
    "shuffled": "shuffled pairing",
    "nearness": "equally near list",
}
_MEASURES = {"parallelism": "Mean cosine", "closure": "Mean closure"}
_QUESTIONS = {
    "parallelism": {
        "random": "Would any words as frequent as these be as parallel?",
        "shuffled": "Does it matter which word is paired with which, or do two groups of words just "
        "lie beside each other?",
        "nearness": "Would the same first words, with other partners just as near, be as parallel?",
    },
    "closure": {
        "random": "Would the diamonds of any words as frequent as these close as well?",
        "shuffled": "Does it matter for the closing which word is paired with which?",
        "nearness": "Would the diamonds of the same first words, with other partners just as near, close "
        "as well?",
    },
}


def question(null: Null, statistic: str = "parallelism") -> str:
    """What this null asks."""
    return _QUESTIONS[statistic][null.kind]


def sentence(null: Null, statistic: str = "parallelism") -> str:
    """What it answers, in two or three sentences: how many lists, p, and the size beside it."""
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
            f"{p_text(1 / orders)}: add pairs to ask this."
        )
    return text


def size(null: Null, statistic: str = "parallelism") -> str:
    """How large it is, which no p tells: of the list itself, and on the mean of what chance gives."""
    observed, chance = null.observed(statistic), float(null.drawn(statistic).mean())
    return f"{_MEASURES[statistic]} {signed(observed)} here, {signed(chance)} there."


def summary(*lists: Null) -> str:
    """The list and all nulls in numbers, in one line."""
    by_chance = ", ".join(
        f"{_LISTS[null.kind]}s {signed(null.parallelism.mean())}" for null in lists
    )
    return (
        f"{lists[0].n_pairs} pairs; mean cosine of their offsets "
        f"{signed(lists[0].observed_parallelism)} ({by_chance})"
    )


def verdict(random: Null, shuffled: Null, nearness: Null) -> str:
    """What the three nulls say together, in one sentence."""
    if is_parallel(random, shuffled, nearness):
        return (
            "Parallel: more than words as frequent would be, more than these words would be if paired "
            "otherwise, and more than other partners just as near."
        )
    if is_parallel(random, shuffled):
        return "Near rather than related: other partners just as near are as parallel."
    if random.p <= LEVEL:
        return (
            "Two groups of words lie beside each other; which word is paired with which makes no "
            "difference that chance would not."
        )
    if shuffled.p <= LEVEL:
        return (
            "This pairing is the most parallel one these words have, but other words as frequent "
            "are as parallel by chance."
        )
    return "Not parallel: chance does as well."


def p_text(p: float) -> str:
    """p as it is printed: .001, .04, .2, 1."""
    if p >= 0.995:
        return "1"
    digits = 3 if p < 0.0095 else 2
    return f"{p:.{digits}f}"[1:]


def signed(value: float) -> str:
    """Two decimals as they are printed: −0.12, and no minus before 0.00."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")
