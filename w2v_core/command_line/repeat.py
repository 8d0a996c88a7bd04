"""Make the model of a methods record again from its text, and say whether its vectors are the same."""

from __future__ import annotations

import argparse
from pathlib import Path

from w2v_core.library.library import Library
from w2v_core.storage.home import home
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.work.methods_record import make_again, read_methods_record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", type=Path, metavar="RECORD", help="a methods record (.json)")
    parser.add_argument("text", type=Path, metavar="TEXT", help="the text that it was trained on")


def run(given: argparse.Namespace) -> int:
    """The model is kept in the app's own library, ``W2V_HOME``."""
    library = Library(home(), OPERATOR)
    with quota.spending_of(library.rights):
        id, differences = make_again(library, read_methods_record(given.record), given.text)
    print(f"The model is in {library.model_folder(id)}.")
    if differences:
        print(" ".join(["Its vectors are different.", *differences]))
    else:
        print("Its vectors are the same, bit for bit.")
    return 0
