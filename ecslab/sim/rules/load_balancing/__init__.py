"""Target groups, the health of targets and the ways of requests (PN section 10)."""
