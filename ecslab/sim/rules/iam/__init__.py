"""Identity: what roles are, what their policies allow, and which of them a task, its agent and its program use."""
