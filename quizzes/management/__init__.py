"""Commands of the quiz."""
