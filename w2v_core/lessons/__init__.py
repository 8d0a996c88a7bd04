"""What the lessons compute: each equation and each caution on small examples and on a model."""
