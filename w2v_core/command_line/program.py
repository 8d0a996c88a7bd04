"""The program: reads the arguments, runs a command, and turns every error into a sentence.

Exit codes: 0, done; 1, an error in the program itself, or a reader of its output that went away; 2,
something is wrong with what was given; 130, stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from w2v_core.command_line import analogy, export, info, neighbours, train
from w2v_core.storage import files
from w2v_core.text.single_line import single_line

COMMANDS = (train, neighbours, analogy, export, info)
DONE, FAILED, REFUSED, STOPPED = 0, 1, 2, 130
_LONGEST = 2_000  # characters of a sentence


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message.rstrip('.')}. See: {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    found = _Parser(
        prog="python -m w2v_core",
        description="Train word vectors and ask them, without a browser.",
        allow_abbrev=False,
    )
    commands = found.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        said = (module.__doc__ or "").partition("\n")[0]
        one = commands.add_parser(name, help=said, description=said, allow_abbrev=False)
        module.add_arguments(one)
        one.set_defaults(run=module.run)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    try:
        given = parser().parse_args(arguments)
        given.run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except train.Stopped as stopped:
        _say(str(stopped))
        return STOPPED
    except KeyboardInterrupt:
        _say("Stopped.")
        return STOPPED
    except MemoryError:
        _say("There is not enough memory for this: use a smaller text, vocabulary or dimension.")
        return REFUSED
    except (ValueError, KeyError, OSError, InterruptedError) as error:
        _say(_sentence(error))
        return REFUSED
    except Exception as error:
        _say(f"This is an error in the program ({type(error).__name__}): {error}")
        return FAILED
    return DONE


def _sentence(error: BaseException) -> str:
    """The sentence for an error, without what only a page can say."""
    if not isinstance(error, OSError) or error.errno is None:
        return files.sentence(error)
    name = os.fsdecode(error.filename) if error.filename else "A file"
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist: check the path."
    if error.errno in files.FULL:
        return "The disk is full: free some space, then try again."
    return f"{name} cannot be read or written: {error.strerror}."


def _say(text: str) -> None:
    print(single_line(text, _LONGEST), file=sys.stderr)
