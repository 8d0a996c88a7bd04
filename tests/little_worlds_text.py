"""A family of little worlds: short texts of invented words in which every analogy has one right answer.

A world has relations (as capital and country), each with pairs of names. Its sentences are drawn from
frames, so many times each: a pair's two names ``together``; a name with words of its ``role`` (all first
members, or all second ones); a name with a word that its ``pair`` alone has; and noise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from w2v_core.space.evaluation import Question

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True)
class LittleWorld:
    """What a world is drawn from, its text, and one question for every two pairs of a relation, both
    ways."""

    seed: int
    relations: int
    pairs: int
    repeats: int
    noise: float
    contexts: str
    text: str
    questions: list[Question]


CONTEXTS = ("role", "pair", "both", "neither")


def little_world(seed: int) -> LittleWorld:
    """The world of a seed: 1 to 4 relations of 6 to 14 pairs, every frame 2 to 8 times, up to a half as
    many sentences of noise. Where the ``contexts`` are those of the role or of neither, a pair has only
    its two names in common."""
    dice = random.Random(seed)
    contexts = CONTEXTS[seed % len(CONTEXTS)]
    relations, pairs = dice.randint(1, 4), dice.randint(6, 14)
    repeats, noise = dice.randint(2, 8), dice.choice((0.0, 0.1, 0.25, 0.5))
    words = _invented(dice)
    filler = [next(words) for _ in range(6)]
    sentences, questions, everything = [], [], []
    for number in range(relations):
        members = [(next(words), next(words)) for _ in range(pairs)]
        everything += [name for pair in members for name in pair]
        roles = [[next(words) for _ in range(dice.randint(2, 4))] for _ in range(2)]
        link = [next(words) for _ in range(2)]
        for a, b in members:
            frames = []
            if contexts != "pair":
                frames += [
                    [a, link[0], filler[0], link[1], filler[1], b],
                    [filler[2], a, link[0], b, link[1]],
                ]
            if contexts in ("role", "both"):
                for name, role in ((a, roles[0]), (b, roles[1])):
                    frames += [[filler[1], name, filler[2], word] for word in role]
            if contexts in ("pair", "both"):
                for own in (next(words), next(words)):
                    frames += [[filler[3], name, filler[4], own] for name in (a, b)]
            if contexts == "pair":  # without roles there would be nothing to tell the two apart
                frames += [
                    [name, role[0], filler[5]] for name, role in ((a, roles[0]), (b, roles[1]))
                ]
            sentences += frames * repeats
        for first in members:
            for second in members:
                if first is not second:
                    questions.append(Question(str(number), *first, *second))
                    questions.append(Question(str(number), *first[::-1], *second[::-1]))
    spare = [next(words) for _ in range(8)]
    for _ in range(round(noise * len(sentences))):
        sentences.append([*dice.sample(filler, 2), dice.choice(everything), *dice.sample(spare, 2)])
    dice.shuffle(sentences)
    text = "".join(" ".join(sentence).capitalize() + ".\n" for sentence in sentences)
    return LittleWorld(seed, relations, pairs, repeats, noise, contexts, text, questions)


def _invented(dice: random.Random):
    """Words of two or three syllables, none twice."""
    seen = set()
    while True:
        word = "".join(
            dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(dice.randint(2, 3))
        )
        if word not in seen:
            seen.add(word)
            yield word
