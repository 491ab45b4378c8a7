"""The rules of Amazon ECS that the lab follows: one sentence each, how it is known, where it comes from."""
