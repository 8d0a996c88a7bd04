"""Word2Vec Explorer: ``streamlit run app.py``."""

import streamlit as st

from pages._shared import sidebar_model

st.set_page_config(page_title="Word2Vec Explorer", page_icon="pages/icon.svg", layout="wide")

# The picture is the page: less empty space around it than Streamlit leaves.
st.html("<style>.stMainBlockContainer {padding: 3.6rem 2.5rem 1.5rem}</style>")

page = st.navigation(
    [
        st.Page("pages/train.py", title="Train", icon=":material/model_training:", default=True),
        st.Page("pages/explore.py", title="Explore", icon=":material/scatter_plot:"),
    ]
)
with st.sidebar:
    sidebar_model()
page.run()
