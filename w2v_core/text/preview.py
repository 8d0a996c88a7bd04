"""What each step of a preparation does to a person's own text: a few places, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from w2v_core.text.corpus import Corpus
from w2v_core.text.hyphens import hyphenated, join_hyphens
from w2v_core.text.number_words import is_number
from w2v_core.text.phrases import Phrases, as_corpus_words
from w2v_core.text.tokenizer import tokenise, tokens_of

HEAD = 400_000
"""Bytes of the text that are looked through for examples."""
_MOST_LINES = 4_000
_AROUND = 6  # words on each side of the first change

Example = tuple[str, str]


def head_of(corpus: Corpus) -> str:
    """The beginning of a corpus's text."""
    with corpus.open_text() as file:
        return file.read(HEAD).decode("utf-8", "ignore")


def lowercase_examples(text: str, unit: str = "words", n: int = 2) -> list[Example]:
    """Words as they are written, and in lower case."""
    return _examples(text, unit, False, lambda words: [w.lower() for w in words], n)


def number_examples(
    text: str, numbers: str, lowercase: bool, unit: str = "words", n: int = 2
) -> list[Example]:
    """Lines with numbers, and what becomes of them."""

    def after(words: list[str]) -> list[str]:
        if numbers == "drop":
            return [w for w in words if not is_number(w)]
        return [w for w, *_ in as_corpus_words([(w, 0, 0) for w in words], numbers, None)]

    return _examples(text, unit, lowercase, after, n)


def rule_examples(
    text: str, setting: str, before: str, after: str, lowercase: bool, unit: str, n: int = 2
) -> list[Example]:
    """Lines as a setting of the tokeniser cuts them, and as another value of it does.

    Parameters
    ----------
    text : str
    setting : "addresses", "emoji" or "language"
    before, after : str
        Its values.
    lowercase, unit
        As for ``Corpus.from_text``.
    n : int
        Lines at most.
    """

    def cut(words: list[str], value: str) -> list[str]:
        return tokens_of(" ".join(words), lowercase=lowercase, unit=unit, **{setting: value})

    # From words as they are written: Turkish has another lower case for them.
    return _examples(
        text, unit, False, lambda words: cut(words, after), n, lambda words: cut(words, before)
    )


def phrase_examples(
    text: str, phrases: Sequence[str], lowercase: bool, unit: str = "words", n: int = 3
) -> list[Example]:
    """Lines with phrases, and the same with the phrases joined."""
    joined = Phrases(phrases)
    return _examples(
        text,
        unit,
        lowercase,
        lambda words: [w for w, *_ in as_corpus_words([(w, 0, 0) for w in words], "keep", joined)],
        n,
    )


def stop_examples(
    text: str, left_out: Sequence[str], lowercase: bool, unit: str = "words", n: int = 2
) -> list[Example]:
    """Lines, and the same without the words left out."""
    out = set(left_out)
    return _examples(text, unit, lowercase, lambda words: [w for w in words if w not in out], n)


def hyphen_examples(text: str, kept: set[str], n: int = 3) -> tuple[list[Example], int]:
    """Words that a line end cut, and how they are joined; and how many of them there are."""
    found = list(hyphenated(text))
    examples = []
    for a, b in dict.fromkeys(found):
        examples.append((f"{a}- ⏎ {b}", join_hyphens(f"{a}-\n{b}", kept).strip()))
        if len(examples) == n:
            break
    return examples, len(found)


def sentence_examples(text: str, sentence_ends: str, n: int = 4) -> list[str]:
    """The first sentences as they are cut."""
    data = text[:20_000].encode("utf-8", "replace")
    block = tokenise(data, sentence_ends=sentence_ends)
    found = []
    for start, stop, length in zip(block.starts, block.stops, block.lengths, strict=True):
        if length:
            found.append(" ".join(data[start:stop].decode("utf-8", "replace").split()))
        if len(found) == n:
            break
    return found


def coverage_table(
    all_counts: np.ndarray, least: Sequence[int] = (1, 2, 3, 5, 10, 20, 50)
) -> list[tuple[int, int, float]]:
    """For each minimum count: how many words have it, and the share of the running text they make.

    Parameters
    ----------
    all_counts : int (n_distinct,)
        Largest first.
    least : sequence of int
    """
    counts = np.asarray(all_counts, np.int64)
    total = max(int(counts.sum()), 1)
    running = np.concatenate(([0], np.cumsum(counts)))
    number = [int(np.searchsorted(-counts, -k, side="right")) for k in least]
    return [(k, n, float(running[n] / total)) for k, n in zip(least, number, strict=True) if n]


def _examples(
    text: str,
    unit: str,
    lowercase: bool,
    step: Callable[[list[str]], list[str]],
    n: int,
    without: Callable[[list[str]], list[str]] = list,
) -> list[Example]:
    """Lines as they are without a step, and with it."""
    found: list[Example] = []

    def cut(lines: Sequence[str]) -> list[str]:
        return tokens_of("\n".join(lines), lowercase=lowercase, unit=unit)

    def changes(lines: Sequence[str]) -> bool:
        words = cut(lines)
        return without(words) != step(words)

    for line in _changed(list(dict.fromkeys(_lines(text))), changes):
        words = cut([line])
        before, after = without(words), step(words)
        first = next(
            (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
            min(len(before), len(after)),
        )
        start = max(first - _AROUND, 0)
        stop = first + 2 * _AROUND
        window = words[start:stop]
        example = (" ".join(without(window)), " ".join(step(window)))
        if example[0] != example[1] and example not in found:
            found.append(example)
        if len(found) == n:
            break
    return found


def _changed(lines: Sequence[str], changes: Callable[[Sequence[str]], bool]) -> Iterator[str]:
    """The lines in which something changes, in order. Many lines are cut in hardly more time than one, so
    all are looked at together, then their halves."""
    if not changes(lines):
        return
    if len(lines) == 1:
        yield lines[0]
        return
    middle = len(lines) // 2
    yield from _changed(lines[:middle], changes)
    yield from _changed(lines[middle:], changes)


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines()):
        if number >= _MOST_LINES:
            return
        yield line[:2_000]
