"""Text → token ids → pair counts."""
