"""Registering a task definition: what is refused, what is computed, what is worth a note."""
