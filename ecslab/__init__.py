"""ECS Lab: a place to build Amazon ECS clusters, watch them work and understand why."""
