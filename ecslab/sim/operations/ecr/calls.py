"""The simulated operations of `ecr`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.ecr import repositories
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "ecr:CreateRepository": repositories.create_repository,
    "ecr:DeleteRepository": repositories.delete_repository,
    "ecr:SetRepositoryPolicy": repositories.set_repository_policy,
    "ecr:DeleteRepositoryPolicy": repositories.delete_repository_policy,
}

READS: dict[str, Operation] = {
    "ecr:DescribeRepositories": repositories.describe_repositories,
    "ecr:GetRepositoryPolicy": repositories.get_repository_policy,
}
