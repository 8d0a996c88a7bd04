"""The app for many people: ``streamlit run serve.py``. The same pages as ``app.py``, behind a gate that
bounds the memory of uploads (see ``pages/parts/upload_memory.py`` and ``docs/deployment.md``)."""

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.upload_memory import UploadGate

app = st.App("app.py", middleware=[Middleware(UploadGate)])
