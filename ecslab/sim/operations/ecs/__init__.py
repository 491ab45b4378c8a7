"""Amazon ECS API operations."""
