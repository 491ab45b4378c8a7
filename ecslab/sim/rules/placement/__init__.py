"""Which container instance a task is placed on, and which task is stopped first (PN sections P, Q, K)."""
