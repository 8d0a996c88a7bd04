"""fastText's .bin: a whole model, of which the vectors of its words are read.

A word's vector is the mean of its own row of the input matrix and of the rows of its n-grams, which are
found by hashing them (Bojanowski, Grave, Joulin and Mikolov 2017). Neither matrix is held: the n-grams'
rows are added to the words as they come by.

The file: magic number and version (int32); settings (12 int32 and a float64); the dictionary's sizes (words
and labels together, words, labels: int32; tokens, pruned n-grams: int64), then for each entry its letters,
a zero, its count (int64) and its kind (int8); whether the matrix is quantised (int8); its rows and columns
(int64), then float32, row by row. The output matrix follows. All little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from w2v_core.exchange.vector_formats.byte_stream import ByteStream
from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.text_rows import check_dim
from w2v_core.text.account import counted
from w2v_core.text.tokenizer import MAX_WORD_LENGTH

MAGIC = 793_712_314
_VERSIONS = (11, 12)
_SUPERVISED = 3
_END_OF_SENTENCE = b"</s>"
_BLOCK = 1 << 22  # bytes of the matrix that are held at once
_WORDS_AT_ONCE = 5_000  # whose n-grams are found together
_MOST_NGRAM = 30  # letters of an n-gram
_MOST_NGRAMS = 20_000_000  # of all words: 200,000 words of 20 letters have 16 million of 3 to 6
CUT_OFF = "This fastText model was cut off: download it again."


@dataclass(frozen=True)
class _Settings:
    dim: int
    buckets: int
    shortest: int
    longest: int


def _is_one(head: Head) -> bool:
    return head.data.startswith(struct.pack("<i", MAGIC))


def _unpack(stream: ByteStream, form: str) -> tuple:
    data = stream.take(struct.calcsize(form))
    if len(data) < struct.calcsize(form):
        raise ValueError(CUT_OFF)
    return struct.unpack(form, data)


def _settings(stream: ByteStream) -> _Settings:
    _, version = _unpack(stream, "<2i")
    if version not in _VERSIONS:
        raise ValueError(
            f"This fastText model is of version {version}; versions 11 and 12 are read: save its "
            "vectors as .vec."
        )
    dim, *_, kind, buckets, shortest, longest, _, _ = _unpack(stream, "<12id")
    if version == 11 and kind == _SUPERVISED:
        longest = 0  # such models had no n-grams of letters then, whatever they say
    if dim < 1 or buckets < 0 or not 0 <= longest <= _MOST_NGRAM:
        raise ValueError("This fastText model is damaged: its settings are impossible.")
    check_dim(dim)
    return _Settings(dim, buckets, max(shortest, 1), longest)


def _dictionary(file: VectorFile) -> tuple[list[bytes], list[int], int]:
    """The words that are wanted, their counts, and how many words there are."""
    stream = file.stream
    n_entries, n_words, n_labels, _, n_pruned = _unpack(stream, "<3i2q")
    if not (0 <= n_words <= n_entries and n_labels >= 0) or n_pruned > 0:
        if n_pruned > 0:
            raise ValueError(QUANTISED)
        raise ValueError("This fastText model is damaged: its dictionary is impossible.")
    words: list[bytes] = []
    counts: list[int] = []
    labels = 0
    for row in range(n_entries):
        found = stream.take_until(b"\0", 8 * MAX_WORD_LENGTH, after=9)
        if found is None:
            if stream.is_at_end():
                raise ValueError(CUT_OFF)
            raise ValueError("This fastText model is damaged: its dictionary cannot be read.")
        word, about = found
        count, kind = struct.unpack("<qb", about)
        if kind != 0:
            labels += 1
        elif row < n_words and len(words) < file.rows.most:
            words.append(word)
            counts.append(count)
    if labels:
        file.rows.account.add(
            "left out", f"{counted(labels, 'label')} of the model were left out.", labels
        )
    return words, counts, n_words


def _read(file: VectorFile) -> None:
    stream, rows = file.stream, file.rows
    settings = _settings(stream)
    rows.dim = settings.dim
    words, counts, n_words = _dictionary(file)
    rows.in_file = n_words
    (quantised,) = _unpack(stream, "<b")
    if quantised:
        raise ValueError(QUANTISED)
    n_rows, n_columns = _unpack(stream, "<2q")
    if n_columns != settings.dim or n_rows < n_words:
        raise ValueError("This fastText model is damaged: its matrix does not fit its dictionary.")
    sizes = np.ones(len(words), np.int64)
    owners, ngrams = np.empty(0, np.int32), np.empty(0, np.int32)
    if settings.longest and settings.buckets and n_rows > n_words:
        if n_rows != n_words + settings.buckets:
            raise ValueError("This fastText model is damaged: its matrix does not fit its n-grams.")
        letters = sum(len(word) - 1 for word in words if len(word) > 1)
        if letters * max(settings.longest - settings.shortest + 1, 0) > _MOST_NGRAMS:
            raise ValueError(
                f"The words of this fastText model have more than {_MOST_NGRAMS:,} n-grams: keep "
                "only the first words, or use its .vec file."
            )
        owners, ngrams = ngram_rows(words, settings.shortest, settings.longest, settings.buckets)
        sizes += np.bincount(owners, minlength=len(words))
    sums = np.zeros((len(words), settings.dim), np.float32)
    _add_rows(file, sums, owners, ngrams.astype(np.int64) + n_words, len(words))
    sums /= sizes[:, None]
    for at in range(0, len(words), step := max(rows.room, 1)):
        rows.take(
            words[at : at + step], sums[at : at + step], counts=np.array(counts[at : at + step])
        )
    if len(words) < n_words:
        rows.says_more()
    if len(ngrams):
        rows.account.add(
            "read",
            "A word's vector is the mean of its own and of those of its n-grams, as in fastText. "
            "The n-grams themselves were not kept, so words outside the vocabulary have no vector.",
        )
    rows.account.add("left out", "The output vectors of the fastText model were not kept.")


def _add_rows(
    file: VectorFile, sums: np.ndarray, owners: np.ndarray, ngrams: np.ndarray, n_words: int
) -> None:
    """Add the words' rows of the matrix, and the n-grams' rows to the words that own them, in place."""
    dim = sums.shape[1]
    order = np.argsort(ngrams, kind="stable")
    owners, ngrams = owners[order], ngrams[order]
    last = int(ngrams[-1]) + 1 if len(ngrams) else n_words
    at_once = max(_BLOCK // (4 * dim), 1)
    for first in range(0, last, at_once):
        n = min(at_once, last - first)
        data = file.stream.take(4 * dim * n)
        if len(data) < 4 * dim * n:
            raise ValueError(CUT_OFF)
        block = np.frombuffer(data, "<f4").reshape(n, dim)
        if first < n_words:
            here = min(n, n_words - first)
            sums[first : first + here] = block[:here]
        begin, end = np.searchsorted(ngrams, (first, first + n))
        if begin < end:
            by_owner = np.argsort(owners[begin:end], kind="stable")
            some = owners[begin:end][by_owner]
            starts = np.flatnonzero(np.r_[True, some[1:] != some[:-1]])
            taken = block[ngrams[begin:end][by_owner] - first]
            with np.errstate(invalid="ignore", over="ignore"):
                sums[some[starts]] += np.add.reduceat(taken, starts, axis=0)
        file.tell(None)


def ngram_rows(
    words: list[bytes], shortest: int, longest: int, buckets: int
) -> tuple[np.ndarray, np.ndarray]:
    """The n-grams of words as fastText takes them: of letters, from “<word>”, no single < or >.

    Parameters
    ----------
    words : list of bytes
        In UTF-8, or what is in its place.
    shortest, longest : int
        Letters of an n-gram.
    buckets : int
        Into which their hashes fall.

    Returns
    -------
    owners, ngrams : int32 (n,)
        Which word, and which of the buckets: one for each n-gram, also where a word has it twice.
    """
    owners, ngrams = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for at in range(0, len(words), _WORDS_AT_ONCE):
        for owner, ngram in _some_ngrams(words[at : at + _WORDS_AT_ONCE], shortest, longest):
            owners.append((owner + at).astype(np.int32))
            ngrams.append((ngram % buckets).astype(np.int32))
    return np.concatenate(owners), np.concatenate(ngrams)


def _some_ngrams(words: list[bytes], shortest: int, longest: int):
    """(owners, hashes) of the n-grams of each length."""
    whole = [b"" if word == _END_OF_SENTENCE else b"<" + word + b">" for word in words]
    data = np.frombuffer(b"".join(whole), np.uint8)
    # Bytes as fastText has them: signed, then widened to 32 bits.
    wide = data.view(np.int8).astype(np.int32).view(np.uint32)
    owner_of_byte = np.repeat(np.arange(len(words)), [len(word) for word in whole])
    starts = np.flatnonzero((data & 0xC0) != 0x80)  # of letters
    if len(starts) == 0:
        return
    owner = owner_of_byte[starts]
    ends = np.r_[starts[1:], len(data)]  # where the letter that begins here ends
    first = np.r_[True, owner[1:] != owner[:-1]]
    last = np.r_[owner[1:] != owner[:-1], True]
    for n in range(shortest, longest + 1):
        if n > len(starts):
            return
        within = np.flatnonzero(owner[: len(owner) - n + 1] == owner[n - 1 :])
        if n == 1:
            within = within[~(first[within] | last[within])]
        begin, end = starts[within], ends[within + n - 1]
        yield owner[within].astype(np.int64), _fnv1a(wide, begin, end)


def _fnv1a(wide: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The 32-bit FNV-1a hashes of stretches of bytes, int64 (n,)."""
    found = np.full(len(begin), 2_166_136_261, np.uint32)
    for k in range(int((end - begin).max(initial=0))):
        inside = begin + k < end
        byte = wide[np.minimum(begin + k, len(wide) - 1)]
        found = np.where(inside, (found ^ byte) * np.uint32(16_777_619), found)
    return found.astype(np.int64)


QUANTISED = (
    "This fastText model is quantised (.ftz), so its vectors are only approximations: use the .bin "
    "or .vec file that it was made from."
)
FASTTEXT_MODEL = VectorFormat("fastText model (.bin)", _is_one, _read)
