"""Plotly figures made from plain arrays. Words are shown as text, never as markup."""
