"""Migrations of the quiz."""
