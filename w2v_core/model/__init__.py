"""The softmax skip-gram: its equations, its solvers, the estimator."""
