"""The answers of classes to the quiz, in ``quiz.sqlite``: no names, and nothing about who answered.

A class has two addresses, each with 128 random bits. Who has its id can answer; who has its key can see
the answers. Both are handed out to the person who opens the class, and the key is kept as a digest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from w2v_core.storage import clock, database

MOST_CLASSES = 5_000
MOST_SHEETS = 2_000  # of a class
_CODE = 32  # characters of an id, a key or a person's code

_SCHEMA = """
CREATE TABLE IF NOT EXISTS classes (id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, opened REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sheets (
    number INTEGER PRIMARY KEY, class TEXT NOT NULL REFERENCES classes(id), person TEXT NOT NULL,
    sheet TEXT NOT NULL, answers TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS of_class ON sheets (class);
"""


def new_code() -> str:
    """128 random bits, for a class or for a person who answers."""
    return secrets.token_hex(_CODE // 2)


def is_code(text: object) -> bool:
    """Whether a text looks like an id, a key or a person's code."""
    return (
        isinstance(text, str)
        and len(text) == _CODE
        and all(character in "0123456789abcdef" for character in text)
    )


class QuizAnswers:
    """The classes and sheets of one ``W2V_HOME``.

    Parameters
    ----------
    home : Path
    """

    def __init__(self, home: Path):
        self._path = home / "quiz.sqlite"
        database.prepare(self._path, _SCHEMA)

    def open_class(self) -> tuple[str, str]:
        """Open a class; returns its id and its key.

        Raises
        ------
        ValueError
            When there are too many classes.
        """
        id, key = new_code(), new_code()
        with database.opened(self._path, write=True) as db:
            if db.execute("SELECT count(*) FROM classes").fetchone()[0] >= MOST_CLASSES:
                raise ValueError(
                    "This server has as many classes as it may have. Ask its operator to delete "
                    "quiz.sqlite."
                )
            db.execute("INSERT INTO classes VALUES (?, ?, ?)", (id, _digest(key), clock.now()))
        return id, key

    def has(self, id: str) -> bool:
        """Whether there is a class with this id."""
        if not is_code(id):
            return False
        with database.opened(self._path) as db:
            return db.execute("SELECT 1 FROM classes WHERE id = ?", (id,)).fetchone() is not None

    def hand_in(self, id: str, person: str, when: str, answers: Sequence[int | None]) -> None:
        """Add a sheet to a class, instead of an earlier one of the same person and kind.

        Parameters
        ----------
        id : str
        person : str
            A random code (``new_code``), the same for both sheets of a visit.
        when : str
            "before" or "after" the lesson.
        answers : sequence of (int or None)
            The option chosen for each question.

        Raises
        ------
        ValueError
            For an unknown class, or when the class has too many sheets.
        """
        if not self.has(id):
            raise ValueError("There is no such class here: ask your teacher for the address again.")
        with database.opened(self._path, write=True) as db:
            db.execute(
                "DELETE FROM sheets WHERE class = ? AND person = ? AND sheet = ?",
                (id, person, when),
            )
            count = db.execute("SELECT count(*) FROM sheets WHERE class = ?", (id,)).fetchone()[0]
            if count >= MOST_SHEETS:
                raise ValueError(
                    f"This class has {MOST_SHEETS:,} sheets already, which is the most that are kept."
                )
            db.execute(
                "INSERT INTO sheets (class, person, sheet, answers) VALUES (?, ?, ?, ?)",
                (id, person, when, json.dumps(list(answers))),
            )

    def class_of(self, key: str) -> str | None:
        """The id of the class that this key belongs to; None if there is none."""
        if not is_code(key):
            return None
        with database.opened(self._path) as db:
            row = db.execute("SELECT id FROM classes WHERE digest = ?", (_digest(key),)).fetchone()
        return None if row is None else row["id"]

    def sheets(self, key: str) -> list[tuple[str, str, tuple[int | None, ...]]]:
        """The sheets of the class that this key belongs to, as (person, when, answers), in the order in
        which they were handed in.

        Raises
        ------
        ValueError
            For a key that belongs to no class.
        """
        id = self.class_of(key)
        if id is None:
            raise ValueError(
                "This is not the address of a class's results: open the one you were given."
            )
        with database.opened(self._path) as db:
            rows = db.execute(
                "SELECT person, sheet, answers FROM sheets WHERE class = ? ORDER BY number", (id,)
            ).fetchall()
        return [(row["person"], row["sheet"], tuple(json.loads(row["answers"]))) for row in rows]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
