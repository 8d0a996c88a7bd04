"""Owner's addresses, for the operator.

``python -m w2v_core.visitors.owner_keys renew`` makes all of them anew.

An owner's address holds a key; who has the key can rename, continue and delete the model. After a renewal
the addresses that were given away before, or that leaked, open nothing. Whoever made a model still owns it,
by their browser's cookie or their account, and finds its new address at *Addresses*, beside the model.

What others opened by an owner's address before (``people/<owner>.json``) is forgotten with the old keys:
who was given an address and who came by it look the same here, so both need the new one.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from w2v_core.storage.files import read_json, sentence, write_json
from w2v_core.storage.home import home, is_id
from w2v_core.visitors.key_files import write_new_key
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.visitors.rights import Rights


@dataclass(frozen=True)
class Renewed:
    """How many models got another key, and how many openings of old keys were forgotten."""

    models: int
    forgotten: int


def renew(rights: Rights, ids: Sequence[str] | None = None) -> Renewed:
    """Give models other owner's keys; the old ones open nothing any more.

    Parameters
    ----------
    rights : Rights
        The operator's.
    ids : sequence of str, optional
        Of the models, or trainings; all that have a key where left out.

    Raises
    ------
    ValueError
        for a model that is not here, and for anyone but the operator.
    OSError
        where a file cannot be written; what was renewed until then stays so, and running it again
        renews all.
    """
    rights.refuse_all_but_operator("renews keys")
    folders = list(_with_keys(rights.home))
    if ids is not None:
        missing = [id for id in ids if not is_id(id) or not _is_here(rights.home, id)]
        if missing:
            raise ValueError(f"There is no model {missing[0][:40]!r} here.")
        folders = [folder for folder in folders if folder.name in ids]
    for folder in folders:
        write_new_key(folder)
    return Renewed(len(folders), _forget(rights.home, {folder.name for folder in folders}))


def _with_keys(home: Path) -> Iterator[Path]:
    for place in ("models", "deleted"):
        for file in sorted((home / place).glob("*/owner.key")):
            if is_id(file.parent.name):
                yield file.parent


def _is_here(home: Path, id: str) -> bool:
    return any((home / place / id).is_dir() for place in ("models", "deleted"))


def _forget(home: Path, ids: set[str]) -> int:
    """Take these models out of what people hold by an address."""
    forgotten = 0
    for file in sorted((home / "people").glob("*.json")):
        held = None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            held = read_json(file)["held"]
        if isinstance(held, dict) and (old := ids & held.keys()):
            kept = {id: key for id, key in held.items() if id not in old}
            write_json(file, {"held": kept})
            forgotten += len(old)
    return forgotten


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m w2v_core.visitors.owner_keys",
        description="Replace the owner's addresses of models, so that addresses given away or "
        "leaked before no longer open anything. W2V_HOME says where the models are; the app "
        "may be running.",
    )
    commands = parser.add_subparsers(required=True, metavar="renew")
    command = commands.add_parser("renew", help="give models new owner's keys")
    command.add_argument(
        "models", nargs="*", metavar="ID", help="the id of a model; without any, all models"
    )
    given = parser.parse_args(arguments)
    try:
        renewed = renew(Rights(home(), OPERATOR), given.models or None)
    except (ValueError, OSError) as error:
        print(sentence(error), file=sys.stderr)
        return 1
    print(
        f"{renewed.models:,} owner's address{'es' * (renewed.models != 1)} renewed in {home()}; "
        f"{renewed.forgotten:,} opened by an old one {'are' if renewed.forgotten != 1 else 'is'} "
        "forgotten. The person who made a model finds its new address beside it, under Addresses."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
