"""Word vectors opened up: train the exact softmax skip-gram on a text, and look at what it learned."""

from w2v_core.library.model_files import load_model, save_model
from w2v_core.model.certainty import how_sure
from w2v_core.model.compared_use import compare_corpora
from w2v_core.model.count_vectors import CountVectors
from w2v_core.model.followed_words import follow_words
from w2v_core.model.skipgram import SkipGram
from w2v_core.space.vectors import WordVectors
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs

__all__ = [
    "Corpus",
    "CountVectors",
    "SkipGram",
    "WordVectors",
    "compare_corpora",
    "count_pairs",
    "follow_words",
    "how_sure",
    "load_model",
    "save_model",
]
