"""File systems for stories, and a valid call of each operation of EFS."""

from __future__ import annotations

from typing import Any

from tests.sim.stories import Story

SYSTEM, EMPTY = "fs-0000000000000001", "fs-0000000000000002"
TARGET, POINT = "fsmt-0000000000000001", "fsap-0000000000000001"


def live(story: Story) -> None:
    """What the valid calls name: a file system with a door and an access point, and one with neither."""
    for token in ("first", "second"):
        story.call("efs:CreateFileSystem", CreationToken=token)
    story.call("efs:CreateMountTarget", FileSystemId=SYSTEM, SubnetId=subnet(story, "us-east-1a"))
    story.call("efs:CreateAccessPoint", FileSystemId=SYSTEM, ClientToken="app")


def subnet(story: Story, zone: str) -> str:
    """The default subnet of a zone."""
    return next(s.id for s in story.simulation.world.subnets.values() if s.availability_zone == zone)


VALID: list[tuple[str, dict[str, Any]]] = [
    (
        "efs:CreateFileSystem",
        {
            "CreationToken": "third",
            "PerformanceMode": "generalPurpose",
            "ThroughputMode": "elastic",
            "Encrypted": True,
            "AvailabilityZoneName": "us-east-1a",
            "Tags": [{"Key": "Name", "Value": "home"}],
        },
    ),
    ("efs:DeleteFileSystem", {"FileSystemId": EMPTY}),
    (
        "efs:CreateMountTarget",
        {
            "FileSystemId": EMPTY,
            "SubnetId": "subnet-0000000000000001",
            "SecurityGroups": ["sg-0000000000000001"],
        },
    ),
    ("efs:DeleteMountTarget", {"MountTargetId": TARGET}),
    ("efs:ModifyMountTargetSecurityGroups", {"MountTargetId": TARGET, "SecurityGroups": ["sg-0000000000000001"]}),
    (
        "efs:CreateAccessPoint",
        {
            "FileSystemId": SYSTEM,
            "ClientToken": "job",
            "PosixUser": {"Uid": 1000, "Gid": 1000},
            "RootDirectory": {"Path": "/job", "CreationInfo": {"OwnerUid": 1, "OwnerGid": 1, "Permissions": "755"}},
        },
    ),
    ("efs:DeleteAccessPoint", {"AccessPointId": POINT}),
]
