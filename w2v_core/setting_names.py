"""What the settings of a training are called on screen; the library knows them by their Python names."""

from __future__ import annotations

import re

SETTING_NAMES = {
    "min_count": "Minimum count",
    "max_vocab": "Maximum vocabulary",
    "lowercase": "Ignore capitals",
    "unit": "Unit",
    "sentence_ends": "Sentence ends",
    "numbers": "Numbers",
    "addresses": "Web and e-mail addresses",
    "emoji": "Emoji",
    "language": "Language rules",
    "stop_most": "Most frequent words to leave out",
    "window": "Window",
    "weighting": "Weighting",
    "subsample": "Subsampling threshold",
    "dim": "Dimensions",
    "solver": "Solver",
    "epochs": "Maximum passes",
    "learning_rate": "Learning rate",
    "prior": "Prior",
    "anchored": "Anchored scores",
    "smoothing": "Smoothing",
    "count_vectors": "Add count vectors",
    "batch_size": "Batch size",
    "decay": "Learning rate decay",
    "tolerance": "Tolerance",
    "held_out": "Held-out share",
    "seed": "Random seed",
}

_FIELDS = SETTING_NAMES | {"perplexity": "Perplexity", "iterations": "Iterations"}  # of a t-SNE too
_QUOTE = "'"
_GIVEN = re.compile(r"(?:^|(?<=with )|(?<=Choose ))(\w+)=('[^']*'|\S+?)(?=[:,;.]?(?:\s|$))")
_OPEN = re.compile(r',? or (None|"auto")\.')
_BARE = re.compile(rf"(?<=[Ll]ower )({'|'.join(_FIELDS)})\b|(?<= or )(batch_size)\b")


def with_screen_names(sentence: str) -> str:
    """A sentence of the library with its settings named as on screen: "Dimensions = 300" for
    "dim=300". Words of a text that it quotes stay as they are."""

    def given(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{_FIELDS[name]} = {value.strip(_QUOTE)}" if name in _FIELDS else found.group()

    def bare(found: re.Match[str]) -> str:
        return f"“{_FIELDS[found.group()]}”"

    sentence, number = _GIVEN.subn(given, sentence)
    if not number:
        return sentence
    sentence = sentence.replace(" or 'sentence'.", " or turn on “Whole sentence”.")
    return _OPEN.sub(", or leave the field empty.", _BARE.sub(bare, sentence))
