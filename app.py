"""Word2Vec Explorer: ``streamlit run app.py``."""

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401  (first: see there)
from pages.parts import address
from pages.parts.copied_link import copy_link
from pages.parts.error_messages import sentences_for_errors, tell_unwritable
from pages.parts.first_steps import show_first_steps
from pages.parts.greeting import greet
from pages.parts.job_queue import keep_workers
from pages.parts.model.current_model import current_model_id, sidebar_model
from pages.parts.model.sample_model import make_missing_samples
from pages.parts.page_frame import begin_page
from pages.parts.presentation import begin_presentation, present_button
from w2v_core.storage.files import Damaged

# Before the navigation, which would have the browser ask the internet for the icon of a page.
st.set_page_config(page_icon="pages/icon.svg", layout="wide")
pages_of_app = [
    st.Page("pages/start.py", title="Start", icon=":material/home:", default=True),
    st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
    st.Page("pages/explore.py", title="Explore", icon=":material/scatter_plot:"),
    st.Page("pages/neighbours.py", title="Neighbours", icon=":material/join_inner:"),
    st.Page("pages/analogies.py", title="Analogies", icon=":material/compare_arrows:"),
    st.Page("pages/diamonds.py", title="Diamonds", icon=":material/diamond:"),
    st.Page("pages/compare.py", title="Compare", icon=":material/compare:"),
    st.Page("pages/lessons.py", title="How it works", icon=":material/school:"),
    st.Page("pages/library.py", title="Library", icon=":material/folder_open:"),
]
page = st.navigation(pages_of_app)
st.set_page_config(page_title=f"{page.title} · Word2Vec Explorer")
begin_page(page.title)
begin_presentation(page.url_path, pages_of_app)
with sentences_for_errors((OSError, Damaged)):  # a full disk, a damaged file, wherever it is felt
    address.drop_empty_choices()
    keep_workers()
    tell_unwritable()
    starts = not page.url_path  # Start draws its first steps below what it says
    if not starts:
        make_missing_samples()
    with st.sidebar:
        greet()
        sidebar_model()
        present_button()
    copy_link(current_model_id())
    if not starts:
        show_first_steps(page.url_path)
    page.run()
