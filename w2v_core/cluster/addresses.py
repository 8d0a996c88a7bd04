"""The files at an address that fsspec knows: s3://…, gs://…, hdfs://…, one file, a folder or a pattern."""

from __future__ import annotations

from typing import Any

import fsspec
from fsspec.core import url_to_fs

from w2v_core.cluster.shards import RemoteFile, ShardError


def is_address(text: str) -> bool:
    """Whether a text names something that is no path of this machine."""
    return "://" in text


def files_at(address: str) -> tuple[list[RemoteFile], list[str]]:
    """The files of an address, in the order of their names, and the names of hidden ones, which are left
    out.

    Raises
    ------
    ShardError
        when there are none, or nobody answers.
    """
    try:
        fs, path = url_to_fs(address)
        found = _below(fs, path)
    except ImportError as error:
        protocol = address.partition("://")[0]
        raise ShardError(
            f"{protocol}:// needs a package that is not installed here ({error}): install it here and "
            "on every worker."
        ) from error
    except (ValueError, RuntimeError) as error:
        known = address.partition("://")[0] in fsspec.available_protocols()
        why = str(error) if known else "there is no such protocol"
        raise ShardError(f"{address} cannot be read: {why}.") from error
    except Exception as error:  # every store has its own
        raise ShardError(
            f"{address} cannot be listed ({type(error).__name__}: {error}): check the address and the "
            "credentials."
        ) from error
    if not found:
        raise ShardError(f"There is no file at {address}: check the address.")
    shown = [(name, fs.unstrip_protocol(file)) for file, name in found]
    hidden = [name for name, _ in shown if _is_hidden(name)]
    return [RemoteFile(name, place) for name, place in shown if not _is_hidden(name)], hidden


def _below(fs: Any, path: str) -> list[tuple[str, str]]:
    """Paths and names; of what is below a folder, the path from there."""
    if any(sign in path for sign in "*?["):
        return [one for each in sorted(fs.glob(path)) for one in _below(fs, each)]
    if fs.isfile(path):
        return [(path, path.rpartition("/")[2])]
    root = path.rstrip("/")
    files = sorted((p for p in fs.find(root) if p != root + "/"), key=lambda p: p.split("/"))
    return [(file, file[len(root) + 1 :]) for file in files]


def _is_hidden(name: str) -> bool:
    return name.rpartition("/")[2].startswith(".")
