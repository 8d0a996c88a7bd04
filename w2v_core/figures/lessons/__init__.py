"""The lessons' own pictures: equations, bars, arrows. Words are shown as text, never as markup."""
