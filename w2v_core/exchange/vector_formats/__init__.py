"""Formats of files of vectors: one module for each, and a registry."""
