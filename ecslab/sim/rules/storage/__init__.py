"""Storage: which data a volume of a task is, what keeps it from being mounted, and what is found there."""
