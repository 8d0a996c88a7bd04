"""Counting a text on many machines, with Dask; nothing here is imported unless it is asked for."""
