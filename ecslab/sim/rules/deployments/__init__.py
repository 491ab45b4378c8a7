"""How a service moves from one revision to the next (SS section D)."""
