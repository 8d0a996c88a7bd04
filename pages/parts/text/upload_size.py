"""How large an upload may be."""

from __future__ import annotations

import streamlit as st

from w2v_core.storage.limits import max_upload_bytes


def most_upload() -> int:
    """What a field for files takes, in MB: as the operator set it, and no more than the server takes."""
    return max(min(int(max_upload_bytes() / 1e6), st.get_option("server.maxUploadSize")), 1)
