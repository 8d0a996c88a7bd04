"""The estimator, which turns a corpus into two matrices of word vectors."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model import defaults, prior, solvers
from w2v_core.model.dimension import Trials, choose_dimension, tries_dimensions
from w2v_core.model.exact_pass import Blocks, Pass, one_thread_a_product
from w2v_core.model.initialization import random_start, spectrum
from w2v_core.model.placed_pairs import PlacedPairs
from w2v_core.model.positive_pmi import pmi_vectors
from w2v_core.model.prior import choose_prior
from w2v_core.model.unigram import choose_smoothing, log_unigram
from w2v_core.model.vector_views import COUNT_POWER, count_window
from w2v_core.model.word_model import WordModel
from w2v_core.parameters import check
from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText
from w2v_core.text.pairs import count_pairs, count_split, default_subsample
from w2v_core.text.small_vocabulary import FEWEST_SENTENCES, default_weighting

MOST_SGD_PAIRS = 5e8  # the most pairs that are shuffled in memory, 16 bytes each
SMALL_START = 0.1  # standard deviation of the notes' small random start


@dataclass(frozen=True)
class Progress:
    """The state of a training before step ``step`` of at most ``epochs``.

    ``loss`` (nats per pair) is exact for the current ``V`` and ``U`` (|W|, d). These are the arrays that
    are being trained, so copy them to keep them; where the workers of a cluster train, only their rows can
    be fetched. ``held_out_loss`` is the loss of the held-out sentences,
    None if there are none. ``seconds`` counts from the start of fit. ``state``, called within the
    callback, returns a dict of arrays and plain values from which ``fit(resume=…)`` continues as if it had
    never stopped; it is None if there is nothing left to do.
    """

    step: int
    epochs: int
    loss: float
    seconds: float
    V: np.ndarray
    U: np.ndarray
    held_out_loss: float | None = None
    state: Callable[[], dict[str, Any]] | None = None


class SkipGram(WordModel):
    """The full softmax skip-gram.

    Parameters
    ----------
    dim : int, optional
        d, numbers per word; at most |W|.
    window : int or "sentence"
        The number of words on each side that count as neighbours, or all other words of the sentence.
    solver : "newton" or "sgd"
        A few exact passes over all pairs, or pair by pair as in the notes.
    epochs : int, optional
        The largest number of passes.
        learning_rate : float, optional
        sgd: α; newton: share of the Newton step.
    prior : float, optional
        λ of the Gaussian prior λ/2 (‖V‖² + ‖U‖²).
    anchored : bool
        Add log q_o, the output word's frequency, to its scores. False is the notes' model.
    subsample : float, optional
        Frequency above which words are subsampled (see ``count_pairs``).
    seed : int
    weighting : "linear" or "flat", optional
        How the weight of a pair depends on its distance (see ``count_pairs``).
    batch_size : int, optional
        Pairs per step of sgd; 1 is the update of the notes.
    decay : bool
        Whether the learning rate of sgd falls linearly to a hundredth.
    tolerance : float, optional
        newton stops when each pass lowers loss + prior by less than this share.
    held_out : float
        Share of the sentences that are held out: not used for training, but their exact loss is reported.

    smoothing : float, optional
        α, the number of pairs added to each output word before q, the anchor of the scores, is computed.
    count_vectors : bool
        Make count vectors C too (``model.positive_pmi``), from pairs that may be three times as far apart
        (``model.vector_views``): the views "analogies" and "related" are better with them. The wider
        pairs are counted before the training. Measured on a busy machine, with the decomposition: 1.9 s
        and 3.8 s at 2.8 million words, with a vocabulary of 5,000 and 10,000.

    Parameters left at None are chosen from the corpus (``model.defaults``) and reported in ``chosen``.

    The same corpus, parameters and versions of the packages give, with the solver "newton":

    - the same V, U and count vectors, bit for bit, on one machine with any number of cores and threads;
    - on another machine, whose matrix products round in another way, vectors that differ by less than one
      per cent. Of the ten nearest words of the 1,000 most frequent words .999 are the same on the mean,
      and so are nearly all answers to analogies (``tests/benchmarks/kernels.py``; ``docs/benchmarks.md``).
      This is no guarantee: two words that are equally near may change places, and a choice between two
      priors that predict equally well may turn out otherwise.

    The attributes of a fitted model are described in ``WordModel``.
    """

    def __init__(
        self,
        dim: int | None = None,
        window: int | str = 5,
        solver: str = "newton",
        epochs: int | None = None,
        learning_rate: float | None = None,
        prior: float | None = None,
        anchored: bool = True,
        subsample: float | None = None,
        seed: int = 0,
        *,
        weighting: str | None = None,
        batch_size: int | None = None,
        decay: bool = True,
        tolerance: float | None = None,
        held_out: float = 0.0,
        smoothing: float | None = None,
        count_vectors: bool = False,
    ):
        self.dim = check("dim", dim)
        self.window = check("window", window)
        self.solver = check("solver", solver)
        self.epochs = check("epochs", epochs)
        self.learning_rate = check("learning_rate", learning_rate)
        self.prior = check("prior", prior)
        self.anchored = check("anchored", anchored)
        self.subsample = check("subsample", subsample)
        self.seed = check("seed", seed)
        self.weighting = check("weighting", weighting)
        self.batch_size = check("batch_size", batch_size)
        self.decay = check("decay", decay)
        self.tolerance = check("tolerance", tolerance)
        self.held_out = check("held_out", held_out)
        self.smoothing = check("smoothing", smoothing)
        self.count_vectors = check("count_vectors", count_vectors)

    def get_params(self) -> dict[str, Any]:
        """The parameters as they were given; None means that a value is chosen from the corpus."""
        return {name: getattr(self, name) for name in _PARAMETERS}

    def choose(self, n_words: int, total_pairs: float) -> dict[str, Any]:
        """The values chosen for the parameters left at None, for a vocabulary of n_words and pairs of
        this total weight. (For a small vocabulary, ``model.prior`` later replaces the prior by one
        chosen by held-out loss, and for a very small one ``model.dimension`` both dim and prior.)

        Raises
        ------
        ValueError
            If there is too little text to learn from, or too little for the given ``dim``.
        """
        if n_words < 2:
            raise ValueError(
                "The vocabulary contains a single word, so there is nothing to learn. Use a longer text, "
                "or lower the minimum count if it is above 1."
            )
        if total_pairs <= 0:
            raise ValueError(
                "No sentence contains two words of the vocabulary, so there are no training pairs. Use a "
                "text with longer sentences, or lower the minimum count."
            )
        if self.dim is not None and self.dim > n_words:
            raise ValueError(
                f"dim={self.dim} is too large, because the vocabulary has only {n_words:,} words. Give a "
                f"whole number from 1 to {min(n_words, 1_000):,}, or None."
            )
        if self.solver == "sgd" and total_pairs > MOST_SGD_PAIRS:
            raise ValueError(
                f"solver='sgd' would have to process {total_pairs:,.0f} pairs one by one. Choose "
                "solver='newton', a smaller window, or a shorter text."
            )
        rules = {
            "dim": lambda: defaults.default_dim(n_words),
            "epochs": lambda: defaults.default_epochs(self.solver, total_pairs),
            "learning_rate": lambda: defaults.default_learning_rate(self.solver),
            "prior": lambda: defaults.default_prior(
                self.solver, self.anchored, n_words, total_pairs
            ),
            "subsample": lambda: default_subsample(n_words),
        }
        if self.solver == "newton":
            rules["tolerance"] = lambda: defaults.default_tolerance(n_words)
        else:
            rules["batch_size"] = lambda: defaults.default_batch_size(n_words)
        return {name: rule() for name, rule in rules.items() if getattr(self, name) is None}

    def count(
        self, corpus: Corpus | CountedText, callback: Callable[[float], bool | None] | None = None
    ) -> tuple[sp.csr_array, sp.csr_array | None]:
        """N of the training sentences, and N of the held-out sentences (None if there are none).

        Parameters
        ----------
        corpus : Corpus or CountedText
        callback : callable, optional
            Called with the share counted so far (0 to 1); returning True raises an InterruptedError.
        """
        options = (self.window, self.weighting, self.subsample)
        chosen = self.drawn_to_hold_out(corpus.n_sentences)
        if chosen is None:
            return count_pairs(corpus, *options, callback=callback), None
        return count_split(corpus, chosen, *options, callback=callback)

    def count_widely(
        self,
        corpus: Corpus | CountedText,
        N: sp.csr_array,
        callback: Callable[[float], bool | None] | None = None,
    ) -> sp.csr_array:
        """The pairs that count vectors are made of: those of the training sentences in the wider window of
        ``vector_views.count_window`` (arguments as for ``count``). Whole sentences cannot be wider: then it
        is N, the pairs of the training."""
        wider = count_window(self.window)
        if wider == self.window:
            return N
        chosen = self.drawn_to_hold_out(corpus.n_sentences)
        learned = None if chosen is None else ~chosen
        weighting = self.weighting or default_weighting(corpus, self.window)
        return count_pairs(corpus, wider, weighting, self.subsample, learned, callback)

    def drawn_to_hold_out(self, n_sentences: int) -> np.ndarray | None:
        """bool (n_sentences,): which sentences are held out, drawn by the seed; None for none."""
        number = round(self.held_out * n_sentences)
        if number == 0:
            return None
        chosen = np.zeros(n_sentences, bool)
        dice = np.random.default_rng([self.seed, 1])
        chosen[dice.choice(n_sentences, number, replace=False)] = True
        return chosen

    def fit(
        self,
        corpus: Corpus | CountedText,
        callback: Callable[[Progress], bool | None] | None = None,
        *,
        pairs: sp.csr_array | tuple[sp.csr_array, sp.csr_array | None] | PlacedPairs | None = None,
        poll: Callable[[float], bool | None] | None = None,
        resume: dict[str, Any] | None = None,
        keep: Callable[[Callable[[], dict[str, Any]]], object] | None = None,
        most_dim: int = defaults.MOST_DIMENSIONS,
    ) -> SkipGram:
        """Train on a corpus.

        Parameters
        ----------
        corpus : Corpus or CountedText
            A text, or all that is needed of a long one: its words and a way to count its pairs.
        callback : callable, optional
            Called with a ``Progress`` before every step and once after the last; returning True stops
            the training and keeps the current vectors.
        pairs : sparse (|W|, |W|), or two of them, or PlacedPairs, optional
            N, or the result of ``count`` if the pairs have been counted already. ``PlacedPairs`` lie on the
            workers of a cluster, which train: with the solver "newton", without count vectors, and with a
            prior that is given or needs no trial. V and U are arrays once it is done; before, only their
            rows can be fetched, and the large arrays of ``state`` come in parts.
        poll : callable, optional
            Called several times within a pass with the share of the training done (0 to 1); returning
            True stops the training as above.
        resume : dict, optional
            The result of ``Progress.state`` in a training of the same corpus with the same parameters,
            from which this training continues.
        keep : callable, optional
            Called within each pass of sgd, before each ``poll``, with a function like
            ``Progress.state``, so that a long pass can be resumed too. (The vectors of newton change
            only between passes.)
        most_dim : int
            The largest dimension that may be tried (see ``model.dimension``).

        Raises
        ------
        ValueError
            If the text has no pairs of words, ``dim`` exceeds the vocabulary, or the training
            diverges.
        InterruptedError
            If ``poll`` stopped it before the first pass of this call, so that it leaves nothing to keep.
        """
        start = time.perf_counter()
        self.origin = {}
        n_words = len(corpus.words)
        blocks: Blocks | PlacedPairs
        if isinstance(pairs, PlacedPairs):
            N, held_out, blocks = None, None, pairs
        else:
            N, held_out = self.count(corpus) if pairs is None else _two(pairs)
            blocks = Blocks(N, held_out)
        self.chosen = {**corpus.chosen, **self.choose(n_words, blocks.total)}
        if self.weighting is None:
            self.chosen["weighting"] = default_weighting(corpus, self.window)
        used = {**self.get_params(), **self.chosen}
        self._take_vocabulary(corpus)
        self.stopped = False
        self.log_q = np.zeros(n_words, np.float32)
        if self.anchored:
            if self.smoothing is None:
                used["smoothing"] = self.chosen["smoothing"] = choose_smoothing(corpus, blocks.m)
            self.log_q = log_unigram(blocks.m, used["smoothing"])
        losses: list[float] = []
        held_out_losses: list[float] = []
        self.prior_losses: dict[float, float] = {}
        self.trials: Trials | None = None
        if resume is not None:
            losses += [float(loss) for loss in resume["losses"]]
            held_out_losses += [float(loss) for loss in resume["held_out_losses"]]
            start -= float(resume["seconds"])

        def state_of(freeze, losses: list, held_out_losses: list, seconds: float) -> dict[str, Any]:
            return {
                **freeze(),
                "prior": used["prior"],
                "trials": None if self.trials is None else self.trials.as_json(),
                "losses": losses,
                "held_out_losses": held_out_losses,
                "seconds": seconds,
            }

        def kept(freeze: Callable[[], dict]) -> None:
            assert keep is not None  # else nobody calls this
            seconds = time.perf_counter() - start
            keep(partial(state_of, freeze, list(losses), list(held_out_losses), seconds))

        def report(step: int, now: Pass, freeze: Callable[[], dict] | None) -> bool:
            loss, held_out_loss = now.loss / blocks.total, None
            if not np.isfinite(loss):
                raise ValueError(
                    f"The training diverged in pass {step}: with learning_rate="
                    f"{used['learning_rate']:g} the steps grow without bound. Lower learning_rate"
                    + (" or batch_size." if self.solver == "sgd" else ".")
                )
            if blocks.held_out_total:
                held_out_loss = now.held_out_loss / blocks.held_out_total
            before = list(losses), list(held_out_losses)
            losses.append(loss)
            if held_out_loss is not None:
                held_out_losses.append(held_out_loss)
            if callback is not None and not self.stopped:
                seconds = time.perf_counter() - start

                progress = Progress(
                    step,
                    used["epochs"],
                    loss,
                    seconds,
                    self.V,
                    self.U,
                    held_out_loss,
                    partial(state_of, freeze, *before, seconds) if freeze else None,
                )
                self.stopped = bool(callback(progress)) and step < used["epochs"]
            return self.stopped

        def polled(share: float) -> bool:
            self.stopped = self.stopped or bool(poll is not None and poll(share))
            return self.stopped

        def tried() -> tuple[int, float, Trials] | None:
            self.chosen["dim"] = self.chosen["prior"] = None  # not known yet
            return choose_dimension(corpus, N, used, most_dim, lambda share: polled(0.0))

        # The loss reveals a diverging training; NumPy's warnings add nothing.
        with one_thread_a_product(), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if resume is not None:
                used["prior"] = float(resume.get("prior", used["prior"]))
                used["dim"] = int(resume["V"].shape[1])
                if resume.get("trials") is not None:
                    self.trials = Trials.from_json(resume["trials"])
            elif self.tries_dimensions(corpus) and (found := tried()):
                used["dim"], used["prior"], self.trials = found
                self.prior_losses = dict(self.trials.priors)
            elif "prior" in self.chosen and self.tries_priors(corpus):
                split = None if held_out is None else (N, held_out)
                used["prior"], self.prior_losses = choose_prior(
                    corpus, used, split, lambda share: polled(0.0)
                )
            for name in {"dim", "prior"} & self.chosen.keys():
                self.chosen[name] = used[name]
            self.C = None
            if self.count_vectors:
                wide = self.count_widely(corpus, N, lambda share: polled(0.0))
                self.C, _ = pmi_vectors(wide, used["dim"], self.seed, COUNT_POWER)
                del wide
            self._solve(N, blocks, used, resume, report, polled, kept if keep else None)
        self.loss_curve = np.array(losses)
        self.held_out_curve = np.array(held_out_losses)
        self.seconds = time.perf_counter() - start
        return self

    def tries_priors(self, corpus: Corpus | CountedText) -> bool:
        """Whether a prior left at None is chosen by held-out loss."""
        few = len(corpus.words) <= prior.MOST_WORDS
        enough = corpus.n_sentences >= FEWEST_SENTENCES
        return self.solver == "newton" and self.anchored and few and enough

    def tries_dimensions(self, corpus: Corpus | CountedText) -> bool:
        """Whether a dimension left at None is chosen by trial, together with the prior."""
        left_open = self.dim is None and self.prior is None
        return left_open and self.tries_priors(corpus) and tries_dimensions(corpus)

    def _solve(self, N, blocks, used, resume, report, poll, keep) -> None:
        rng = np.random.default_rng(self.seed)
        shape = (len(self.words), used["dim"])
        if isinstance(blocks, PlacedPairs):
            return self._solve_elsewhere(blocks, used, resume, rng, report, poll)
        if resume is not None:
            self.V, self.U = np.empty((2, *shape), np.float32)
        elif self.anchored and self.solver == "newton":
            start = spectrum(N, used["dim"], rng, poll=lambda: poll(0.0))
            self.V, self.U = start.shrunk(used["prior"])
        else:
            self.V, self.U = random_start(*shape, SMALL_START, rng)
        common = dict(
            log_q=self.log_q if self.anchored else None,
            epochs=used["epochs"],
            learning_rate=used["learning_rate"],
            prior=used["prior"],
            report=report,
            poll=poll,
            state=resume,
        )
        if self.solver == "newton":
            solvers.newton(blocks, self.V, self.U, tolerance=used["tolerance"], **common)
        else:
            solvers.sgd(
                N,
                blocks,
                self.V,
                self.U,
                batch_size=used["batch_size"],
                decay=self.decay,
                rng=rng,
                keep=keep,
                **common,
            )

    def _solve_elsewhere(self, pairs: PlacedPairs, used, resume, rng, report, poll) -> None:
        """By the workers that have the pairs."""
        how = self.log_q if self.anchored else None, used["learning_rate"], used["prior"]
        if resume is not None:
            steps = pairs.resumed(resume, *how)
        elif self.anchored:
            start = pairs.spectral_start(used["dim"], used["prior"], rng, lambda: poll(0.0))
            steps = pairs.steps(start, *how)
        else:
            steps = pairs.steps(pairs.random_start(used["dim"], SMALL_START, rng), *how)
        self.V, self.U = steps.V, steps.U  # their rows are fetched where somebody asks for them
        options = {name: used[name] for name in ("epochs", "prior", "tolerance")}
        solvers.descend(steps, **options, report=report, poll=poll, state=resume)
        self.V, self.U = steps.fetched()

    def _take_vocabulary(self, corpus: Corpus | CountedText) -> None:
        self.corpus: Corpus | None = corpus if isinstance(corpus, Corpus) else None
        self.vocabulary = corpus.vocabulary
        self.words = corpus.words
        self.counts = corpus.counts


def _two(pairs) -> tuple[sp.csr_array, sp.csr_array | None]:
    return pairs if isinstance(pairs, tuple) else (pairs, None)


_PARAMETERS = (
    "dim",
    "window",
    "solver",
    "epochs",
    "learning_rate",
    "prior",
    "anchored",
    "subsample",
    "seed",
    "weighting",
    "batch_size",
    "decay",
    "tolerance",
    "held_out",
    "smoothing",
    "count_vectors",
)
