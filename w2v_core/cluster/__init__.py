"""Work done by many machines, with Dask; nothing here is imported unless a cluster is asked for."""
