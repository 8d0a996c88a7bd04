"""What every page begins with: its first heading, and the few styles that Streamlit's theme lacks."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

_STYLES = Path(__file__).with_name("page_frame.css").read_text(encoding="utf-8")


def begin_page(name: str) -> None:
    """Give the page its styles and, for those who hear it, its name as the one heading of the first level:
    on screen the navigation says where one is, and most pages begin with their picture. Headings on a
    page are therefore of the second level, and those of its sections of the third."""
    st.html(f"<style>{_STYLES}</style><h1 class='w2v-unseen'>{html.escape(name)}</h1>")
