"""Whole stories with the digest of the world at their end (core law 7)."""
