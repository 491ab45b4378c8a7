"""Registration of task definitions, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.data.tables import FARGATE_SIZES
from ecslab.sim.errors.ecs import ClientException
from ecslab.sim.rules.capacity.registering import CAPABILITIES
from ecslab.sim.rules.task_definitions.build import build
from ecslab.sim.rules.task_definitions.notes import notes
from ecslab.sim.state.task_definition import TaskDefinition
from tests.rules import rule

LOGS = {"logDriver": "awslogs"}
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
FSX = {
    "fileSystemId": "fs-1",
    "rootDirectory": "/",
    "authorizationConfig": {"credentialsParameter": "p", "domain": "d"},
}


def container(name: str = "web", **members: Any) -> dict[str, Any]:
    return {"name": name, "image": "web", "memory": 128, **members}


def ec2(*containers: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"family": "web", "containerDefinitions": list(containers) or [container()], **members}


def fargate(*containers: dict[str, Any], **members: Any) -> dict[str, Any]:
    required = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"}
    return ec2(*containers, **{**required, **members})


def built(parameters: dict[str, Any]) -> TaskDefinition:
    return build(parameters, arn="arn", revision=1, at_ms=0)


def port(**members: Any) -> dict[str, Any]:
    return container(portMappings=[members])


def needs(name: str, condition: str) -> dict[str, str]:
    return {"containerName": name, "condition": condition}


def efs(**members: Any) -> dict[str, Any]:
    return ec2(volumes=[{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1", **members}}])


def volume(**members: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "v", **members}]}


def health(**members: Any) -> dict[str, Any]:
    return ec2(container(healthCheck={"command": ["CMD-SHELL", "true"], **members}))


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("PN:T-1 family", ec2(family="a b"), "Family contains invalid characters."),
    ("PN:T-1 family length", ec2(family="a" * 256), "Family contains invalid characters."),
    ("PN:T-1 no containers", {"family": "web", "containerDefinitions": []}, "Container list cannot be empty."),
    ("name missing", ec2({"image": "web", "memory": 1}), "Container.name should not be null or empty."),
    ("name characters", ec2(container("a.b")), "Container.name contains invalid characters."),
    ("name twice", ec2(container(), container()), "Two containers are called 'web'"),
    ("image missing", ec2(container(image="")), "Container.image should not be null or empty."),
    ("image characters", ec2(container(image="<IMAGE>")), "Container.image contains invalid characters."),
    ("PN:T-7 containers", ec2(*[container(f"c{n}") for n in range(11)]), "11 containers and at most 10"),
    ("PN:T-7 bytes", ec2(container(command=["x" * 65536])), "at most 65536 are allowed"),
    ("PN:T-7 constraints", ec2(placementConstraints=[{"type": "memberOf", "expression": "x"}] * 11), "at most 10"),
    ("PN:T-10 words", ec2(cpu="a lot"), "Invalid 'cpu' setting for task."),
    ("PN:T-10 low", ec2(cpu="64"), "Invalid 'cpu' setting for task."),
    ("PN:T-10 high", ec2(cpu="193 vCPU"), "Invalid 'cpu' setting for task."),
    ("PN:T-10 part of a unit", ec2(cpu="0.0001 vCPU"), "Invalid 'cpu' setting for task."),
    ("PN:T-11 words", ec2(memory="2 TB"), "Invalid 'memory' setting for task."),
    ("PN:T-11 zero", ec2(memory="0"), "Invalid 'memory' setting for task."),
    ("PN:T-13 negative", ec2(container(cpu=-1)), "cpu is -1 CPU units"),
    ("PN:T-15", ec2(container(memoryReservation=256)), "memory is 128 MiB and memoryReservation is 256 MiB"),
    ("PN:T-17 cpu", ec2(container(cpu=300), cpu="256"), "ask for 300 CPU units together and the task has 256"),
    ("PN:T-17 memory", ec2(container(), container("b"), memory="200"), "reserve 256 MiB together"),
    ("PN:T-17 hard", ec2(container(memory=512, memoryReservation=8), memory="256"), "Its memory is 512 MiB"),
    ("PN:T-32 low", ec2(container(restartPolicy={"enabled": True, "restartAttemptPeriod": 59})), "from 60 to 1800"),
    ("PN:T-32 codes", ec2(container(restartPolicy={"enabled": True, "ignoredExitCodes": [1] * 51})), "at most 50"),
    (
        "PN:T-42",
        ec2(container(dependsOn=[needs("b", "SUCCESS")]), container("b")),
        "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.",
    ),
    (
        "PN:T-43",
        ec2(container(dependsOn=[needs("b", "START")])),
        "Cannot depend on container + 'b' because it does not exist.",
    ),
    (
        "PN:T-44 cycle",
        ec2(container(dependsOn=[needs("b", "START")]), container("b", dependsOn=[needs("web", "START")])),
        "Task dependencies cannot be resolved",
    ),
    ("PN:T-44 itself", ec2(container(dependsOn=[needs("web", "START")])), "Task dependencies cannot be resolved"),
    ("PN:T-45", ec2(container(dependsOn=[needs("b", "HEALTHY")]), container("b")), "'b' has no healthCheck"),
    ("PN:T-50", ec2(container(stopTimeout=0)), "at least 1 second"),
    ("PN:T-61 command", ec2(container(healthCheck={"command": ["curl"]})), "must begin with CMD or CMD-SHELL"),
    ("PN:T-61 interval", health(interval=4), "from 5 to 300"),
    ("PN:T-61 timeout", health(timeout=61), "from 2 to 60"),
    ("PN:T-61 retries", health(retries=11), "from 1 to 10"),
    ("PN:T-61 startPeriod", health(startPeriod=301), "from 0 to 300"),
    (
        "PN:T-70 IC:X-35",
        ec2({"name": "a", "image": "a"}),
        "Invalid setting for container 'a'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ),
    (
        "PN:T-71 cpu",
        ec2(networkMode="awsvpc", memory="512", requiresCompatibilities=["FARGATE"]),
        "Fargate requires that 'cpu' be defined at the task level.",
    ),
    (
        "PN:T-71 memory",
        ec2(networkMode="awsvpc", cpu="256", requiresCompatibilities=["FARGATE"]),
        "Fargate requires that 'memory' be defined at the task level.",
    ),
    (
        "PN:T-72 IC:X-29 pair",
        fargate(memory="4096"),
        "No Fargate configuration exists for given values: 256 CPU, 4096 memory.",
    ),
    ("PN:T-72 number", fargate(cpu="300"), "Invalid 'cpu' setting for task."),
    ("PN:F-1 step", fargate(cpu="8192", memory="17408"), "16384 to 61440 in steps of 4096"),
    ("PN:T-73 IC:X-34", fargate(networkMode="host"), "Fargate only supports network mode 'awsvpc'."),
    (
        "PN:T-74 IC:X-30",
        ec2(port(containerPort=80, hostPort=8080), networkMode="awsvpc"),
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ),
    (
        "PN:T-75",
        ec2(port(containerPort=80, hostPort=8080), networkMode="host"),
        "When networkMode=host, the host ports and container ports in port mappings must match.",
    ),
    ("PN:T-76", ec2(port(containerPort=80), networkMode="none"), "Port mappings are not supported"),
    ("PN:T-77", ec2(container(links=["b"]), container("b"), networkMode="host"), "Links are not supported"),
    ("PN:N-3", ec2(container(hostname="x"), networkMode="awsvpc"), "hostname is not supported"),
    (
        "PN:T-78",
        ec2(container(portMappings=[{"containerPort": 53}, {"containerPort": 53, "protocol": "udp"}])),
        "one container port can be exposed for one protocol only",
    ),
    ("port 0", ec2(port(containerPort=0)), "containerPort 0 is no port"),
    ("port high", ec2(port(containerPort=80, hostPort=65536)), "hostPort 65536 is no port"),
    ("PN:N-27 together", ec2(port(containerPortRange="80-90", hostPort=1)), "use the range alone"),
    ("PN:N-27 order", ec2(port(containerPortRange="90-80")), "write two ports with a hyphen"),
    ("PN:N-27 mode", ec2(port(containerPortRange="80-90"), networkMode="host"), "needs networkMode bridge or awsvpc"),
    (
        "PN:T-79",
        ec2(placementConstraints=[{"type": "distinctInstance"}]),
        "constraint.type 'distinctInstance' is not supported.",
    ),
    (
        "PN:T-80",
        fargate(placementConstraints=[{"type": "memberOf", "expression": "attribute:a exists"}]),
        "placementConstraints are not supported on Fargate",
    ),
    (
        "PN:T-81",
        fargate(**volume(host={"sourcePath": "/x"})),
        "Fargate compatible task definitions do not support sourcePath",
    ),
    ("PN:T-82 PN:T-30", ec2(container(essential=False)), "At least one container must be essential."),
    ("PN:T-85 low", fargate(ephemeralStorage={"sizeInGiB": 20}), "EphemeralStorage size should be at least 21"),
    ("PN:T-85 high", fargate(ephemeralStorage={"sizeInGiB": 201}), "EphemeralStorage size should be at most 200"),
    (
        "PN:T-86 IC:X-33",
        ec2(container(secrets=[{"name": "A", "valueFrom": "/a"}])),
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ),
    ("PN:T-89 syntax", ec2(placementConstraints=[{"type": "memberOf", "expression": "attribute:a ="}]), "expression"),
    ("PN:T-89 empty", ec2(placementConstraints=[{"type": "memberOf"}]), "needs an expression"),
    (
        "PN:F-2 size",
        fargate(runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
        "Fargate runs Windows containers from 1024",
    ),
    (
        "PN:F-2 architecture",
        fargate(
            cpu="1024",
            memory="2048",
            runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "ARM64"},
        ),
        "need cpuArchitecture X86_64",
    ),
    ("PN:F-4 pid", fargate(pidMode="host"), "pidMode host is not supported on Fargate"),
    ("PN:F-4 ipc", fargate(ipcMode="task"), "ipcMode is not supported on Fargate"),
    ("PN:F-4 gpu", fargate(container(resourceRequirements=[{"type": "GPU", "value": "1"}])), "GPUs are not available"),
    ("PN:F-4 privileged", fargate(container(privileged=True)), "privileged is not supported on Fargate"),
    ("PN:F-4 dns", fargate(container(dnsServers=["10.0.0.2"])), "dnsServers is not supported on Fargate"),
    (
        "PN:F-4 devices",
        fargate(container(linuxParameters={"devices": [{"hostPath": "/dev/a"}]})),
        "linuxParameters.devices is not supported on Fargate",
    ),
    ("PN:F-4 swap", fargate(container(linuxParameters={"maxSwap": 0})), "linuxParameters.maxSwap is not supported"),
    ("PN:F-4 capability", fargate(container(linuxParameters={"capabilities": {"add": ["NET_ADMIN"]}})), "SYS_PTRACE"),
    ("PN:V-3", fargate(**volume(dockerVolumeConfiguration={"scope": "task"})), "Docker volumes are not supported"),
    ("PN:V-6", fargate(**volume(fsxWindowsFileServerVolumeConfiguration=FSX)), "FSx for Windows File Server"),
    ("PN:F-5", fargate(container(logConfiguration={"logDriver": "syslog"})), "Fargate has no log driver 'syslog'"),
    ("PN:T-50 Fargate", fargate(container(stopTimeout=121)), "from 2 to 120"),
    (
        "PN:F-11 IC:X-31",
        fargate(container(logConfiguration=LOGS)),
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ),
    (
        "PN:F-11 IC:X-32",
        fargate(container(image=ECR)),
        "Fargate requires task definition to have execution role ARN to support ECR images.",
    ),
    ("PN:R-40", ec2(container(resourceRequirements=[{"type": "GPU", "value": "half"}])), "whole GPUs"),
    ("PN:V-10 kinds", ec2(**volume(host={"sourcePath": "/a"}, configuredAtLaunch=True)), "a volume is of one kind"),
    ("PN:V-10 unknown", ec2(container(mountPoints=[{"sourceVolume": "v"}])), "Unknown volume 'v'."),
    ("PN:V-10 twice", ec2(volumes=[{"name": "v"}, {"name": "v"}]), "Two volumes are called 'v'"),
    (
        "PN:V-11 root",
        efs(rootDirectory="/x", transitEncryption="ENABLED", authorizationConfig={"accessPointId": "p"}),
        "leave rootDirectory out or make it /",
    ),
    ("PN:V-11 access point", efs(authorizationConfig={"accessPointId": "p"}), "set its transitEncryption to ENABLED"),
    ("PN:V-11 iam", efs(authorizationConfig={"iam": "ENABLED"}), "set its transitEncryption to ENABLED"),
    ("PN:V-14", ec2(volumes=[{"name": n, "configuredAtLaunch": True} for n in "ab"]), "Only one volume"),
    ("PN:V-18", ec2(**volume(s3filesVolumeConfiguration={"fileSystemArn": "arn"})), "add taskRoleArn"),
    ("EXTERNAL", ec2(networkMode="awsvpc", requiresCompatibilities=["EXTERNAL"]), "not supported on EXTERNAL"),
]


@rule("PN:F-1", "PN:F-2", "PN:F-4", "PN:F-5", "PN:F-11")
@rule("PN:N-3")
@rule("PN:R-40")
@rule("PN:T-1", "PN:T-7", "PN:T-10", "PN:T-11", "PN:T-13", "PN:T-15", "PN:T-17", "PN:T-30", "PN:T-42", "PN:T-43")
@rule("PN:T-44", "PN:T-45", "PN:T-50", "PN:T-61", "PN:T-70", "PN:T-71", "PN:T-72", "PN:T-73", "PN:T-74", "PN:T-75")
@rule("PN:T-76", "PN:T-77", "PN:T-78", "PN:T-79", "PN:T-80", "PN:T-81", "PN:T-82", "PN:T-83", "PN:T-84", "PN:T-85")
@rule("PN:T-86", "PN:T-89")
@rule("PN:V-3", "PN:V-6", "PN:V-10", "PN:V-11", "PN:V-14", "PN:V-18")
@rule("IC:X-29", "IC:X-30", "IC:X-31", "IC:X-32", "IC:X-33", "IC:X-34", "IC:X-35")
@rule("PN:F-3", "PN:V-2", "IC:Q-13", "IC:Q-14", "IC:Q-30", "IC:X-36")
@pytest.mark.parametrize(("parameters", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientException) as caught:
        built(parameters)
    assert words in caught.value.message


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("PN:T-15 equality", ec2(container(memoryReservation=128))),
    ("PN:T-17 equality", ec2(container(cpu=256), cpu="256", memory="128")),
    ("PN:T-88", ec2(placementConstraints=[{"type": "memberOf", "expression": "attribute:ecs.instance-type == none"}])),
    ("PN:N-12 hostPort left out", ec2(port(containerPort=80), networkMode="host")),
    ("PN:N-13 hostPort equal", ec2(port(containerPort=80, hostPort=80), networkMode="awsvpc")),
    (
        "PN:N-14 other protocols, other ports",
        ec2(container(portMappings=[{"containerPort": 53}, {"containerPort": 54, "protocol": "udp"}])),
    ),
    ("PN:N-16 reserved port", ec2(port(containerPort=22, hostPort=22))),
    ("PN:F-4 pid task", fargate(pidMode="task")),
    ("PN:F-4 ptrace", fargate(container(linuxParameters={"capabilities": {"add": ["SYS_PTRACE"]}}))),
    ("PN:F-7 edges", fargate(ephemeralStorage={"sizeInGiB": 21})),
    ("PN:F-11 public image without a role", fargate()),
    ("PN:T-42 not essential", ec2(container(dependsOn=[needs("b", "COMPLETE")]), container("b", essential=False))),
    (
        "PN:V-11 access point",
        efs(transitEncryption="ENABLED", rootDirectory="/", authorizationConfig={"accessPointId": "p"}),
    ),
    ("PN:T-7 ten containers", ec2(*[container(f"c{n}") for n in range(10)])),
]


@rule("PN:F-4", "PN:F-7", "PN:F-11", "PN:N-12", "PN:N-13", "PN:N-14", "PN:N-16", "PN:T-7", "PN:T-15", "PN:T-17")
@rule("PN:T-42", "PN:T-88", "PN:V-11")
@pytest.mark.parametrize("parameters", [a[1] for a in ACCEPTED], ids=[a[0] for a in ACCEPTED])
def test_accepted(parameters: dict[str, Any]) -> None:
    assert built(parameters).revision == 1


@rule("PN:T-10", "PN:T-11")
@pytest.mark.parametrize(
    ("cpu", "memory", "units", "mib"),
    [
        ("256", "512", 256, 512),
        ("1 vCPU", "2GB", 1024, 2048),
        (".25 vcpu", ".5 gb", 256, 512),
        ("0.5VCPU", "1 GB", 512, 1024),
        (" 2 vcpu ", "4 Gb", 2048, 4096),
    ],
)
def test_sizes_become_numbers(cpu: str, memory: str, units: int, mib: int) -> None:
    """PN:T-10, PN:T-11."""
    definition = built(fargate(cpu=cpu, memory=memory))
    assert (definition.cpu_units, definition.memory_mib) == (units, mib)
    assert (definition.request["cpu"], definition.request["memory"]) == (str(units), str(mib))


@rule("PN:F-1", "PN:X-15")
def test_fargate_has_exactly_its_sizes() -> None:
    """PN:F-1, PN:X-15: of all pairs in a grid, 74 are legal."""
    legal = 0
    for cpu in (128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768):
        for memory in range(512, 122_881, 512):
            try:
                built(fargate({"name": "a", "image": "a"}, cpu=str(cpu), memory=str(memory)))
            except ClientException:
                continue
            legal += 1
            assert (cpu, memory) in FARGATE_SIZES
    assert legal == len(FARGATE_SIZES) == 74


@rule("PN:T-87")
@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        (ec2(), ("EC2",)),
        (fargate(), ("EC2", "FARGATE")),
        (ec2(networkMode="awsvpc", cpu="256", memory="512"), ("EC2", "FARGATE")),
        (ec2(networkMode="awsvpc", cpu="256", memory="600"), ("EC2",)),
        (ec2(container(privileged=True), networkMode="awsvpc", cpu="256", memory="512"), ("EC2",)),
        (ec2(requiresCompatibilities=["EXTERNAL"]), ("EC2", "EXTERNAL")),
    ],
)
def test_compatibilities_are_computed(parameters: dict[str, Any], where: tuple[str, ...]) -> None:
    """PN:T-87."""
    assert built(parameters).compatibilities == where


@rule("PN:R-31", "PN:R-32")
def test_required_attributes() -> None:
    """PN:R-31, PN:R-32: every one of them is a capability that the lab's instances have."""
    definition = built(
        ec2(
            container(
                image=ECR,
                privileged=True,
                logConfiguration=LOGS,
                healthCheck={"command": ["CMD", "true"]},
                restartPolicy={"enabled": True},
                secrets=[{"name": "A", "valueFrom": "/a"}],
                mountPoints=[{"sourceVolume": "v"}],
            ),
            container("b", dependsOn=[needs("web", "START")]),
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            taskRoleArn="webRole",
            executionRoleArn="ecsTaskExecutionRole",
            volumes=[{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
        )
    )
    assert definition.requires_attributes == (
        "ecs.capability.task-eni",
        "ecs.capability.task-cpu-mem-limit",
        "com.amazonaws.ecs.capability.task-iam-role",
        "ecs.capability.efs",
        "com.amazonaws.ecs.capability.privileged-container",
        "ecs.capability.container-health-check",
        "ecs.capability.container-restart-policy",
        "com.amazonaws.ecs.capability.ecr-auth",
        "ecs.capability.execution-role-ecr-pull",
        "com.amazonaws.ecs.capability.logging-driver.awslogs",
        "ecs.capability.execution-role-awslogs",
        "ecs.capability.secrets.ssm.environment-variables",
        "ecs.capability.container-ordering",
    )
    assert set(definition.requires_attributes) <= set(CAPABILITIES)


@rule("PN:V-16")
def test_a_docker_plugin_is_a_requirement() -> None:
    """PN:V-16."""
    parameters = ec2(**volume(dockerVolumeConfiguration={"driver": "lab/block"}))
    assert built(parameters).requires_attributes == ("ecs.capability.docker-plugin.lab/block",)
    assert "needs the Docker plugin lab/block" in notes(parameters)[0]


@rule("PN:V-6")
def test_fsx_for_windows_is_a_requirement() -> None:
    """PN:V-6: no Linux instance has it."""
    definition = built(ec2(**volume(fsxWindowsFileServerVolumeConfiguration=FSX)))
    assert definition.requires_attributes == ("ecs.capability.fsxWindowsFileServer",)
    assert definition.requires_attributes[0] not in CAPABILITIES


@rule("PN:N-11", "PN:N-13", "PN:N-14", "PN:T-61")
def test_defaults_of_aws_are_echoed() -> None:
    """PN:N-11, PN:N-13, PN:N-14, PN:T-61."""
    bridge = built(ec2(port(containerPort=80)))
    assert bridge.request["containerDefinitions"][0]["portMappings"] == [
        {"containerPort": 80, "protocol": "tcp", "hostPort": 0}
    ]
    assert bridge.container_definitions[0].port_mappings[0].host_port is None
    awsvpc = built(ec2(port(containerPort=80), networkMode="awsvpc"))
    assert awsvpc.request["containerDefinitions"][0]["portMappings"][0]["hostPort"] == 80
    checked = built(health()).request["containerDefinitions"][0]["healthCheck"]
    assert (checked["interval"], checked["timeout"], checked["retries"]) == (30, 5, 3)


def test_the_request_is_not_the_callers_own() -> None:
    parameters = ec2(port(containerPort=80))
    built(parameters)
    assert parameters["containerDefinitions"][0]["portMappings"] == [{"containerPort": 80}]


def test_members_without_effect_are_named() -> None:
    """Core law 10."""
    definition = built(ec2(container(environment=[{"name": "A", "value": "1"}], logConfiguration=LOGS), pidMode="task"))
    assert definition.not_simulated == ("pidMode", "containerDefinitions[].environment")
    assert definition.request["pidMode"] == "task"


@rule("PN:N-15", "PN:T-12", "PN:T-15", "PN:T-18")
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (ec2(container(memoryReservation=128)), "memory equal to memoryReservation"),
        (ec2(container(memory=5)), "Docker needs at least 6 MiB"),
        (
            ec2(port(containerPort=80), {**port(containerPort=80), "name": "b"}, networkMode="awsvpc"),
            "both use tcp port 80",
        ),
        (
            ec2(port(containerPort=80), {**port(containerPort=80), "name": "b"}, networkMode="host"),
            "both use tcp port 80",
        ),
        (
            ec2(cpu="256", runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
            "are ignored for Windows",
        ),
        (ec2(requiresCompatibilities=["EXTERNAL"]), "EXTERNAL is kept in requiresCompatibilities"),
    ],
    ids=["PN:T-15", "PN:T-18", "PN:N-15 awsvpc", "PN:N-15 host", "PN:T-12", "EXTERNAL"],
)
def test_notes(parameters: dict[str, Any], words: str) -> None:
    built(parameters)
    assert words in " ".join(notes(parameters))


@rule("PN:T-12")
def test_windows_on_ec2_counts_the_containers_alone() -> None:
    """PN:T-12."""
    definition = built(
        ec2(
            container(cpu=100),
            cpu="512",
            memory="1024",
            runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        )
    )
    assert (definition.reserved_cpu_units, definition.reserved_memory_mib) == (100, 128)


def test_a_plain_definition_has_no_notes() -> None:
    assert notes(ec2(port(containerPort=80))) == []
