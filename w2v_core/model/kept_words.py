"""The words of a model whose vectors were stored in trainings on parts of its text."""

from __future__ import annotations

from w2v_core.model.word_model import WordModel
from w2v_core.space.vectors import WordVectors


class KeptWords:
    """A model's most frequent words, the only ones that queries and answers can contain.

    Parameters
    ----------
    model : WordModel
        Trained on the whole text.
    number : int
        The number of stored words.
    where : str
        Where they were stored, for ``note`` ("in the resamples").

    Attributes
    ----------
    words : list of str
        Most frequent first.
    """

    def __init__(self, model: WordModel, number: int, where: str):
        self.words = model.words[:number]
        self._model, self._where = model, where
        self._spaces: dict[str, WordVectors] = {}

    @property
    def note(self) -> str | None:
        """A sentence if some words of the model were left out, else None."""
        if len(self.words) == len(self._model.words):
            return None
        return (
            f"Only the {len(self.words):,} most frequent of {len(self._model.words):,} words were "
            f"kept {self._where}, so the lists contain no others."
        )

    def _space(self, which: str) -> WordVectors:
        """These words with the vectors of the model itself."""
        if which not in self._spaces:
            whole = self._model.vectors(which)
            kept = whole.matrix[: len(self.words)]
            lowercase = self._model.vocabulary.lowercase
            self._spaces[which] = WordVectors(self.words, kept, lowercase=lowercase)
        return self._spaces[which]
