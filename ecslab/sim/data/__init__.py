"""Numbers from AWS with unit, source and date, read once at import."""
