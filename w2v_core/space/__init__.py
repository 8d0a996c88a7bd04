"""The space the vectors span: similarity, analogy, projections."""
