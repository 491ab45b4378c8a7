"""EC2 capacity: machines, container instances, Auto Scaling groups and capacity providers (SS sections 4 and 5)."""
