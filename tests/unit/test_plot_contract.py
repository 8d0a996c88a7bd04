"""What Python sends to the plot is what pages/plot/contract.json says, which the browser is checked by."""

import json
import typing

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from pages.plot import contract as sent
from tests.conftest import ROOT
from tests.unit.test_figures import some_map
from tests.unit.test_relation_figures import PAIRS, PLACES, TITLES, drawing, why
from w2v_core.figures import meta
from w2v_core.figures.coloring import GROUPS, Groups
from w2v_core.figures.diamond import diamonds_2d, diamonds_3d, forming_film
from w2v_core.figures.lessons.arrows import Arrow, all_vectors, arrows, forming
from w2v_core.figures.reasons import shared_contexts

CONTRACT = json.loads((ROOT / "pages/plot/contract.json").read_text("utf-8"))
TYPES = [
    *(sent.Data, sent.Focus, sent.Part, sent.Packed, sent.Nearest),
    *(meta.Meta, meta.Labels, meta.WordMap, meta.Callouts, meta.Search, meta.Regions, meta.Film),
]
JSON_TYPES = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "null": type(None),
}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": CONTRACT["$defs"]})


def test_the_contract_is_a_json_schema():
    Draft202012Validator.check_schema(CONTRACT)


def plain(schema: dict) -> dict:
    """A schema without its reference."""
    if "$ref" in schema:
        return CONTRACT["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def agrees(hint, schema: dict) -> bool:
    """Whether a type of Python is what a schema allows."""
    schema = plain(schema)
    if "anyOf" in schema:
        hints = typing.get_args(hint)
        return len(hints) == len(schema["anyOf"]) and all(
            any(agrees(one, part) for one in hints) for part in schema["anyOf"]
        )
    if "enum" in schema:
        return hint is str
    if typing.is_typeddict(hint):
        return set(hint.__annotations__) <= set(schema.get("properties", ()))
    kind, of = typing.get_origin(hint), typing.get_args(hint)
    if schema["type"] == "array":
        if "prefixItems" in schema:  # Focus has a list for its pair: it goes through JSON
            items = of if kind is tuple else of * len(schema["prefixItems"])
            return all(agrees(*both) for both in zip(items, schema["prefixItems"], strict=True))
        return kind is list and agrees(of[0], schema["items"])
    if schema["type"] == "object":
        return kind is dict and agrees(of[1], schema["additionalProperties"])
    return hint is JSON_TYPES[schema["type"]]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_the_types_of_python_are_those_of_the_contract(kind):
    schema = CONTRACT["$defs"][kind.__name__]
    hints = typing.get_type_hints(kind)
    optional = {"shape"} if kind is sent.Packed else set()  # written by Plotly alone
    assert set(hints) == set(schema["properties"]) - optional
    assert kind.__required_keys__ == set(schema.get("required", ()))
    for name, hint in hints.items():
        assert agrees(hint, schema["properties"][name]), f"{name}: {hint}"


SPACE = np.concatenate([PLACES, np.zeros((3, 2, 1))], axis=2)
FILM = dict(curves=np.array([[0.1, 1.4], [0.9, 0.4]]), losses=[3.0, 2.5], steps=[0, 1])
POINTS = np.random.default_rng(0).normal(size=(300, 3))
FIGURES = {
    "map": lambda: some_map(300, selected=5, near=[1, 2], picked=[7], matched=[8], lines=True),
    "map of regions": lambda: some_map(
        300, coloring=Groups("cluster", np.arange(300) % 12, ["<b>"] * 12), regions=True
    ),
    "film of few words": lambda: forming(
        [(0, POINTS[:4, :2]), (5, POINTS[4:8, :2])], "abcd", (0, 1, 3, 2), 3.0, [["a"], ["b"]]
    ),
    "map of few": lambda: some_map(3, most=0),
    "map of V and U": lambda: some_map(300, second=POINTS[:, :2]),
    "shared contexts": lambda: shared_contexts(
        [f"w{i}" for i in range(300)], *POINTS.T[:2], abs(POINTS[:, 2]), [3, 4], "a", "b", chosen=3
    ),
    "why": why,
    "analogy": drawing,
    "arrows": lambda: arrows([Arrow((1, 1), "one"), Arrow((0, 2), "two", faint=True)]),
    "all vectors": lambda: all_vectors(POINTS[:60, :2], POINTS[60:120, :2], ["w"] * 60),
    "diamonds": lambda: diamonds_2d(PLACES, PAIRS, TITLES),
    "diamonds in space": lambda: diamonds_3d(SPACE, PAIRS, (*TITLES, "z")),
    "film": lambda: forming_film([PLACES / 2, PLACES], PAIRS, TITLES, **FILM),
    "film in space": lambda: forming_film([SPACE / 2, SPACE], PAIRS, (*TITLES, "z"), **FILM),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_meta_of_every_figure_is_what_the_contract_says(name):
    figure = FIGURES[name]()
    found = json.loads(figure.to_json())["layout"]["meta"]
    assert found
    validator("Meta").validate(found)
    if "labels" in found:
        n = found["map"].get("clouds", 1) if "map" in found else 1
        points = figure.data[found["labels"]["points"]]
        assert all(0 <= i < n * len(points.x) for i in found["labels"]["first"])
        assert figure.data[found["labels"]["trace"]].name == "labels"
    if "callouts" in found:
        one = found["callouts"]
        assert len(one["gaps"]) == len(one["away"])
        assert one["first"] + len(one["gaps"]) <= len(figure.layout.annotations)
    if "regions" in found:
        names, colors = found["regions"]["names"], found["regions"]["colors"]
        assert colors == list(GROUPS) and len(names) == len(colors) and names[0] == "&lt;b&gt;"
        assert points.marker.color.max() == len(names) - 1 and not figure.layout.showlegend
    if "captions" in found:
        assert len(found["captions"]) == len(figure.frames)
    if "film" in found:
        assert figure.data[found["film"]["words"]].name == "words"


def test_another_name_or_kind_of_value_breaks_the_contract():
    good = json.loads(some_map(30).to_json())["layout"]["meta"]
    for bad in ({"rings": 1}, {"labels": {}}, {"map": {**good["map"], "rings": 0.5}}):
        assert not validator("Meta").is_valid({**good, **bad})
    assert not all(
        agrees(str, schema) for schema in CONTRACT["$defs"]["Labels"]["properties"].values()
    )
