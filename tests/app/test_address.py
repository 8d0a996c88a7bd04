"""The table of the address: what is read from an address of any kind, and what is written."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.address import TABLE

HOSTILE = ["", "\0", "٣", "1e400", "inf", "-", "9" * 400, "<b>;;\n", "../../etc", "𝟛", "TRUE"]


def page():
    import streamlit as st

    from pages.parts.address import TABLE

    st.session_state["read"] = {(entry.name, entry.pages): entry.get() for entry in TABLE}


@pytest.mark.parametrize("texts", [*HOSTILE, HOSTILE])
def test_no_address_is_too_odd_to_be_read(texts):
    at = AppTest.from_function(page)
    for entry in TABLE:
        at.query_params[entry.name] = texts
    at.run()
    assert not at.exception
    read = at.session_state["read"]
    for entry in TABLE:
        value = read[entry.name, entry.pages]
        if entry.default is False:
            assert value is False
        if entry.name in ("pass", "steps", "rounds", "angle"):
            assert value is None


def test_what_is_written_is_read_again_and_a_default_is_left_out():
    def page():
        import streamlit as st

        from pages.parts import address

        address.PICK.set(["paris", "a;b"])
        address.ISOLATE.set(True)
        address.PASS.set(-3)
        address.PAIRS.set("man woman\nking queen")
        address.LESSON.set("0")
        address.WORD.set("gone")
        address.WORD.set(None)
        address.ALONE.set(False)
        address.OWNER.set("key")
        st.session_state["read"] = [
            address.PICK.get(),
            address.ISOLATE.get(),
            address.PASS.get(),
            address.PAIRS.get(),
            address.LESSON.get(),
            address.WORD.get(),
            address.OWNER.take(),
            address.OWNER.take(),
        ]

    at = AppTest.from_function(page).run()
    assert not at.exception
    assert at.session_state["read"] == [
        *(["paris", "a;b"], True, -3, "man woman\nking queen", "0", None, "key", None)
    ]
    assert {name: at.query_params[name] for name in at.query_params} == {
        "pick": ["paris", "a;b"],
        "isolate": "true",
        "pass": "-3",
        "pairs": "man woman;king queen",
        "lesson": "0",
    }
