"""Volumes: what a task finds in them, who shares them, and what keeps them from being mounted (PN section 12)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.aws.model import RequestMalformed, check
from ecslab.sim.rules.task_definitions.notes import notes
from ecslab.sim.simulation import Rejection
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim import identity, storage
from tests.sim.storage import EMPTY, POINT, SYSTEM, TARGET, subnet
from tests.sim.stories import FARGATE_WEB, Story

EFS = {"fileSystemId": SYSTEM, "transitEncryption": "ENABLED"}


def defined(story: Story, volume: dict[str, Any], *, fargate: bool = False, at: float = 0, **more: Any) -> None:
    """A family `job` with one container that mounts one volume, `data`, at /data."""
    base = FARGATE_WEB if fargate else {}
    container = {
        "name": "web",
        "image": "web",
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
        **({} if fargate else {"memory": 64}),
    }
    made = {**base, "family": "job", "volumes": [{"name": "data", **volume}], "containerDefinitions": [container]}
    story.call("ecs:RegisterTaskDefinition", at, **{**made, **more})


def ran(story: Story, at: float, zone: str | None = None, *, fargate: bool = False, **more: Any) -> Task:
    """One task of the family."""
    if fargate:
        vpc = {"subnets": [subnet(story, zone or "us-east-1a")], "assignPublicIp": "ENABLED"}
        more = {"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": vpc}, **more}
    elif zone:
        expression = f"attribute:ecs.availability-zone == {zone}"
        more = {"placementConstraints": [{"type": "memberOf", "expression": expression}], **more}
    answer = story.call("ecs:RunTask", at, cluster="game", taskDefinition="job", **more)
    return story.simulation.world.tasks[str(answer["tasks"][0]["taskArn"])]


def found(story: Story, task: Task) -> list[str] | None:
    """The numbers of the tasks whose files the task found; None when it mounted nothing."""
    entries = [e for e in story.simulation.world.journal if e.kind == "volumeMounted" and e.id == task.arn]
    return [name.lstrip("0") for name in entries[-1].values["filesOf"]] if entries else None


def doors(story: Story, *zones: str, groups: list[str] | None = None) -> None:
    """A file system with mount targets in some zones."""
    story.call("efs:CreateFileSystem", CreationToken="shared")
    for zone in zones:
        guarded = {"SecurityGroups": groups} if groups else {}
        story.call("efs:CreateMountTarget", FileSystemId=SYSTEM, SubnetId=subnet(story, zone), **guarded)


@rule("PN:V-1", "PN:V-2", "PN:V-16", "PN:V-17")
@pytest.mark.parametrize(
    ("volume", "same", "other"),
    [
        pytest.param({}, [], [], id="anonymous: lives with the task"),
        pytest.param({"host": {}}, [], [], id="host without a path"),
        pytest.param({"host": {"sourcePath": "/srv"}}, ["1"], [], id="path of the instance"),
        pytest.param({"dockerVolumeConfiguration": {"scope": "task"}}, [], [], id="Docker volume of the task"),
        pytest.param(
            {"dockerVolumeConfiguration": {"scope": "shared", "autoprovision": True}},
            ["1"],
            [],
            id="shared Docker volume",
        ),
    ],
)
def test_who_finds_the_files_of_an_earlier_task(volume: dict[str, Any], same: list[str], other: list[str]) -> None:
    story = Story().on_instances(2)
    defined(story, volume)
    first = ran(story, 0, "us-east-1a")
    story.call("ecs:StopTask", 60, cluster="game", task=first.id)
    again, elsewhere = ran(story, 100, "us-east-1a"), ran(story, 100, "us-east-1b")
    story.until(200)
    assert (found(story, first), found(story, again), found(story, elsewhere)) == ([], same, other)


@rule("PN:V-4", "PN:V-12", "PN:V-19")
def test_efs_is_shared_between_zones_instances_and_fargate() -> None:
    story = Story().on_instances(2)
    doors(story, "us-east-1a", "us-east-1b")
    defined(story, {"efsVolumeConfiguration": EFS})
    first, second = ran(story, 0, "us-east-1a"), ran(story, 30, "us-east-1b")
    story.until(60)
    defined(story, {"efsVolumeConfiguration": EFS}, fargate=True, at=60)
    third = ran(story, 60, "us-east-1b", fargate=True)
    story.until(200)
    assert [found(story, task) for task in (first, second, third)] == [[], ["1"], ["1", "2"]]
    told = story.timeline(kinds=["containerState"])["entries"]
    mounted = [entry for entry in told if "mounted" in entry["text"]]
    assert mounted[1]["text"] == (
        "Container web of task 0000000000000002 mounted the volume data at /data, "
        "which holds files of 0000000000000001."
    )
    assert (mounted[0]["text"].endswith("which is empty."), mounted[0]["detail"]["volumeKind"]) == (True, "efs")


@rule("PN:V-11")
def test_an_access_point_shows_its_own_directory() -> None:
    """The whole file system shows what every directory holds; a directory only its own."""
    story = Story().on_instances(1)
    doors(story, "us-east-1a")
    for number, path in enumerate(("/a", "/b")):
        story.call("efs:CreateAccessPoint", FileSystemId=SYSTEM, ClientToken=f"t{number}", RootDirectory={"Path": path})
    seen = []
    for number, point in enumerate(("1", "2", "1", None)):
        authorization = {"authorizationConfig": {"accessPointId": f"fsap-000000000000000{point}"}} if point else {}
        defined(story, {"efsVolumeConfiguration": {**EFS, **authorization}}, at=number * 20)
        seen.append(ran(story, number * 20))
    story.until(200)
    assert [found(story, task) for task in seen] == [[], [], ["1"], ["1", "3", "2"]]


@rule("PN:V-12")
@pytest.mark.parametrize("fargate", [True, False])
@pytest.mark.parametrize(
    ("zones", "said"),
    [
        pytest.param(("us-east-1b",), "Failed to resolve", id="no mount target in the zone"),
        pytest.param((), "Failed to resolve", id="no mount target at all"),
    ],
)
def test_a_zone_without_a_mount_target(zones: tuple[str, ...], said: str, fargate: bool) -> None:
    story = Story().on_instances(1)
    doors(story, *zones)
    defined(story, {"efsVolumeConfiguration": EFS}, fargate=fargate)
    task = ran(story, 0, "us-east-1a", fargate=fargate)
    story.until(60)
    lead = (
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
        if fargate
        else "CannotCreateVolumeError: Error response from daemon: create data: VolumeDriver.Create: "
    )
    assert str(task.stopped_reason).startswith(lead)
    assert said in str(task.stopped_reason)
    assert (task.last_status, task.stop_code, task.started_at_ms) == ("STOPPED", "TaskFailedToStart", None)


@rule("PN:V-12", "PN:N-50")
@pytest.mark.parametrize("fargate", [True, False])
def test_the_mount_target_must_admit_nfs(fargate: bool) -> None:
    """From the task's group in awsvpc mode, from the instance's otherwise; here both have the default group."""
    story = Story().on_instances(1)
    group = str(story.call("ec2:CreateSecurityGroup", GroupName="efs", Description="efs")["GroupId"])
    doors(story, "us-east-1a", groups=[group])
    defined(story, {"efsVolumeConfiguration": EFS}, fargate=fargate)
    shut = ran(story, 0, "us-east-1a", fargate=fargate)
    story.until(60)
    assert "mount.nfs4: Connection timed out" in str(shut.stopped_reason)
    pair = [{"GroupId": "sg-0000000000000001"}]
    nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": pair}
    story.call("ec2:AuthorizeSecurityGroupIngress", 60, GroupId=group, IpPermissions=[nfs])
    opened = ran(story, 60, "us-east-1a", fargate=fargate)
    story.until(120)
    assert opened.last_status == "RUNNING"


@rule("PN:V-12")
def test_the_client_must_be_let_out() -> None:
    story = Story().on_instances(1)
    doors(story, "us-east-1a")
    rules = story.simulation.world.security_groups["sg-0000000000000001"].rules
    gone = [r.id for r in rules if r.direction == "egress"]
    story.call("ec2:RevokeSecurityGroupEgress", GroupId="sg-0000000000000001", SecurityGroupRuleIds=gone)
    defined(story, {"efsVolumeConfiguration": EFS})
    task = ran(story, 0)
    story.until(60)
    assert "Connection timed out" in str(task.stopped_reason)


@rule("PN:V-11")
@pytest.mark.parametrize("point", ["fsap-00000000000000ff", "fsap-0000000000000001"])
def test_an_access_point_must_be_one_of_the_file_system(point: str) -> None:
    story = Story().on_instances(1)
    doors(story, "us-east-1a")
    story.call("efs:CreateFileSystem", CreationToken="other")
    story.call("efs:CreateAccessPoint", FileSystemId=EMPTY, ClientToken="t")
    defined(story, {"efsVolumeConfiguration": {**EFS, "authorizationConfig": {"accessPointId": point}}})
    task = ran(story, 0)
    story.until(60)
    assert "access denied by server" in str(task.stopped_reason)


@rule("PN:V-11", "IC:I-56")
@pytest.mark.parametrize(
    ("statements", "runs", "writes"),
    [
        pytest.param(None, False, False, id="no task role"),
        pytest.param([], False, False, id="a role without rights"),
        pytest.param([identity.allow("elasticfilesystem:ClientMount")], True, False, id="it may read"),
        pytest.param([identity.allow("elasticfilesystem:Client*")], True, True, id="it may write"),
    ],
)
def test_iam_authorization_asks_the_task_role(
    statements: list[dict[str, Any]] | None, runs: bool, writes: bool
) -> None:
    story = Story().on_instances(1)
    storage.live(story)
    own = {} if statements is None else {"taskRoleArn": identity.role(story, "app", *statements)}
    efs = {**EFS, "authorizationConfig": {"iam": "ENABLED", "accessPointId": POINT}}
    defined(story, {"efsVolumeConfiguration": efs}, **own)
    first = ran(story, 0)
    second = ran(story, 30)
    story.until(60)
    assert (first.last_status == "RUNNING") == runs
    assert found(story, second) == ((["1"] if writes else []) if runs else None)


@rule("PN:V-16")
def test_a_shared_volume_that_nobody_made() -> None:
    story = Story().on_instances(1)
    shared: dict[str, Any] = {"scope": "shared"}
    defined(story, {"dockerVolumeConfiguration": shared})
    task = ran(story, 0)
    story.until(60)
    assert task.stopped_reason == (
        "CannotCreateVolumeError: initialize volume: volume detection failed, volume 'data' does not exist and "
        "autoprovision is set to false"
    )
    defined(story, {"dockerVolumeConfiguration": {**shared, "autoprovision": True}}, at=60)
    ran(story, 60)
    story.until(100)
    defined(story, {"dockerVolumeConfiguration": shared}, at=100)
    later = ran(story, 100)
    story.until(160)
    assert (later.last_status, found(story, later)) == ("RUNNING", ["2"])


@rule("PN:V-10")
@pytest.mark.parametrize(
    ("image", "point", "files"),
    [
        pytest.param({}, {}, ["1"], id="it writes wherever it may"),
        pytest.param({}, {"readOnly": True}, [], id="read-only"),
        pytest.param({"mounts": ["/data/log"]}, {}, ["1"], id="its files lie below the mount point"),
        pytest.param({"mounts": ["/database"]}, {}, [], id="its files lie in its own layer"),
    ],
)
def test_what_a_program_leaves(image: dict[str, Any], point: dict[str, Any], files: list[str]) -> None:
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="web", **image)
    mounts = [{"sourceVolume": "data", "containerPath": "/data", **point}]
    container = {"name": "web", "image": "web", "memory": 64, "mountPoints": mounts}
    defined(story, {"host": {"sourcePath": "/srv"}}, containerDefinitions=[container])
    ran(story, 0)
    second = ran(story, 30)
    story.until(60)
    assert found(story, second) == files


@rule("PN:V-1")
def test_containers_of_a_task_share_its_volumes() -> None:
    """Also those taken from another container, read-only if so said; a restart in place finds its own files."""
    story = Story().on_instances(1)
    containers = [
        {"name": "a", "image": "a", "memory": 64, "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]},
        {"name": "b", "image": "b", "memory": 64, "volumesFrom": [{"sourceContainer": "a", "readOnly": True}]},
    ]
    defined(story, {}, containerDefinitions=containers)
    task = ran(story, 0)
    story.until(60)
    entries = [e.values for e in story.simulation.world.journal if e.kind == "volumeMounted"]
    assert [(e["container"], e["readOnly"], e["filesOf"]) for e in entries] == [
        ("a", False, []),
        ("b", True, [task.id]),
    ]
    refused = story.attempt(
        "ecs:RegisterTaskDefinition",
        60,
        family="x",
        containerDefinitions=[{**containers[1], "volumesFrom": [{"sourceContainer": "b"}]}],
    )
    assert isinstance(refused, Rejection)
    assert "which is no other container" in refused.message


@rule("PN:F-7", "PN:V-19")
@pytest.mark.parametrize(
    ("size", "storage_gib", "override", "runs"),
    [
        pytest.param(20480, None, None, True, id="20 GiB are included"),
        pytest.param(20481, None, None, False, id="and no more"),
        pytest.param(20481, 21, None, True, id="set in the revision"),
        pytest.param(30000, 21, 30, True, id="set by the call"),
        pytest.param(204801, 200, None, False, id="200 GiB are the most"),
    ],
)
def test_image_layers_use_the_ephemeral_storage(
    size: int, storage_gib: int | None, override: int | None, runs: bool
) -> None:
    story = Story().on_instances(1)
    story.call("lab:PutImage", image="web", sizeMiB=size, pullSeconds=1)
    more = {"ephemeralStorage": {"sizeInGiB": storage_gib}} if storage_gib else {}
    defined(story, {}, fargate=True, **more)
    asked = {"overrides": {"ephemeralStorage": {"sizeInGiB": override}}} if override else {}
    task = ran(story, 0, fargate=True, **asked)
    story.until(60)
    assert (task.last_status == "RUNNING") == runs
    if not runs:
        assert str(task.stopped_reason).endswith("no space left on device")


@rule("PN:F-7")
@pytest.mark.parametrize("size", [20, 201])
def test_an_override_of_the_ephemeral_storage_has_its_limits(size: int) -> None:
    story = Story().on_instances(1)
    refused = story.attempt(
        "ecs:RunTask", cluster="game", taskDefinition="web", overrides={"ephemeralStorage": {"sizeInGiB": size}}
    )
    assert isinstance(refused, Rejection)
    assert refused.code == "InvalidParameterException"


@rule("PN:V-6", "PN:V-7", "PN:V-18")
def test_volumes_that_are_kept_and_not_mounted() -> None:
    """S3 Files is accepted and placed by its capability; a Linux instance never has that of FSx for Windows."""
    story = Story().on_instances(1)
    arn = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-1"
    defined(story, {"s3filesVolumeConfiguration": {"fileSystemArn": arn}}, taskRoleArn=identity.role(story, "app"))
    task = ran(story, 0)
    story.until(60)
    assert (task.last_status, found(story, task)) == ("RUNNING", None)
    share = {"credentialsParameter": "p", "domain": "d"}
    windows = {"fileSystemId": "fs-1", "rootDirectory": "share", "authorizationConfig": share}
    defined(story, {"fsxWindowsFileServerVolumeConfiguration": windows}, at=60)
    answer = story.call("ecs:RunTask", 60, cluster="game", taskDefinition="job")
    assert answer["failures"][0]["reason"] == "ATTRIBUTE"


@rule("PN:V-8", "PN:V-19")
@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("fsxLustreVolumeConfiguration", "no volume type for FSx for Lustre"),
        ("s3VolumeConfiguration", "cannot be mounted"),
    ],
)
def test_storage_that_ecs_cannot_mount(member: str, words: str) -> None:
    container = {"name": "web", "image": "web", "memory": 64}
    with pytest.raises(RequestMalformed, match=words):
        check(
            "ecs",
            "RegisterTaskDefinition",
            {"family": "x", "volumes": [{"name": "data", member: {}}], "containerDefinitions": [container]},
        )


@rule("PN:V-6", "PN:V-17", "PN:V-18", "PN:V-19")
@pytest.mark.parametrize(
    ("volume", "words"),
    [
        ({"s3filesVolumeConfiguration": {"fileSystemArn": "x"}}, "exam guides are older"),
        ({"fsxWindowsFileServerVolumeConfiguration": {"fileSystemId": "x"}}, "needs Windows"),
        ({"host": {"sourcePath": "/srv"}}, "one container instance"),
    ],
)
def test_what_a_person_should_know_of_a_volume(volume: dict[str, Any], words: str) -> None:
    container = {"name": "web", "image": "web", "memory": 64}
    said = notes({"family": "x", "volumes": [{"name": "data", **volume}], "containerDefinitions": [container]})
    assert any(words in sentence for sentence in said)


def refused(story: Story, call: str, at: float = 0, /, **parameters: Any) -> str:
    """The code of a refused call."""
    outcome = story.attempt(call, at, **parameters)
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


@rule("PN:V-12")
def test_what_efs_refuses() -> None:
    story = Story()
    storage.live(story)
    world = story.simulation.world
    first, second = list(world.subnets)[:2]
    assert refused(story, "efs:CreateFileSystem", CreationToken="first") == "FileSystemAlreadyExists"
    assert refused(story, "efs:CreateFileSystem", CreationToken="x", PerformanceMode="fast") == "BadRequest"
    one_zone = {"CreationToken": "zonal", "AvailabilityZoneName": "us-east-1a"}
    assert refused(story, "efs:CreateFileSystem", **{**one_zone, "AvailabilityZoneName": "eu-west-1a"}) == (
        "UnsupportedAvailabilityZone"
    )
    zonal = story.call("efs:CreateFileSystem", **one_zone)
    assert zonal["AvailabilityZoneName"] == "us-east-1a"
    target = "efs:CreateMountTarget"
    assert refused(story, target, FileSystemId=zonal["FileSystemId"], SubnetId=second) == "AvailabilityZonesMismatch"
    assert refused(story, target, FileSystemId="fs-ff", SubnetId=first) == "FileSystemNotFound"
    assert refused(story, target, FileSystemId=SYSTEM, SubnetId="subnet-ff") == "SubnetNotFound"
    assert refused(story, target, FileSystemId=SYSTEM, SubnetId=first) == "MountTargetConflict"
    groups = {"FileSystemId": SYSTEM, "SubnetId": second}
    assert refused(story, target, **groups, SecurityGroups=["sg-ff"]) == "SecurityGroupNotFound"
    assert refused(story, target, **groups, SecurityGroups=["sg-0000000000000001"] * 6) == "SecurityGroupLimitExceeded"
    assert refused(story, "efs:DeleteFileSystem", FileSystemId=SYSTEM) == "FileSystemInUse"
    assert refused(story, "efs:DeleteMountTarget", MountTargetId="fsmt-ff") == "MountTargetNotFound"
    point = {"FileSystemId": SYSTEM, "ClientToken": "app"}
    assert refused(story, "efs:CreateAccessPoint", **point) == "AccessPointAlreadyExists"
    assert refused(story, "efs:CreateAccessPoint", **{**point, "RootDirectory": {"Path": "x"}}) == "BadRequest"
    assert refused(story, "efs:DeleteAccessPoint", AccessPointId="fsap-ff") == "AccessPointNotFound"


@rule("PN:N-41")
def test_a_mount_target_needs_an_address_and_gives_it_back() -> None:
    story = Story()
    storage.live(story)
    made = story.call(
        "ec2:CreateSubnet", VpcId="vpc-0000000000000001", CidrBlock="172.31.240.0/28", AvailabilityZone="us-east-1b"
    )
    small = story.simulation.world.subnets[made["Subnet"]["SubnetId"]]
    target = story.call("efs:CreateMountTarget", FileSystemId=SYSTEM, SubnetId=small.id)
    assert small.free_addresses == 10
    story.call("efs:DeleteMountTarget", MountTargetId=target["MountTargetId"])
    assert small.free_addresses == 11
    for number in range(11):
        token = story.call("efs:CreateFileSystem", CreationToken=f"n{number}")["FileSystemId"]
        story.call("efs:CreateMountTarget", FileSystemId=token, SubnetId=small.id)
    assert refused(story, "efs:CreateMountTarget", FileSystemId=EMPTY, SubnetId=small.id) == "NoFreeAddressesInSubnet"


def read(story: Story, operation: str, **parameters: Any) -> dict[str, Any]:
    """A read of EFS."""
    return story.simulation.read("efs", operation, parameters)


def test_what_efs_tells() -> None:
    story = Story()
    storage.live(story)
    story.call("efs:CreateFileSystem", CreationToken="named", Tags=[{"Key": "Name", "Value": "home"}])
    systems = read(story, "DescribeFileSystems")["FileSystems"]
    assert [(s["FileSystemId"], s["NumberOfMountTargets"], s.get("Name")) for s in systems] == [
        (SYSTEM, 1, None),
        (EMPTY, 0, None),
        ("fs-0000000000000003", 0, "home"),
    ]
    assert read(story, "DescribeFileSystems", FileSystemId=EMPTY)["FileSystems"][0]["CreationToken"] == "second"
    assert len(read(story, "DescribeFileSystems", CreationToken="first")["FileSystems"]) == 1
    page = read(story, "DescribeFileSystems", MaxItems=2)
    assert (len(page["FileSystems"]), page["NextMarker"]) == (2, "2")
    assert len(read(story, "DescribeFileSystems", Marker=page["NextMarker"])["FileSystems"]) == 1
    by = [{"FileSystemId": SYSTEM}, {"MountTargetId": TARGET}, {"AccessPointId": POINT}]
    assert all(read(story, "DescribeMountTargets", **one)["MountTargets"][0]["MountTargetId"] == TARGET for one in by)
    assert read(story, "DescribeMountTargetSecurityGroups", MountTargetId=TARGET) == {
        "SecurityGroups": ["sg-0000000000000001"]
    }
    for one in ({}, {"FileSystemId": SYSTEM}, {"AccessPointId": POINT}):
        assert [p["AccessPointId"] for p in read(story, "DescribeAccessPoints", **one)["AccessPoints"]] == [POINT]
    assert read(story, "DescribeAccessPoints", FileSystemId=EMPTY)["AccessPoints"] == []


def test_what_efs_does_not_tell() -> None:
    story = Story()
    storage.live(story)
    for operation, parameters in (
        ("DescribeMountTargets", {}),
        ("DescribeAccessPoints", {"FileSystemId": SYSTEM, "AccessPointId": POINT}),
        ("DescribeMountTargets", {"AccessPointId": "fsap-ff"}),
    ):
        with pytest.raises(Exception, match=r"Name|does not exist"):
            read(story, operation, **parameters)


def test_a_file_system_takes_its_files_and_access_points_with_it() -> None:
    story = Story().on_instances(1)
    storage.live(story)
    defined(story, {"efsVolumeConfiguration": EFS})
    ran(story, 0)
    story.until(60)
    world = story.simulation.world
    assert [data.files_of for data in world.stored_data.values()] == [["0000000000000001"]]
    story.call("ec2:CreateSecurityGroup", 60, GroupName="nfs", Description="nfs")
    story.call("efs:ModifyMountTargetSecurityGroups", 60, MountTargetId=TARGET, SecurityGroups=["sg-0000000000000002"])
    assert refused(story, "ec2:DeleteSecurityGroup", 60, GroupId="sg-0000000000000002") == "DependencyViolation"
    story.call("efs:ModifyMountTargetSecurityGroups", 60, MountTargetId=TARGET)
    story.call("efs:DeleteMountTarget", 60, MountTargetId=TARGET)
    story.call("efs:DeleteFileSystem", 60, FileSystemId=SYSTEM)
    assert (list(world.access_points), list(world.stored_data), list(world.file_systems)) == ([], [], [EMPTY])


@rule("IC:$-17")
@pytest.mark.parametrize(("one_zone", "price"), [({}, "0.3"), ({"AvailabilityZoneName": "us-east-1a"}, "0.16")])
def test_a_file_system_costs_by_what_tasks_leave_there(one_zone: dict[str, str], price: str) -> None:
    story = Story().on_instances(2)
    story.call("efs:CreateFileSystem", CreationToken="shared", **one_zone)
    story.call("efs:CreateMountTarget", FileSystemId=SYSTEM, SubnetId=subnet(story, "us-east-1a"))
    inside = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-0000000000000001"}]}]
    story.attempt("ec2:AuthorizeSecurityGroupIngress", GroupId="sg-0000000000000001", IpPermissions=inside)
    defined(story, {"efsVolumeConfiguration": EFS})

    def stored(begin: int) -> list[tuple[str, str]]:
        lines = story.read("lab:GetCost", **{"from": begin})["lines"]
        return [(line["quantity"], line["price"]) for line in lines if line["item"] == "efs.storage"]

    assert stored(0) == []
    story.call("lab:PutImage", 100, image="web", filesMiB=10 * 1024)
    ran(story, 200, "us-east-1a")
    ran(story, 200, "us-east-1a")
    month_s = 730 * 3600
    story.until(1000 + month_s)
    assert stored(1000) == [("20", price)]
    for target in story.read("efs:DescribeMountTargets", FileSystemId=SYSTEM)["MountTargets"]:
        story.call("efs:DeleteMountTarget", 1000 + month_s, MountTargetId=target["MountTargetId"])
    story.call("efs:DeleteFileSystem", 1000 + month_s, FileSystemId=SYSTEM)
    story.until(5000 + month_s)
    assert stored(1000 + month_s) == []
