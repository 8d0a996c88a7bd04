"""What a worker process does: trainings, analyses of a finished model, methods records."""
