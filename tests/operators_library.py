"""The library as tests ask for it: as the operator of this machine, or for a visitor whom they name."""

from typing import TYPE_CHECKING, Any

from w2v_core.library.library import Library
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import home
from w2v_core.visitors.ownership import OPERATOR, Visitor
from w2v_core.visitors.visitor_queue import VisitorQueue


def library_of(visitor: Visitor) -> Library:
    """The library as a visitor has it."""
    return Library(home(), visitor)


def queue_of(visitor: Visitor) -> VisitorQueue:
    """The queue as a visitor has it."""
    return VisitorQueue(Queue(), library_of(visitor).rights)


class _OperatorsLibrary:
    """The operator's ``Library``, of the ``W2V_HOME`` of the moment: each test sets another one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(library_of(OPERATOR), name)


if TYPE_CHECKING:
    library: Library
else:
    library = _OperatorsLibrary()
