"""Projections from d dimensions to two or three by principal components, and their alignment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import orthogonal_procrustes

from w2v_core.space.map_kind import Drawing, Setting, Tell
from w2v_core.space.vectors import prepared


@dataclass(frozen=True)
class Projection:
    """The coordinates of every word, and the projection that produced them.

    Attributes
    ----------
    coordinates : float32 (words, components)
    explained : float (components,)
        Share of the variance along each component, 0 to 1.
    mean : float (d,)
    components : float (components, d)
        Orthonormal rows: coordinates = (matrix − mean) · componentsᵀ.
    """

    coordinates: np.ndarray
    explained: np.ndarray
    mean: np.ndarray
    components: np.ndarray

    def place(self, matrix: np.ndarray) -> np.ndarray:
        """Project other vectors (n, d) of the same space in the same way; float32 (n, components)."""
        return ((matrix - self.mean) @ self.components.T).astype(np.float32)


def pca(matrix: np.ndarray, n_components: int = 2) -> Projection:
    """The directions of largest variance (scikit-learn's PCA, centered).

    Parameters
    ----------
    matrix : float (words, d)
    n_components : int
        If there are fewer words or dimensions, the remaining coordinates are 0.
    """
    n_words, dim = matrix.shape
    coordinates = np.zeros((n_words, n_components), np.float32)
    explained, components = np.zeros(n_components), np.zeros((n_components, dim))
    k = min(n_components, n_words, dim)
    centered = np.asarray(matrix, np.float64)
    mean = centered.mean(axis=0) if n_words else np.zeros(dim)
    if n_words > 1 and np.ptp(centered, axis=0).any():
        from sklearn.decomposition import PCA  # takes 60 MB, and most workers never need it

        fitted = PCA(k, svd_solver="covariance_eigh").fit(centered)
        coordinates[:, :k] = fitted.transform(centered)
        explained[:k] = fitted.explained_variance_ratio_
        components[:k] = fitted.components_
    return Projection(coordinates, explained, mean, components)


def align(coordinates: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Rotate and mirror coordinates, without scaling, to match other coordinates of the same points as
    closely as possible (orthogonal Procrustes).

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
    """PCA to two dimensions, aligned with the previous map, so that a map neither jumps nor flips during
    training; float32 (words, 2)."""
    coordinates = pca(matrix).coordinates
    return coordinates if reference is None else align(coordinates, reference)


@dataclass(frozen=True)
class PrincipalComponentsMap:
    """The first principal components as axes."""

    name: str = "pca"
    label: str = "PCA"
    background: bool = False
    settings: tuple[Setting, ...] = ()

    def coordinates(
        self, matrix: np.ndarray, settings: Mapping[str, Any], tell: Tell | None = None
    ) -> Drawing:
        centered, unit = bool(settings.get("centered")), bool(settings.get("unit"))
        found = pca(prepared(matrix, centered, unit), settings["dims"])
        return Drawing(found.coordinates, place=found.place)

    def seconds(self, words: int, settings: Mapping[str, Any]) -> float:
        return 0.0
