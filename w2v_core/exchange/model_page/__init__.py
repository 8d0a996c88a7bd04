"""A whole model as one HTML file that opens from disk: its map, neighbours, diamonds, analogies, record."""
