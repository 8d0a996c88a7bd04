"""Models, texts and what belongs to them, as they are kept on this machine."""
