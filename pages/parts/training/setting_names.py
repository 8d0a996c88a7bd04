"""What the settings of a training are called on screen; the library knows them by their Python names."""

from __future__ import annotations

SETTING_NAMES = {
    "min_count": "Minimum count",
    "max_vocab": "Maximum vocabulary",
    "lowercase": "Ignore capitals",
    "unit": "Unit",
    "sentence_ends": "Sentence ends",
    "numbers": "Numbers",
    "addresses": "Web and e-mail addresses",
    "emoji": "Emoji",
    "language": "Rules of a language",
    "stop_most": "Leave out the most frequent",
    "window": "Window",
    "weighting": "Weighting",
    "subsample": "Subsampling threshold",
    "dim": "Dimensions",
    "solver": "Solver",
    "epochs": "Epochs",
    "learning_rate": "Learning rate",
    "prior": "Prior",
    "anchored": "Anchored scores",
    "smoothing": "Smoothing",
    "count_vectors": "Count vectors too",
    "batch_size": "Batch size",
    "decay": "Learning rate decay",
    "tolerance": "Tolerance",
    "held_out": "Held-out share",
    "seed": "Random seed",
}
