"""The machine images of the lab and what AWS's parameters say of them (SS:C-20).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-optimized_AMI.html, as of 2026-11-24.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecslab.sim.errors.ec2 import InvalidAMIIDNotFound

X86, ARM, PLAIN = "ami-0ec50000000000001", "ami-0ec50000000000002", "ami-0ba5e000000000001"
_PARAMETER = "resolve:ssm:"
_OF_ECS = "/aws/service/ecs/optimized-ami/"


@dataclass(frozen=True, slots=True)
class MachineImage:
    """A machine image: its architecture, and whether the ECS agent is on it."""

    id: str
    name: str
    architecture: str
    has_agent: bool


IMAGES = {
    image.id: image
    for image in (
        MachineImage(X86, "al2023-ami-ecs-hvm-2026.0-x86_64", "x86_64", True),
        MachineImage(ARM, "al2023-ami-ecs-hvm-2026.0-arm64", "arm64", True),
        MachineImage(PLAIN, "al2023-ami-2026.0-x86_64", "x86_64", False),
    )
}


def image(reference: str) -> MachineImage:
    """An image by its id, or by `resolve:ssm:` and the name of one of AWS's parameters. Raises InvalidAMIIDNotFound."""
    identifier = reference
    if reference.startswith(_PARAMETER):
        name = reference.removeprefix(_PARAMETER)
        if name.startswith(_OF_ECS):
            identifier = ARM if "/arm64/" in name else X86
        elif name.startswith("/aws/service/ami-amazon-linux-latest/"):
            identifier = PLAIN
    if identifier not in IMAGES:
        raise InvalidAMIIDNotFound(f"The image id '[{reference[:100]}]' does not exist")
    return IMAGES[identifier]


def optimized_for(architecture: str) -> MachineImage:
    """The ECS-optimized image of an architecture."""
    return IMAGES[ARM if architecture == "arm64" else X86]
