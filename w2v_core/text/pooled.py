"""Several texts as one: a single vocabulary, and which text each sentence came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.text.corpus import Corpus, CorpusSettings, EncodedText, default_min_count

Text = Corpus | Sequence[str] | Sequence[Sequence[str]]
"""A corpus, or sentences: each a list of words, or words separated by spaces."""


@dataclass(frozen=True)
class Pooled:
    """Texts joined.

    Attributes
    ----------
    corpus : Corpus
        All sentences with words of the joint vocabulary, text after text. It encodes the words alone: there
        is no text to look sentences up in.
    text : int (n_sentences,)
        The number of the text each sentence came from.
    documents : int (n_sentences,)
        Its document, numbered from 0 over all texts; −1 where the text's documents are not known.
    counts : int64 (texts, |W|)
        How often each word stands in each text.
    """

    corpus: Corpus
    text: np.ndarray
    documents: np.ndarray
    counts: np.ndarray


def pool(
    texts: Sequence[Text],
    documents: Sequence[np.ndarray | Sequence[int] | None] | None = None,
    words: Sequence[str] = (),
    names: Sequence[str] | None = None,
    max_vocab: int | None = 10_000,
) -> Pooled:
    """Join texts.

    Parameters
    ----------
    texts : sequence of Corpus or of sentences
        The words of a Corpus are those of its vocabulary.
    documents : sequence, optional
        For each text: an int for every sentence, or None.
    words : sequence of str
        Words to keep however rare they are.
    names : sequence of str, optional
        What errors call the texts; "text 1", "text 2", … when left out.
    max_vocab : int or None
        The most frequent so many words are kept.

    Raises
    ------
    ValueError
        for a text without words, and where the documents are not one whole number a sentence.
    """
    names = names or [f"text {number}" for number in range(1, len(texts) + 1)]
    documents = documents or [None] * len(texts)
    row_of: dict[str, int] = {}
    ids, lengths, of_document, of_text = [], [], [], []
    used = 0
    for number, (text, labels, name) in enumerate(zip(texts, documents, names, strict=True)):
        text_ids, text_lengths = _encoded(text, row_of, name)
        of_sentence = np.full(len(text_lengths), -1, np.int64)
        if labels is not None:
            found = np.asarray(labels)
            if found.shape != text_lengths.shape or found.dtype.kind not in "iu":
                raise ValueError(
                    f"documents of {name}: expected {len(text_lengths):,} whole numbers, one for each "
                    f"sentence, not {found.dtype} of shape {found.shape}."
                )
            of_sentence = used + np.unique(found, return_inverse=True)[1]
            used = int(of_sentence.max(initial=used - 1)) + 1
        ids.append(text_ids)
        lengths.append(text_lengths)
        of_document.append(of_sentence)
        of_text.append(np.full(len(text_lengths), number))
    all_ids, all_lengths = np.concatenate(ids), np.concatenate(lengths)
    counts = np.bincount(all_ids, minlength=len(row_of))
    least = default_min_count(len(all_ids))
    spelled = list(row_of)
    kept = counts >= least
    kept[[row_of[word] for word in words if word in row_of]] = True
    order = np.argsort(-counts, kind="stable")
    order = order[kept[order]]
    if max_vocab is not None and len(order) > max_vocab:
        named = {row_of[word] for word in words if word in row_of}
        place = np.arange(len(order)) < max_vocab
        order = order[place | np.isin(order, list(named))]
    row = np.full(len(row_of), -1, np.int64)
    row[order] = np.arange(len(order))
    new_ids = row[all_ids]
    sentence = np.repeat(np.arange(len(all_lengths)), all_lengths)[new_ids >= 0]
    left = np.bincount(sentence, minlength=len(all_lengths))
    held = left > 0
    new_ids = new_ids[new_ids >= 0].astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(left[held]))).astype(np.int64)
    text_of = np.concatenate(of_text)[held]
    of_word = np.repeat(text_of, left[held])
    by_text = np.bincount(
        of_word * len(order) + new_ids, minlength=len(texts) * len(order)
    ).reshape(len(texts), len(order))
    corpus = Corpus(
        [spelled[i] for i in order.tolist()],
        EncodedText(
            ids=new_ids,
            sentence_starts=starts,
            sentence_bytes=np.zeros((int(held.sum()), 2), np.int64),
            counts=counts[order],
            all_counts=-np.sort(-counts),
        ),
        b"",
        CorpusSettings(min_count=least, max_vocab=max_vocab, lowercase=_folded(texts)),
        chosen={"min_count": least},
    )
    return Pooled(corpus, text_of, np.concatenate(of_document)[held], by_text.astype(np.int64))


def _folded(texts: Sequence[Text]) -> bool:
    """Whether all the texts were folded to lower case."""
    return all(isinstance(text, Corpus) and text.lowercase for text in texts)


def _encoded(text: Text, row_of: dict[str, int], name: str) -> tuple[np.ndarray, np.ndarray]:
    """A text as rows of a vocabulary that grows, and the lengths of its sentences."""
    if isinstance(text, Corpus):
        rows = np.array([row_of.setdefault(word, len(row_of)) for word in text.words], np.int64)
        ids, lengths = rows[text.ids], np.diff(text.sentence_starts)
    else:
        if isinstance(text, str):
            raise ValueError(
                f"Give a Corpus or a list of sentences for {name}, not one string; Corpus.from_text cuts a "
                "string into sentences."
            )
        sentences = [line.split() if isinstance(line, str) else list(line) for line in text]
        if any(not isinstance(word, str) for line in sentences for word in line):
            raise ValueError(f"Each sentence of {name} must be a list of words, or one string.")
        ids = np.array(
            [row_of.setdefault(word, len(row_of)) for line in sentences for word in line], np.int64
        )
        lengths = np.array([len(line) for line in sentences], np.int64)
    if len(ids) == 0:
        raise ValueError(f"There are no words in {name}, so there is nothing to compare.")
    return ids, lengths
