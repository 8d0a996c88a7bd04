"""Files on disk: complete or absent, checked when they are read, in one folder, within limits."""
