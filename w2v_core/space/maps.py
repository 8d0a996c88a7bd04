"""The registry of map kinds. A new one is a module with a ``MapKind``, and a line here."""

from __future__ import annotations

from w2v_core.space.axes import NamedAxesMap
from w2v_core.space.map_kind import MapKind
from w2v_core.space.projection import PrincipalComponentsMap
from w2v_core.space.tsne import TSNEMap

_KINDS: tuple[MapKind, ...] = (
    PrincipalComponentsMap(),
    TSNEMap(),
    NamedAxesMap(),
)

MAPS: dict[str, MapKind] = {kind.name: kind for kind in _KINDS}
"""Name → kind, in the order in which the page lists them."""
