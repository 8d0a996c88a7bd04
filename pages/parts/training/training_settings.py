"""The settings of a training: what to start from, and a field for each with what it does and what was
chosen for it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal
from pages.parts.explanations import explanation
from w2v_core.model.defaults import explain
from w2v_core.parameters import CHOSEN_HERE, PARAMETERS, Parameter
from w2v_core.setting_names import SETTING_NAMES

BEST, NOTES = "best vectors", "as in the notes"
PRESETS: dict[str, dict[str, Any]] = {
    BEST: {"count_vectors": True},
    NOTES: {
        "window": "sentence",
        "subsample": 0.0,
        "solver": "sgd",
        "anchored": False,
        "prior": 0.0,
        "held_out": 0.0,
        "count_vectors": False,
    },
}
SECTIONS = {
    "pairs": "What counts as a neighbour",
    "model": "What the model is",
    "training": "How it is trained",
}
MOST_SEGMENTS = 4  # choices that fit side by side in the column of a setting


def default(name: str) -> Any:
    return CHOSEN_HERE.get(name, PARAMETERS[name].default)


def preset_values(preset: str) -> dict[str, Any]:
    return {name: PRESETS[preset].get(name, default(name)) for name in PARAMETERS}


def apply_preset() -> None:
    if st.session_state["preset"] is None:
        return
    for name, value in preset_values(st.session_state["preset"]).items():
        if name == "window":
            st.session_state["whole_sentence"] = value == "sentence"
            value = 5 if value == "sentence" else value
        st.session_state[name] = value


def current_settings() -> dict[str, Any]:
    """Every parameter as the fields below hold it now; the defaults before they are first drawn."""
    values = {name: st.session_state.get(name, default(name)) for name in PARAMETERS}
    if st.session_state.get("whole_sentence"):
        values["window"] = "sentence"
    return values


def draw_settings(chosen: dict[str, Any]) -> None:
    """One field for each parameter, beside it its sentence and what was chosen."""
    now = current_settings()
    st.session_state["preset"] = next((p for p in PRESETS if preset_values(p) == now), None)
    st.segmented_control(
        "Start from",
        list(PRESETS),
        key="preset",
        on_change=deferred(apply_preset),
        help=explanation("preset"),
    )
    left, right = st.columns(2, gap="large")
    for part, title in SECTIONS.items():
        with right if part == "training" else left:
            st.markdown(f"**{title}**")
            for parameter in PARAMETERS.values():
                if parameter.part == part:
                    field, about = st.columns([2, 3], vertical_alignment="center", gap="medium")
                    with field:
                        draw_field(parameter, chosen.get(parameter.name))
                    about.caption(about_field(parameter, chosen, now["solver"]))


def draw_text_field(parameter: Parameter, chosen: dict[str, Any]) -> None:
    """A field of the preparation, its sentence below it."""
    draw_field(parameter, chosen.get(parameter.name))
    st.caption(about_field(parameter, chosen, ""))


def about_field(parameter: Parameter, chosen: dict[str, Any], solver: str) -> str:
    """What a field does, what it takes, and, where it is left open, what was chosen and why."""
    lines = [parameter.sentence]
    if parameter.kind is not None:  # any other field shows its choices
        lines[0] += f" Allowed: {parameter.range}."
    if parameter.name in chosen:
        what, why = explain(parameter.name, chosen[parameter.name], solver)
        lines.append(f"Chosen: {what}; {why}.")
    return "  \n".join(literal(line) for line in lines)


def draw_field(parameter: Parameter, chosen: Any) -> None:
    name, label = parameter.name, SETTING_NAMES[parameter.name]
    if parameter.kind is None:
        if parameter.choices == (True, False):
            st.toggle(label, value=default(name), key=name, bind="query-params")
        elif len(parameter.choices) > MOST_SEGMENTS:
            st.selectbox(
                label,
                parameter.choices,
                index=parameter.choices.index(parameter.default),
                key=name,
                bind="query-params",
            )
        else:
            st.segmented_control(
                label,
                parameter.choices,
                default=parameter.default,
                required=not parameter.optional,
                key=name,
                bind="query-params",
            )
    else:
        if name == "window":
            st.toggle(
                "Whole sentence",
                key="whole_sentence",
                bind="query-params",
                help=explanation("whole sentence"),
            )
        whole = parameter.kind is int
        st.number_input(
            label,
            value=default(name),
            min_value=parameter.kind(parameter.low),
            max_value=parameter.kind(parameter.high),
            step=1 if whole else None,
            format=None if whole else "%.6g",
            placeholder="chosen for you" if chosen is None else f"chosen: {chosen:,.3g}",
            disabled=name == "window" and st.session_state.get("whole_sentence", False),
            key=name,
            bind="query-params",
        )
