"""The same text, seed and packages give the same answers on another machine, up to rounding."""

import json
import os
import platform
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parents[2]
TEXT, PAIRS = ROOT / "data" / "royalty.txt", ROOT / "data" / "royalty_pairs.txt"
VIEWS = ("center", "sum", "analogies", "related")
OTHER_MACHINE = {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"}
"""A kernel that every 64-bit processor of Intel and AMD can run, and that none chooses today."""
TRAINING = f"""
import json, os, sys
if len(sys.argv) > 4:
    os.sched_setaffinity(0, {{min(os.sched_getaffinity(0))}})
import numpy as np
from threadpoolctl import threadpool_info
from w2v_core import Corpus, SkipGram
from w2v_core.model.defaults import default_held_out
corpus = Corpus.from_file(sys.argv[1])
held_out = default_held_out(corpus.n_sentences)
model = SkipGram(held_out=held_out, count_vectors=True, seed=int(sys.argv[2])).fit(corpus)
questions = json.loads(sys.argv[3])
spaces = {{which: model.vectors(which) for which in {VIEWS!r}}}
print(json.dumps({{
    "kernels": sorted(library.get("architecture") or "" for library in threadpool_info()),
    "nearest": {{which: space.nearest_of_all(10)[0].tolist() for which, space in spaces.items()}},
    "answers": [spaces["analogies"].analogy(*three, n=1)[0][0] for three in questions],
    "chosen": model.chosen,
    "passes": len(model.loss_curve),
    "V": [float(x) for x in model.V[0]],
}}))
"""


def train(seed: int = 0, one_core: bool = False, **environment: str) -> dict:
    """What a training in a process of its own has found."""
    pairs = [line.split() for line in PAIRS.read_text("utf-8").splitlines()]
    two = [pair for pair in pairs if len(pair) == 2 and pair[0] != ":"]
    questions = json.dumps([[*one, other[0]] for one, other in permutations(two, 2)])
    command = [sys.executable, "-c", TRAINING, str(TEXT), str(seed), questions]
    command += ["one"] if one_core and hasattr(os, "sched_setaffinity") else []
    path = {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        command, env={**os.environ, **path, **environment}, capture_output=True, text=True
    )
    assert not result.returncode, result.stderr
    return json.loads(result.stdout)


def overlaps(one: dict, other: dict) -> list[float]:
    """For each view, the mean share of the ten nearest words that both trainings have."""
    return [
        float(np.mean([len({*a} & {*b}) / len(a) for a, b in zip(rows, others, strict=True)]))
        for rows, others in zip(one["nearest"].values(), other["nearest"].values(), strict=True)
    ]


@pytest.fixture(scope="module")
def here() -> dict:
    return train()


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64")
    or all(library["internal_api"] != "openblas" for library in threadpool_info()),
    reason="only OpenBLAS can be told to use another kernel",
)
def test_another_kernel_and_one_core_give_the_same_words(here):
    there = train(one_core=True, **OTHER_MACHINE)
    assert there["kernels"] != here["kernels"]
    assert there["V"] != here["V"]  # it did round in another way
    assert min(overlaps(here, there)) >= 0.999
    assert len(here["answers"]) > 50
    for same in ("answers", "chosen", "passes"):
        assert there[same] == here[same]


@pytest.mark.slow
def test_one_core_gives_the_very_same_vectors(here):
    there = train(one_core=True)
    assert (there["V"], there["passes"]) == (here["V"], here["passes"])


@pytest.mark.slow
def test_another_seed_would_be_noticed(here):
    assert min(overlaps(here, train(seed=1))) < 0.99
