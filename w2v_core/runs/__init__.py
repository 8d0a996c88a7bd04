"""What lasts: models on disk, the queue of jobs, the worker that does them."""
