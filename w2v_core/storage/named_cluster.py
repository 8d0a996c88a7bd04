"""The cluster that the operator's environment names: nobody else can name one."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE, MEMORY_VARIABLE = "W2V_CLUSTER", "W2V_CLUSTER_MEMORY_MB"
LEAST_MEMORY = 500
"""Megabytes of a worker."""


@dataclass(frozen=True)
class Cluster:
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


def memory_bytes(megabytes: float | None, said_by: str) -> int | None:
    """The memory of a worker in bytes, as an option or a variable gives it (ValueError for too little)."""
    if megabytes is not None and not LEAST_MEMORY <= megabytes < 1e9:
        raise ValueError(
            f"{said_by} {megabytes:g}: give at least {LEAST_MEMORY} megabytes, as Python and its "
            "libraries need half of that."
        )
    return None if megabytes is None else int(megabytes * 1e6)


def named_cluster() -> Cluster | None:
    """The cluster that the app's jobs go to; None where they are done here (ValueError as for
    ``named_memory`` and ``memory_bytes``)."""
    address = named_address()
    return Cluster(address, memory_bytes(named_memory(), MEMORY_VARIABLE)) if address else None
