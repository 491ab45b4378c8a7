"""The simulated operations of `efs`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.efs import access_points, file_systems, mount_targets
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "efs:CreateFileSystem": file_systems.create_file_system,
    "efs:DeleteFileSystem": file_systems.delete_file_system,
    "efs:CreateMountTarget": mount_targets.create_mount_target,
    "efs:DeleteMountTarget": mount_targets.delete_mount_target,
    "efs:ModifyMountTargetSecurityGroups": mount_targets.modify_security_groups,
    "efs:CreateAccessPoint": access_points.create_access_point,
    "efs:DeleteAccessPoint": access_points.delete_access_point,
}

READS: dict[str, Operation] = {
    "efs:DescribeFileSystems": file_systems.describe_file_systems,
    "efs:DescribeMountTargets": mount_targets.describe_mount_targets,
    "efs:DescribeMountTargetSecurityGroups": mount_targets.describe_security_groups,
    "efs:DescribeAccessPoints": access_points.describe_access_points,
}
