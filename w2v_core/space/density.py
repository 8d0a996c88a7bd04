"""How densely the words lie on a flat map."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

CELLS = 96  # of the grid, along each axis
_BANDWIDTH = 0.5  # of Scott's rule, which is made for one hump and would smooth the clusters away
_MARGIN = 0.08  # of the map's width, around the outermost points


def density(coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A Gaussian kernel estimate of the density of points, on a grid.

    The points are counted in cells and the counts smoothed, which takes milliseconds for any number of
    points. The bandwidth along each axis is half of Scott's rule, σ n^(−1/6) (Scott 1992).

    Parameters
    ----------
    coordinates : float (points, 2)
        Points that are not finite are left out.

    Returns
    -------
    x, y : float (CELLS,)
        The middles of the cells.
    share : float32 (CELLS, CELLS)
        Rows are y, columns x; 1 where it is densest, and 0 everywhere without points.
    """
    points = np.asarray(coordinates, np.float64)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        middles = np.linspace(0, 1, CELLS)
        return middles, middles, np.zeros((CELLS, CELLS), np.float32)
    low, wide = points.min(axis=0), np.ptp(points, axis=0)
    wide[wide == 0] = 1
    low, wide = low - _MARGIN * wide, (1 + 2 * _MARGIN) * wide
    ends = [(float(low[i]), float(low[i] + wide[i])) for i in (0, 1)]
    counts, x, y = np.histogram2d(points[:, 0], points[:, 1], bins=CELLS, range=ends)
    bandwidth = _BANDWIDTH * points.std(axis=0) * len(points) ** (-1 / 6)
    smooth = gaussian_filter(counts, np.maximum(bandwidth / wide * CELLS, 1), mode="constant")
    return (x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2, (smooth.T / smooth.max()).astype(np.float32)
