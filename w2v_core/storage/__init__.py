"""Files on disk: whole or absent, checked where they are read, in one folder, within limits."""
