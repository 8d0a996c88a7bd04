"""One pass over all pairs: exact, the same on any number of cores, stoppable, and float32."""

import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from w2v_core.model import bands, exact_pass, solvers
from w2v_core.model.exact_pass import SAFE_SCORE, Blocks, stream
from w2v_core.model.initialization import spectrum
from w2v_core.model.softmax import batch_gradients

MODEL = str(Path(exact_pass.__file__).parent)
WORDS, DIM, ROWS = 90, 6, 7  # 13 blocks


def counts(seed, n_words=WORDS, share=0.2):
    """A sparse N of random weights; its last word is center and output of no pair."""
    rng = np.random.default_rng(seed)
    N = rng.exponential(2, (n_words, n_words)) * (rng.random((n_words, n_words)) < share)
    N[-1] = N[:, -1] = 0
    return sp.csr_array(N.astype(np.float32))


def vectors(scale=1.0, n_words=WORDS, dim=DIM):
    rng = np.random.default_rng(7)
    V, U = (scale * rng.standard_normal((2, n_words, dim))).astype(np.float32)
    return V, U


def anchor(n_words=WORDS):
    q = np.random.default_rng(8).dirichlet(np.full(n_words, 0.3)) + 1e-9
    return np.log(q / q.sum()).astype(np.float32)


def dense(N, held_out, V, U, log_q):
    """The same by the plain equations on whole matrices, in float64."""
    N, H, V, U = (x.astype(np.float64) for x in (N.toarray(), held_out.toarray(), V, U))
    s = V @ U.T + (0 if log_q is None else log_q.astype(np.float64))
    s -= s.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    R = N.sum(axis=1, keepdims=True) * np.exp(log_p) - N
    return -np.sum(N * log_p), -np.sum(H * log_p), R @ U, R.T @ V


def relative_error(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


# A scale of 6 makes scores of a few hundred, beyond what is exponentiated as it is.
@pytest.mark.parametrize("scale", [0.3, 6.0])
@pytest.mark.parametrize("anchored", [False, True])
@pytest.mark.parametrize("rows", [ROWS, None])
def test_a_pass_equals_the_plain_equations(scale, anchored, rows):
    N, held_out, (V, U) = counts(0), counts(1, share=0.05), vectors(scale)
    log_q = anchor() if anchored else None
    assert (np.abs(V @ U.T).max() > SAFE_SCORE) == (scale > 1)
    loss, held_out_loss, grad_V, grad_U = dense(N, held_out, V, U, log_q)
    blocks = Blocks(N, held_out, rows)
    done = stream(blocks, V, U, log_q)
    assert done.loss == pytest.approx(loss, rel=2e-6)
    assert done.held_out_loss == pytest.approx(held_out_loss, rel=2e-6)
    assert relative_error(done.grad_V, grad_V) < 1e-5
    assert relative_error(done.grad_U, grad_U) < 1e-5
    only = stream(blocks, V, U, log_q, gradients=False)
    assert (only.loss, only.held_out_loss) == (done.loss, done.held_out_loss)
    assert only.grad_V is None and only.grad_U is None


@pytest.mark.filterwarnings("error")
def test_a_word_without_pairs_warns_of_nothing():
    stream(Blocks(counts(0)), *vectors())


def test_words_without_an_anchor_to_speak_of_stay_finite():
    """log q of −100, and scores that make up for it."""
    N, held_out, (V, U) = counts(0), counts(1), vectors(4.0)
    log_q = anchor()
    log_q[3] = -100
    expected = dense(N, held_out, V, U, log_q)
    done = stream(Blocks(N, held_out, ROWS), V, U, log_q)
    assert done.loss == pytest.approx(expected[0], rel=2e-6)
    assert relative_error(done.grad_U, expected[3]) < 1e-5


def test_blocks_know_the_sums_of_their_pairs():
    N, held_out = counts(0), counts(1)
    blocks = Blocks(N, held_out, ROWS)
    np.testing.assert_allclose(blocks.n, N.toarray().sum(axis=1), rtol=1e-6)
    np.testing.assert_allclose(blocks.m, N.toarray().sum(axis=0), rtol=1e-6)
    assert blocks.total == pytest.approx(N.sum(), rel=1e-6)
    assert blocks.held_out_total == pytest.approx(held_out.sum(), rel=1e-6)
    bounds = [(block.first, block.last) for block in blocks.blocks]
    assert bounds == [(i, min(i + ROWS, WORDS)) for i in range(0, WORDS, ROWS)]


def test_bands_of_several_blocks_give_the_same_pass(monkeypatch):
    N, held_out, (V, U), log_q = counts(0), counts(1), vectors(), anchor()
    expected = stream(Blocks(N, held_out), V, U, log_q)
    monkeypatch.setattr(bands, "FEWEST_ROWS", 4)
    monkeypatch.setattr(bands, "BLOCK_BYTES", 5 * 4 * WORDS)
    blocks = Blocks(N, held_out)
    assert len(blocks.blocks) > 2 * len(blocks.bands) > 10
    done = stream(blocks, V, U, log_q)
    assert done.loss == pytest.approx(expected.loss, rel=1e-6)
    assert done.held_out_loss == pytest.approx(expected.held_out_loss, rel=1e-6)
    assert relative_error(done.grad_V, expected.grad_V) < 1e-5
    assert relative_error(done.grad_U, expected.grad_U) < 1e-5
    # A worker of a cluster has a single band.
    for (a, b), losses in zip(
        zip(blocks.bounds, blocks.bounds[1:], strict=False), blocks.bands, strict=True
    ):
        own = Blocks(N[a:b], held_out[a:b], bounds=np.array([0, b - a]))
        assert len(own.blocks) == len(losses)
        np.testing.assert_array_equal(stream(own, V[a:b], U, log_q).grad_V, done.grad_V[a:b])


@pytest.fixture(params=[1, 2, 3], ids=lambda cores: f"{cores} cores")
def cores(request, monkeypatch):
    monkeypatch.setattr(exact_pass, "available_cores", lambda: request.param)
    return request.param


@pytest.mark.parametrize("rows", [1, ROWS, 40])
def test_any_number_of_cores_gives_the_same_bits(rows, monkeypatch):
    blocks, (V, U), log_q = Blocks(counts(0), counts(1), rows), vectors(), anchor()
    results = []
    for number in (1, 2, 3, 8):
        monkeypatch.setattr(exact_pass, "available_cores", lambda number=number: number)
        results += [stream(blocks, V, U, log_q) for _ in range(3)]
    first = results[0]
    for other in results[1:]:
        assert (other.loss, other.held_out_loss) == (first.loss, first.held_out_loss)
        assert other.grad_V.tobytes() == first.grad_V.tobytes()
        assert other.grad_U.tobytes() == first.grad_U.tobytes()


def test_a_pass_leaves_the_vectors_and_the_counts_alone(cores):
    N, (V, U) = counts(0), vectors()
    before = N.data.tobytes(), V.tobytes(), U.tobytes()
    stream(Blocks(N, rows=ROWS), V, U, anchor())
    assert (N.data.tobytes(), V.tobytes(), U.tobytes()) == before


def test_poll_hears_of_every_block_on_one_core_and_of_the_end_on_any(cores):
    shares = []
    blocks = Blocks(counts(0), rows=ROWS)
    here = threading.get_ident()

    def poll(share):
        assert threading.get_ident() == here
        shares.append(share)

    stream(blocks, *vectors(), poll=poll)
    assert shares == sorted(shares) and shares[-1] == 1
    if cores == 1:
        assert shares == pytest.approx(np.arange(1, len(blocks.blocks) + 1) / len(blocks.blocks))


@pytest.mark.parametrize("position", range(1, 14))
def test_poll_stops_a_pass_from_every_position(cores, position):
    blocks, threads = Blocks(counts(0), rows=ROWS), threading.active_count()
    assert len(blocks.blocks) == 13
    heard = []

    def poll(share):
        heard.append(share)
        return share >= position / 13

    with pytest.raises(InterruptedError):
        stream(blocks, *vectors(), poll=poll)
    assert heard[-1] >= position / 13 and all(share < position / 13 for share in heard[:-1])
    assert threading.active_count() == threads


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
@pytest.mark.parametrize("position", [1, 9, 13])
def test_an_error_in_poll_is_passed_on_and_leaves_no_thread(cores, error, position):
    threads = threading.active_count()

    def poll(share):
        if share >= position / 13:
            raise error("in poll")

    with pytest.raises(error, match="in poll"):
        stream(Blocks(counts(0), rows=ROWS), *vectors(), poll=poll)
    assert threading.active_count() == threads


def test_an_error_on_another_core_is_passed_on(monkeypatch):
    monkeypatch.setattr(exact_pass, "available_cores", lambda: 2)
    threads, main, exponentiate = threading.active_count(), threading.get_ident(), None
    exponentiate, elsewhere = exact_pass._exponentiate, threading.Event()

    def failing(s, safe):
        if threading.get_ident() != main:
            elsewhere.set()
            raise MemoryError("no room")
        assert elsewhere.wait(60)  # until the other core has had a block
        return exponentiate(s, safe)

    monkeypatch.setattr(exact_pass, "_exponentiate", failing)
    with pytest.raises(MemoryError, match="no room"):
        stream(Blocks(counts(0), rows=ROWS), *vectors())
    assert threading.active_count() == threads


# float32 throughout: a float64 array as large as the vectors doubles the time of what touches it.


class Watched(np.ndarray):
    """An array that hands its type on to all that is computed from it, temporaries as well, and
    reports each float64 one of at least ``least`` numbers that comes into being."""

    __array_priority__ = 1.0  # so that np.concatenate hands it on, too
    least = WORDS * DIM
    found: tuple | list = ()

    def __array_finalize__(self, parent):
        if self.dtype == np.float64 and self.size >= Watched.least:
            Watched.found.append(f"a float64 array of shape {self.shape} in {_line()}")


def _line():
    """The line of the model that is being run."""
    frame = sys._getframe()
    while frame is not None and not frame.f_code.co_filename.startswith(MODEL):
        frame = frame.f_back
    return "no line of the model" if frame is None else f"{frame.f_code.co_name}:{frame.f_lineno}"


@contextmanager
def watching(monkeypatch):
    """Within it, large float64 arrays are found in two ways: as anything computed from a watched
    array (and arrays made by np.empty and np.zeros are), and as a variable of the model's code."""
    found = Watched.found = []
    seen = set()
    empty, zeros, before = np.empty, np.zeros, sys.gettrace()

    def look(frame, event, argument):
        if not frame.f_code.co_filename.startswith(MODEL):
            return None
        for name, value in frame.f_locals.items():
            if (
                isinstance(value, np.ndarray)
                and value.dtype == np.float64
                and value.size >= Watched.least
                and (frame.f_code, name) not in seen
            ):
                seen.add((frame.f_code, name))
                found.append(f"{name}, float64 {value.shape}, in {frame.f_code.co_name}")
        return look

    with monkeypatch.context() as patch:
        patch.setattr(np, "empty", lambda *a, **k: empty(*a, **k).view(Watched))
        patch.setattr(np, "zeros", lambda *a, **k: zeros(*a, **k).view(Watched))
        threading.settrace(look)
        sys.settrace(look)
        try:
            yield found
        finally:
            sys.settrace(before)
            threading.settrace(before)


def watched(*arrays):
    return tuple(array.view(Watched) for array in arrays)


def watched_pairs(rows=ROWS):
    N, H = counts(0), counts(1)
    for matrix in (N, H):
        matrix.data = matrix.data.view(Watched)
    return Blocks(N, H, rows)


@pytest.mark.parametrize("scale", [0.3, 6.0])
@pytest.mark.parametrize("log_q", [None, anchor(), anchor().astype(np.float64)])
@pytest.mark.parametrize("rows", [ROWS, WORDS])  # in one block, whatever has its rows is as large
def test_a_pass_holds_no_float64_as_large_as_the_vectors(cores, scale, log_q, rows, monkeypatch):
    blocks, (V, U) = watched_pairs(rows), watched(*vectors(scale))
    with watching(monkeypatch) as found:
        done = stream(blocks, V, U, log_q)
    assert not found
    assert done.grad_V.dtype == done.grad_U.dtype == np.float32


def test_newtons_steps_hold_no_float64_as_large_as_the_vectors(monkeypatch):
    blocks, (V, U), log_q = watched_pairs(WORDS), watched(*vectors(0.3)), anchor()
    steps = []

    def report(step, losses, freeze):
        state = freeze()
        steps.append(state)
        arrays = {k: v for k, v in state.items() if isinstance(v, np.ndarray)}
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}

    options = dict(learning_rate=0.5, prior=2.0, tolerance=0.0, report=report)
    with watching(monkeypatch) as found:
        solvers.newton(blocks, V, U, log_q, epochs=7, poll=lambda share: None, **options)
        solvers.newton(
            blocks, V, U, log_q, epochs=9, poll=lambda share: None, state=steps[-1], **options
        )
    assert len(steps) > 8
    assert not found


def test_the_spectral_start_holds_no_float64_as_large_as_the_vectors(monkeypatch):
    N = counts(0, 10 * WORDS)
    N = sp.csr_array(N + N.T)
    N.data = N.data.view(Watched)
    monkeypatch.setattr(bands, "FEWEST_ROWS", 10 * WORDS)  # one band
    monkeypatch.setattr(Watched, "least", 10 * WORDS * DIM)  # products of directions are smaller
    with watching(monkeypatch) as found:
        V, U = spectrum(N, DIM, np.random.default_rng(0)).shrunk(2.0)
    assert not found and V.dtype == U.dtype == np.float32


def test_a_minibatch_holds_no_float64_as_large_as_the_vectors(monkeypatch):
    (V, U), c = watched(*vectors()), np.arange(WORDS)
    with watching(monkeypatch) as found:
        batch_gradients(V, U, c, c[::-1], anchor())
    assert not found


@pytest.mark.parametrize(
    "slip",
    [
        lambda V: (V * np.ones(WORDS)[:, None]).astype(np.float32),
        lambda V: np.exp(V, dtype=np.float64).astype(np.float32),
        lambda V: V.astype(np.float64).astype(np.float32),
        lambda V: V + np.float32(0) * np.linspace(0, 1, DIM),
        lambda V: np.matmul(V, np.eye(DIM)).astype(np.float32),
        lambda V: np.concatenate([V, np.ones((1, DIM))]).astype(np.float32),
        lambda V: np.add(np.zeros((WORDS, DIM), np.float32), np.ones(DIM)).astype(np.float32),
    ],
)
def test_the_watch_sees_a_float64_temporary(slip, monkeypatch):
    V = watched(vectors()[0])[0]
    with watching(monkeypatch) as found:
        slip(V)
    assert found


def test_the_watch_sees_a_float64_variable_of_the_model_on_every_core(cores, monkeypatch):
    exponentiate = exact_pass._exponentiate
    source = (
        "def _exponentiate(s, safe):\n    wide = np.asarray(s, np.float64)\n    return f(s, safe)"
    )
    names = {"np": np, "f": exponentiate}
    exec(compile(source, str(Path(MODEL) / "passes.py"), "exec"), names)
    monkeypatch.setattr(exact_pass, "_exponentiate", names["_exponentiate"])
    with watching(monkeypatch) as found:
        stream(Blocks(counts(0), rows=40), *vectors(), gradients=False)
    assert any("wide" in line for line in found)
