"""Models on their way in and out: bundles, vector files, tables."""
