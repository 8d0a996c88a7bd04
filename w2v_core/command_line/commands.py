"""The commands and their arguments. Each command is a module with ``add_arguments`` and ``run``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from w2v_core.command_line import analogy, export, info, neighbours, repeat, train
from w2v_core.storage.files import sentence

COMMANDS = {
    "train": train,
    "neighbours": neighbours,
    "analogy": analogy,
    "export": export,
    "info": info,
    "repeat": repeat,
}
DONE, FAILED, INTERRUPTED = 0, 2, 130
"""Exit codes: all went well; a sentence says what was wrong; the person stopped it (128 + SIGINT)."""


def parser() -> argparse.ArgumentParser:
    """The arguments of all commands."""
    whole = argparse.ArgumentParser(
        prog="python -m w2v_core",
        description="Train the exact softmax skip-gram on texts, and ask the model.",
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        about = (module.__doc__ or "").splitlines()[0]
        one = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
        module.add_arguments(one)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. What is wrong with the input is said in one sentence on the
    standard error."""
    given = parser().parse_args(arguments)
    try:
        code = COMMANDS[given.command].run(given)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the program that reads, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (ValueError, KeyError, OSError) as error:
        print(_said(error), file=sys.stderr)
        return FAILED


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror is not None:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return f"{where}{error.strerror}."
    return sentence(error)
