"""The sample models on pages: they are trained when they are first needed."""

from __future__ import annotations

import streamlit as st

from w2v_core.storage.home import home
from w2v_core.work.sample_models import make_samples, missing_samples


def make_missing_samples() -> bool:
    """Train the sample models that are not here yet; returns whether there were any. Where nothing can be
    written, pages do without."""
    if not missing_samples(home()):
        return False
    try:
        with st.spinner("Training the sample model. This happens only once …"):
            make_samples(home())
    except (OSError, ValueError):
        return False
    return True
