"""The rules of Amazon ECS as functions of the world, cut by AWS topic."""
