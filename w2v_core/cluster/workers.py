"""The workers of a Dask cluster: finding them, giving them work, and what is said when they go away."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import logging
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import dask
import distributed

from w2v_core.cluster.aligned import aligned
from w2v_core.model.exact_pass import one_thread_a_product
from w2v_core.model.placed_pairs import Unreachable

LOCAL = "local"
_PATIENCE = 60.0  # seconds without any worker
_REACH = 10.0  # seconds in which a scheduler has to answer
_LOOK = 5.0  # seconds between two looks at whether there are any
_POLL = 0.2  # seconds in which nobody is told how far the work is
# Dask has freed memory given back at once, which costs a training a third more processor time.
_MALLOC = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}
_TELL_EVERY = 0.3  # seconds between two words of a task on how far it is
_WAITING = "Waiting for a worker of the cluster"
_TOPIC = "word2vec-told"  # under which tasks tell how far they are
_AGAIN = 2  # times that a task is done again after an error
_GONE = (OSError, TimeoutError, asyncio.TimeoutError, concurrent.futures.CancelledError)


class ClusterError(Unreachable):
    """The cluster cannot do the work; the message says why, and what to do."""


class Workers:
    """The workers of a cluster. Make one with ``workers_at``."""

    def __init__(self, client: Any, address: str, memory: int | None):
        self._client, self.address = client, address
        self._memory = memory

    def task(self, name: str, function: Callable, *arguments: Any, home: str = "") -> Any:
        """A task to be done by ``compute``, or an argument of another; it must be pure. It is done at its
        home (see ``homes``) while that lives."""
        key = f"{name}-{uuid.uuid4().hex}"
        with _at(home):
            return dask.delayed(_with_aligned, pure=False)(function, *arguments, dask_key_name=key)

    def homes(self, number: int) -> list[str]:
        """A worker for each of so many things in order, neighbours together."""
        found = sorted(self._workers())
        return [found[i * len(found) // number] for i in range(number)] if found else [""] * number

    def shared(self, value: Any) -> Any:
        """An argument of many tasks, sent once."""
        return dask.delayed(value, name=f"shared-{uuid.uuid4().hex}", traverse=False)

    def tasks(
        self,
        name: str,
        function: Callable,
        arguments: Sequence[tuple],
        homes: Sequence[str] | None = None,
    ) -> list[Any]:
        """The same function for each of several arguments; ``compute`` tells how many of these are done."""
        run = f"{name}-{uuid.uuid4().hex}"
        noted = dask.delayed(_noted, pure=False)
        found = []
        for i, each in enumerate(arguments):
            with _at(homes[i] if homes else ""):
                found.append(noted(run, i, function, *each, dask_key_name=(run, i)))
        return found

    def tree(self, name: str, function: Callable, leaves: Sequence[Any], fan_in: int = 4) -> Any:
        """The leaves, put together in order, a few at a time: ``function`` takes a list of them."""
        level, depth = list(leaves), 0
        while len(level) > 1 or depth == 0:
            groups = [level[i : i + fan_in] for i in range(0, len(level), fan_in)]
            level = [self.task(f"{name}-{depth}", function, group) for group in groups]
            depth += 1
        return level[0]

    def halves(self, name: str, function: Callable, leaves: Sequence[Any]) -> Any:
        """The leaves, put together in order: the first half with the other, and each half likewise, so that
        few sums are sent where neighbours are at one home."""
        if len(leaves) == 1:
            return leaves[0]
        middle = len(leaves) // 2
        both = [self.halves(name, function, part) for part in (leaves[:middle], leaves[middle:])]
        return self.task(name, function, both)

    def keep(self, tasks: Sequence[Any]) -> list[Any]:
        """The same tasks, whose results stay on the workers until the list goes; what is lost is made
        anew."""
        return list(self._client.persist(list(tasks), retries=_AGAIN))

    @property
    def memory(self) -> int:
        """Bytes that one task may take: the memory of a worker by its threads, or what was set if that is
        less."""
        workers = self._workers().values()
        limits = [w["memory_limit"] // w["nthreads"] for w in workers if w["memory_limit"]]
        set_ = [self._memory // w["nthreads"] for w in workers if self._memory]
        return min([*limits, *set_], default=1 << 30)

    @property
    def memory_of_all(self) -> int:
        """Bytes of all workers together."""
        return self.memory * sum(w["nthreads"] for w in self._workers().values())

    def _workers(self) -> dict[str, Any]:
        return self._client.scheduler_info(n_workers=-1)["workers"]

    def compute(
        self,
        results: Sequence[Any],
        tell: Callable[[float], object] = lambda share: None,
        counted: Sequence[Any] = (),
    ) -> list[Any]:
        """Do tasks and fetch their results.

        Parameters
        ----------
        results : sequence of tasks
        tell : callable
            Called with the share done now and then; what it raises ends the work.
        counted : sequence of tasks
            What ``tasks`` gave: these are the work that takes long.

        Raises
        ------
        ClusterError
            when the scheduler, or all workers, are gone, or workers died of a task again and again.
        ValueError, OSError
            what a task raised.
        """
        done: set[int] = set()
        run = counted[0].key[0] if counted else f"nothing-{uuid.uuid4().hex}"

        def hear(event: tuple) -> None:
            done.add(event[1])

        def told() -> None:
            tell(min(len(done) / max(len(counted), 1), 1.0))

        def begin() -> list[Any]:
            return self._client.compute(list(results), retries=_AGAIN)

        return self._done(begin, self._failed, run, hear, told)

    def told(
        self,
        name: str,
        function: Callable,
        shared: Any,
        arguments: Sequence[tuple],
        tell: Callable[[float, str], object],
        priority: float = 0.0,
    ) -> list[Any]:
        """The same function for each of several arguments, where each takes long: it tells how far it is.

        Parameters
        ----------
        name : str
        function : callable
            Called with ``shared``, the arguments and a ``tell(share, what is being done)``. This returns
            True once nobody waits for the result any more, after which the function is to end.
        shared : object
            An argument of all, sent once.
        arguments : sequence of tuples
        tell : callable
            Called several times a second with the mean share, and what is being done by the first that is
            under way; what it raises ends the work.
        priority : float
            Of two whose tasks wait, the one with the higher goes first.

        Raises
        ------
        ClusterError
            when the scheduler, or all workers, are gone.
        ValueError
            when workers died of a task again and again, or had too little memory.
        Exception
            What the function raised, as it was; it is not tried again.
        """
        run = f"{name}-{uuid.uuid4().hex}"
        said: dict[int, tuple[float, str]] = {}

        def hear(event: tuple) -> None:
            of, number, share, doing = event[1]
            if of == run:
                said[number] = share, doing

        def told() -> None:
            found = [said[number] for number in sorted(said.copy())]
            done = [doing for share, doing in found if share == 1]
            under_way = [doing for share, doing in found if share < 1]
            sentence = next(iter([*under_way, *reversed(done)]), _WAITING)
            tell(sum(share for share, _ in found) / len(arguments), sentence)

        def begin() -> list[Any]:
            sent = self._client.submit(_same, shared, key=f"shared-{run}", priority=priority)
            self._wait([sent], told)
            if sent.status == "finished":
                with suppress(ValueError):  # every worker went away in between
                    # A few tasks would else gather where it is.
                    self._client.replicate([sent], n=len(arguments))
            return [
                self._client.submit(
                    *(_telling, run, i, function, sent, *each),
                    key=(run, i),
                    priority=priority - 1e-6 * i,  # in order
                )
                for i, each in enumerate(arguments)
            ]

        return self._done(begin, self._lost, _TOPIC, hear, told)

    def _done(
        self,
        begin: Callable[[], list[Any]],
        failed: Callable[[BaseException], BaseException],
        topic: str,
        hear: Callable[[tuple], None],
        tell: Callable[[], object],
    ) -> list[Any]:
        """Do tasks and fetch their results, hearing what is told under a topic meanwhile."""
        futures: list[Any] = []
        try:
            self._client.subscribe_topic(topic, hear)
            futures = begin()
            self._wait(futures, tell)
            wrong = next((future for future in futures if future.status == "error"), None)
            if wrong is None:
                return self._client.gather(futures)
            of_task = wrong.exception().with_traceback(wrong.traceback())
        except _GONE as error:
            if isinstance(error, InterruptedError):
                raise
            raise self._gone() from error
        finally:
            for future in futures:
                future.release()
            if self._client.status == "running":
                self._client.unsubscribe_topic(topic)
        raise failed(of_task)

    def _wait(self, futures: Sequence[Any], tell: Callable[[], object]) -> None:
        """Until all are done, or one has failed."""
        seen = looked = time.monotonic()
        while any(future.status == "pending" for future in futures):
            if any(future.status in ("error", "cancelled", "lost") for future in futures):
                return
            with suppress(TimeoutError), self._client.as_current():
                distributed.wait(futures, timeout=_POLL)
            tell()
            if self._client.status != "running":
                raise OSError("the scheduler does not answer")
            if (now := time.monotonic()) - looked < _LOOK:
                continue
            looked = now
            if self._workers():
                seen = now
            elif now - seen > _PATIENCE:
                raise ClusterError(
                    f"The cluster at {self.address} has lost all its workers: start some, then try "
                    "again."
                )

    def _failed(self, error: BaseException) -> BaseException:
        """What is said of an error of a task."""
        if isinstance(error, distributed.KilledWorker):
            said = ClusterError(
                f"Workers of the cluster at {self.address} were lost again and again at one task, most "
                "likely for want of memory: give workers more, or lower --cluster-memory."
            )
        elif isinstance(error, ValueError):
            return error
        else:
            said = ClusterError(
                f"A worker of the cluster at {self.address} failed ({type(error).__name__}: {error})."
            )
        said.__cause__ = error
        return said

    def _lost(self, error: BaseException) -> BaseException:
        """The same of an error of a task that tells: its own, unless the worker is the reason."""
        if not isinstance(error, (distributed.KilledWorker, MemoryError)):
            return error
        said = ValueError(  # it is for whoever asked, so it names no address
            "The workers of the cluster had too little memory for this, or were lost again and again: "
            "choose fewer words or a smaller model, or give the workers more memory."
        )
        said.__cause__ = error
        return said

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"The cluster at {self.address} went away while it worked: start its scheduler and "
            "workers, then try again."
        )

    def check(self, tell: Callable[[], object]) -> None:
        """See that there are workers, and that they have this program.

        Parameters
        ----------
        tell : callable
            Called several times a second; what it raises ends the waiting.

        Raises
        ------
        ClusterError
        """
        begun = time.monotonic()
        try:
            while not self._workers() and time.monotonic() - begun < _PATIENCE / 2:
                tell()
                with suppress(TimeoutError):
                    self._client.wait_for_workers(1, timeout=_POLL)
            if not self._workers():
                raise TimeoutError
            found = self._client.run(_program)
        except InterruptedError:
            raise
        except _GONE as error:
            raise ClusterError(
                f"The cluster at {self.address} has no workers: start some with `dask worker "
                f"{self.address}`."
            ) from error
        except Exception as error:
            raise ClusterError(
                f"A worker of the cluster at {self.address} cannot run this program "
                f"({type(error).__name__}: {error}): install word2vec-explorer there."
            ) from error
        if others := [worker for worker, program in found.items() if program != _program()]:
            raise ClusterError(
                f"{len(others):,} of {len(found):,} workers of the cluster at {self.address} have another "
                f"version of this program, among them {others[0]}: install the same there."
            )


def _at(home: str) -> Any:
    """Within it, tasks are made that are done at a worker, or elsewhere when it is gone."""
    return dask.annotate(workers=[home], allow_other_workers=True) if home else nullcontext()


def _with_aligned(function: Callable, *arguments: Any) -> Any:
    with one_thread_a_product():  # of more threads, the last digits may differ
        return function(*map(aligned, arguments))


def _same(value: Any) -> Any:
    return value


def _noted(run: str, number: int, function: Callable, *arguments: Any) -> Any:
    found = _with_aligned(function, *arguments)
    distributed.get_worker().log_event(run, number)
    return found


def _telling(run: str, number: int, function: Callable, *arguments: Any) -> Any:
    """Call a function with a ``tell`` that the client hears; True once the client let go of this task, or
    went away."""
    worker = distributed.get_worker()
    key = worker.get_current_task()
    told, doing = -_TELL_EVERY, _WAITING

    def tell(share: float, sentence: str) -> bool:
        nonlocal told, doing
        doing = sentence
        if (now := time.monotonic()) - told >= _TELL_EVERY:
            told = now
            worker.log_event(_TOPIC, [run, number, min(max(float(share), 0.0), 0.999), sentence])
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    found = function(*arguments, tell)
    worker.log_event(_TOPIC, [run, number, 1.0, doing])
    return found


def _program() -> str:
    """SHA-256 of the modules that results depend on."""
    core = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for file in sorted(core.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


async def _reach(address: str, tell: Callable[[], object]) -> None:
    """Connect once: a ``Client`` that cannot connect says more than a sentence when it goes."""
    how = distributed.Security().get_connection_args("client")
    connecting = asyncio.ensure_future(distributed.comm.connect(address, timeout=_REACH, **how))
    try:
        while not connecting.done():
            tell()
            await asyncio.wait([connecting], timeout=_POLL)
    finally:
        connecting.cancel()
    await connecting.result().close()


def _hush() -> None:
    """What Dask would print beside our sentences."""
    for name in [*logging.root.manager.loggerDict, "asyncio", "tornado"]:
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "Sending large graph", UserWarning)


@contextmanager
def workers_at(
    address: str,
    memory: int | None = None,
    n_workers: int | None = None,
    tell: Callable[[], object] = lambda: None,
) -> Iterator[Workers]:
    """The workers of a cluster.

    Parameters
    ----------
    address : str
        Of a scheduler, "tcp://host:8786" or "tls://…"; or "local": processes of this machine, which end
        with the block.
    memory : int, optional
        Bytes that each worker may take; by default what it has.
    n_workers : int, optional
        Of "local": by default one for each core.
    tell : callable
        Called several times a second until there is a worker; what it raises ends the waiting.

    Raises
    ------
    ClusterError
    """
    _hush()
    try:
        if address == LOCAL:
            with dask.config.set(_MALLOC):
                cluster = distributed.LocalCluster(
                    n_workers=n_workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    memory_limit=memory or "auto",
                    silence_logs=logging.CRITICAL,
                )
        else:
            asyncio.run(_reach(address, tell))
            cluster = None
        client = distributed.Client(cluster or address, timeout=_REACH, set_as_default=False)
    except (*_GONE, ValueError, TypeError, RuntimeError) as error:
        if isinstance(error, InterruptedError):
            raise
        raise ClusterError(
            f"There is no cluster at {address}: start one with `dask scheduler`, and name the address "
            "that it prints."
        ) from error
    try:
        found = Workers(client, cluster.scheduler_address if cluster else address, memory)
        found.check(tell)
        yield found
    finally:
        with suppress(*_GONE):
            client.close(timeout=5)
        if cluster is not None:
            cluster.close(timeout=10)
