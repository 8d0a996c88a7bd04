"""Data in, plotly figures out. Words are shown as text, never as markup."""
