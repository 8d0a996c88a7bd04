"""Computations for the lessons: each equation and each caution, on small examples and on a model."""
