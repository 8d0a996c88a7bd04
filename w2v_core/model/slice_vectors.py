"""Center vectors of the same words in several parts of a text, with one shared U.

Vectors of two trainings lie in unrelated coordinates and have to be aligned. Where the output vectors are
shared, there is nothing to align: this is Temporal Referencing (Dubossarsky, Hengchen, Tahmasebi and
Schlechtweg 2019: a word is one center in each part, but one and the same context everywhere), with U
taken from a training on all parts. Given U, the loss of each center is convex and its own alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from w2v_core.model.exact_pass import one_thread_a_product
from w2v_core.model.newton_rows import DAMPING, LONGEST_STEP
from w2v_core.model.word_model import WordModel

STEPS = 14
"""Quasi-Newton steps: the last moves vectors by less than a hundredth of their length."""
RATE = 0.9
_BLOCK = 512  # centers whose scores are held at once


def slice_vectors(
    model: WordModel,
    pairs: sp.csr_array,
    steps: int = STEPS,
    poll: Callable[[float], object] | None = None,
) -> np.ndarray:
    """The center vectors that fit these pairs best, U and log q being the model's: float32 (rows, d).

    It minimises −Σ N(c,o) log p(o|c) + λ/2 ‖v_c‖² for each row, λ the model's prior, from v = 0. The
    Hessian is taken at p = q, as in the training: n_c·(Uᵀdiag(q)U − ūūᵀ).

    Parameters
    ----------
    model : WordModel
    pairs : sparse (rows, |W|)
        N of some centers in a part of the text. A row without pairs gives zeros.
    steps : int
    poll : callable, optional
        Called now and then with the share done.
    """
    U, log_q = model.U, model.log_q
    prior = np.float32(model.chosen.get("prior", getattr(model, "prior", 0.0)) or 0.0)
    pairs = sp.csr_array(pairs).astype(np.float32)
    n = pairs.sum(axis=1).astype(np.float32)[:, None]
    q = np.exp(log_q.astype(np.float64))
    q /= q.sum()
    mean = q @ U
    curvature, turn = np.linalg.eigh((U.T * q) @ U - np.outer(mean, mean))
    curvature = np.maximum(curvature, 0) + DAMPING * np.maximum(curvature, 0).mean()
    curvature, turn = curvature.astype(np.float32), turn.astype(np.float32)
    V = np.zeros((pairs.shape[0], U.shape[1]), np.float32)
    observed = pairs @ U
    blocks = range(0, len(V), _BLOCK)
    with one_thread_a_product():
        for number, first in enumerate(blocks):
            here = slice(first, first + _BLOCK)
            v, n_here = V[here], n[here]
            per_step = np.maximum(n_here * curvature + prior, np.float32(1e-6))
            for _ in range(steps):
                p = v @ U.T
                p += log_q
                p -= p.max(axis=1, keepdims=True)
                np.exp(p, out=p)
                p /= p.sum(axis=1, keepdims=True)
                gradient = n_here * (p @ U) - observed[here] + prior * v
                step = ((gradient @ turn) / per_step) @ turn.T
                length = np.linalg.norm(step, axis=1, keepdims=True)
                v -= RATE * step * np.minimum(1, LONGEST_STEP / np.maximum(length, 1e-9))
            if poll is not None:
                poll((number + 1) / len(blocks))
    V[n[:, 0] == 0] = 0
    return V
