"""The vector space: similarity, analogies, projections."""
