"""Pages of the quiz."""
