"""From d dimensions to two: principal components, and one picture laid on another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import orthogonal_procrustes
from sklearn.decomposition import PCA


@dataclass(frozen=True)
class Projection:
    """``coordinates`` float32 (words, components) and the ``explained`` share of the variance of
    each component, 0 to 1."""

    coordinates: np.ndarray
    explained: np.ndarray


def pca(matrix: np.ndarray, n_components: int = 2) -> Projection:
    """The directions of largest variance (scikit-learn's PCA, centered).

    Parameters
    ----------
    matrix : float (words, d)
    n_components : int
        Where words or dimensions are fewer, the remaining coordinates are 0.
    """
    coordinates = np.zeros((len(matrix), n_components), np.float32)
    explained = np.zeros(n_components)
    k = min(n_components, *matrix.shape)
    centered = np.asarray(matrix, np.float64)
    if len(matrix) > 1 and np.ptp(centered, axis=0).any():
        fitted = PCA(k, svd_solver="covariance_eigh").fit(centered)
        coordinates[:, :k] = fitted.transform(centered)
        explained[:k] = fitted.explained_variance_ratio_
    return Projection(coordinates, explained)


def align(coordinates: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The picture turned and mirrored, never stretched, to lie as close as it can on another of the
    same points (orthogonal Procrustes).

    Parameters
    ----------
    coordinates, reference : float (points, k)

    Returns
    -------
    float (points, k)
    """
    rotation, _ = orthogonal_procrustes(coordinates, reference)
    return (coordinates @ rotation).astype(coordinates.dtype)


def aligned_pca(matrix: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
    """PCA to two dimensions, laid on the picture before, so that a map in training neither jumps nor
    mirrors. float32 (words, 2)."""
    coordinates = pca(matrix).coordinates
    return coordinates if reference is None else align(coordinates, reference)
