"""*Copy link*, on every page at the same place: the page's address goes to the clipboard, with its choices
and the open model. A browser that refuses its clipboard shows the address, selected, to copy by hand."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts import address
from pages.parts.browser_modules import modules

_HERE = Path(__file__).resolve().parent
_button = st.components.v2.component(
    "w2v_copied_link",
    html=(
        '<div class="w2v-link"><button type="button" disabled>'
        '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M6.5 9.5a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0'
        '-4.3-4.3l-.9.9M9.5 6.5a3 3 0 0 0-4.3 0L2.8 8.9a3 3 0 0 0 4.3 4.3l.9-.9"/></svg>'
        "<span>Copy link</span></button>"
        '<span class="said" role="status"></span>'
        '<label hidden>The browser refused to copy: copy it by hand. <input type="text" readonly></label>'
        "</div>"
    ),
    css=(_HERE / "button.css").read_text(encoding="utf-8"),
    js=f"""export default function (component) {{
      {modules.promise("parts/copied_link/button.js")}
        .then((code) => code.default(component)).catch(console.error);
    }}""",
    isolate_styles=False,
)


def copy_link(model: str | None) -> None:
    """Draw the button; an address that names no model gets this one."""
    modules.keep()
    with st.container(key="copied_link"):
        _button(
            key="_copied_link",
            data={
                "model": model or "",
                "name": address.MODEL.name,
                "secret": [address.OWNER.name, address.OPERATOR.name],
            },
        )
