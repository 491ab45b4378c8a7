"""Scenario files: read, check, run and write the one language of ECS Lab."""
