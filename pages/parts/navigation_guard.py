"""A folder called pages/ makes a fresh server run the page of a link by itself, without app.py, until
st.navigation ran once: say what that would say, and begin again.

In a module of its own that imports nothing heavy: beginning again ends the import, and another visitor
who waits for a long one meanwhile would be left with half a module. For the same reason app.py and the
pages import it before anything else of this folder: of this module, half is enough.
"""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()
