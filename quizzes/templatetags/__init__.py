"""Template filters of the quiz."""
