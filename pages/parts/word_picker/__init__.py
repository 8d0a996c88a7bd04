"""The word picker, and the word that the address holds."""

from pages.parts.word_picker.address import remember, word_in_address
from pages.parts.word_picker.component import pick_word, send_vocabulary

__all__ = ["pick_word", "remember", "send_vocabulary", "word_in_address"]
