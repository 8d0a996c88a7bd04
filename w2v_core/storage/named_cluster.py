"""The cluster that the operator's environment names: nobody else can name one."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE, MEMORY_VARIABLE = "W2V_CLUSTER", "W2V_CLUSTER_MEMORY_MB"
LEAST_MEMORY = 500
"""Megabytes of a worker."""


@dataclass(frozen=True)
class NamedCluster:
    """The address of a Dask cluster, or "local", and the bytes that each worker may take (None: what it
    has)."""

    address: str
    memory: int | None


def named_address() -> str:
    """``W2V_CLUSTER``; "" where no cluster is named."""
    return os.environ.get(VARIABLE, "").strip()


def named_memory() -> float | None:
    """``W2V_CLUSTER_MEMORY_MB``; None where nothing is said.

    Raises
    ------
    ValueError
        for what is no number.
    """
    text = os.environ.get(MEMORY_VARIABLE, "").strip()
    try:
        return float(text) if text else None
    except ValueError as error:
        raise ValueError(f"{MEMORY_VARIABLE}={text!r}: give a number of megabytes.") from error


def refuse_memory(megabytes: float | None, said_by: str) -> None:
    """Raise a ValueError, with a sentence, for memory in which no worker can work."""
    if megabytes is not None and not LEAST_MEMORY <= megabytes < 1e9:
        raise ValueError(
            f"{said_by} {megabytes:g}: give at least {LEAST_MEMORY} megabytes, as Python and its "
            "libraries need half of that."
        )


def named_cluster() -> NamedCluster | None:
    """The cluster that the app's jobs go to; None where they are done here (ValueError as for
    ``named_memory`` and ``refuse_memory``)."""
    address = named_address()
    if not address:
        return None
    memory = named_memory()
    refuse_memory(memory, MEMORY_VARIABLE)
    return NamedCluster(address, None if memory is None else int(memory * 1e6))
