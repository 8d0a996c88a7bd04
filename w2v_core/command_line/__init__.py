"""The commands of ``python -m w2v_core``, for machines without a browser."""
