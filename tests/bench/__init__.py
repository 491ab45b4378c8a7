"""Measurements: what a learner waits for, and how far the core is from the bare machine."""
