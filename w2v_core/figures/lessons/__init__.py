"""Figures of the lessons: equations, bars, arrows. Words are shown as text, never as markup."""
