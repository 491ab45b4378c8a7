"""The readable view of the journal: what happened, in a sentence each (lab-responses' GetTimeline)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from ecslab.sim.call_sentences import CALLS, balancer, name, target_group
from ecslab.sim.world import JournalEntry

KINDS = (
    "call",
    "taskState",
    "containerState",
    "instanceState",
    "targetHealth",
    "serviceEvent",
    "deployment",
    "alarm",
    "scaling",
    "eventBridge",
    "traffic",
    "fault",
    "cost",
)
"""Every kind of entry there is; `kinds` of lab:GetTimeline filters by them."""

FAULTS = (
    "lab:ExitContainer",
    "lab:FailInstance",
    "lab:RecoverInstance",
    "lab:InterruptSpot",
    "lab:DisconnectAgent",
    "lab:ReconnectAgent",
    "lab:FailZone",
    "lab:RecoverZone",
)


def timeline_entry(number: int, entry: JournalEntry) -> dict[str, Any] | None:
    """The entry of GetTimeline for the journal's entry of that number, None for what only the drawing needs."""
    values = entry.values
    if entry.kind not in _TOLD:
        return None
    text, members = _TOLD[entry.kind]
    return {
        "seq": number,
        "at": seconds(entry.at_ms),
        "kind": _kind(entry),
        "call": values.get("call"),
        "error": values.get("error"),
        "resource": entry.id or None,
        "cluster": values.get("cluster"),
        "service": values.get("service"),
        "detail": {member: values[member] for member in members},
        "text": text(entry),
    }


def newest(journal: Sequence[JournalEntry], kinds: Collection[str], most: int) -> list[dict[str, Any]]:
    """The last entries of some kinds, oldest first: what is read backwards need not be read whole."""
    found: list[dict[str, Any]] = []
    for number in range(len(journal), 0, -1):
        told = timeline_entry(number, journal[number - 1])
        if told and told["kind"] in kinds:
            found.append(told)
            if len(found) == most:
                break
    return found[::-1]


def seconds(at_ms: int) -> int | float:
    """A moment as seconds, whole where it is whole."""
    return at_ms // 1000 if at_ms % 1000 == 0 else at_ms / 1000


def _kind(entry: JournalEntry) -> str:
    if entry.kind in _TOLD_AS:
        return _TOLD_AS[entry.kind]
    is_fault = entry.values.get("call") in FAULTS and not entry.values["error"]
    return "fault" if is_fault else entry.kind


_TOLD_AS = {
    "containerHealth": "containerState",
    "volumeMounted": "containerState",
    "agentLog": "instanceState",
    "machineState": "instanceState",
    "groupActivity": "scaling",
    "managedScaling": "scaling",
    "providerSteady": "scaling",
    "spotNotice": "fault",
    "spotTaskNotice": "fault",
    "programCall": "call",
    "trafficArrival": "traffic",
}
"""Kinds of the journal that are told as another one."""


def _call(entry: JournalEntry) -> str:
    call, error = str(entry.values["call"]), entry.values.get("error")
    if error:
        return f"{call} was refused: {error}. {entry.values.get('message', '')}"
    return CALLS[call](entry)


def _task_state(entry: JournalEntry) -> str:
    reason = entry.values.get("stoppedReason")
    tail = f" {reason}" if reason and entry.values["to"] == "STOPPED" else ""
    return f"Task {name(entry)} is {entry.values['to']}.{tail}"


def _container_state(entry: JournalEntry) -> str:
    values = entry.values
    who = f"Container {values['container']} of task {name(entry)}"
    if values["from"] == "PENDING" and values["to"] == "RUNNING":
        return f"{who} runs."
    code = values["exitCode"]
    ended = "without an exit code" if code is None else f"with exit code {code}"
    again = " and was started again in place" if values["to"] == "RUNNING" else ""
    reason = f" {values['reason']}" if values["reason"] else ""
    return f"{who} ended {ended}{again}.{reason}"


def _container_health(entry: JournalEntry) -> str:
    return f"Container {entry.values['container']} of task {name(entry)} is {entry.values['health']}."


def _volume_mounted(entry: JournalEntry) -> str:
    values = entry.values
    who = f"Container {values['container']} of task {name(entry)}"
    files = f"which holds files of {', '.join(values['filesOf'])}" if values["filesOf"] else "which is empty"
    return f"{who} mounted the volume {values['volume']} at {values['path']}, {files}."


def _instance_state(entry: JournalEntry) -> str:
    agent = "" if entry.values["agentConnected"] else " with its agent disconnected"
    return f"Instance {entry.values['ec2InstanceId']} is {entry.values['status']}{agent}."


def _agent_log(entry: JournalEntry) -> str:
    return f"The agent of instance {entry.values['ec2InstanceId']} says: {entry.values['message']}"


def _program_call(entry: JournalEntry) -> str:
    values = entry.values
    who, call = f"Container {values['container']} of task {values['task']}", values["call"]
    if values["error"]:
        return f"{who} calls {call} and is refused: {values['message']}"
    return f"{who} calls {call} on {entry.id} and may, as {values['principal']}."


def _target_health(entry: JournalEntry) -> str:
    values = entry.values
    why = f" ({values['reason']})" if values["reason"] else ""
    return (
        f"Target {values['target']}:{values['port']} of target group {target_group(entry.id)} is {values['to']}{why}."
    )


def _machine_state(entry: JournalEntry) -> str:
    values = entry.values
    reason = f" {values['reason']}." if values["reason"] else ""
    return (
        f"Machine {values['ec2InstanceId']} ({values['instanceType']}, {values['zone']}) is {values['state']}.{reason}"
    )


def _group_activity(entry: JournalEntry) -> str:
    values = entry.values
    return f"Auto Scaling group {values['group']}: {values['description'].rstrip('.')}. {values['cause']}"


def _managed_scaling(entry: JournalEntry) -> str:
    values = entry.values
    instances = "1 instance" if values["needed"] == 1 else f"{values['needed']} instances"
    return (
        f"Capacity provider {values['provider']} needs {instances} and has {values['running']}: "
        f"desired capacity {values['before']} becomes {values['after']}, {values['formula']}."
    )


def _service_event(entry: JournalEntry) -> str:
    return str(entry.values["message"])


def _deployment(entry: JournalEntry) -> str:
    values = entry.values
    return f"Deployment {values['deployment']} of {values['taskDefinition']} is {values['state']}."


def _event_bridge(entry: JournalEntry) -> str:
    """An event that was sent, or what a rule or a schedule did with its target."""
    values = entry.values
    if values["what"] == "event":
        return f"{entry.id} sent an event: {values['words']}."
    kind = "Rule" if ":rule/" in entry.id else "Schedule"
    target = str(values["target"]).rpartition("/")[2]
    if values["what"] == "failed":
        return f"{kind} {name(entry)} could not invoke its target {target}, and ECS saw nothing: {values['words']}"
    if values["words"] == "was sent to":
        return f"{kind} {name(entry)} sent an event to {values['target']}."
    return f"{kind} {name(entry)} {values['words']} in cluster {target}."


def _alarm(entry: JournalEntry) -> str:
    return f"Alarm {entry.values['alarm']} is {entry.values['to']}. {entry.values['reason']}"


def _scaling(entry: JournalEntry) -> str:
    values = entry.values
    return (
        f"Desired count of service {values['service']} went from {values['from']} to {values['to']}: {values['cause']}."
    )


def _traffic(entry: JournalEntry) -> str:
    until = entry.values["to"]
    end = "" if until is None else f" until {seconds(until)} s"
    begin = seconds(entry.values["from"])
    service = entry.values["service"]
    taker = f"service {service}" if service else f"load balancer {balancer(entry.id)}"
    return f"Clients send {taker} {entry.values['pattern']} traffic from {begin} s on{end}."


def _traffic_arrival(entry: JournalEntry) -> str:
    port = entry.values["closedPort"]
    if port is None:
        return f"What clients send to load balancer {balancer(entry.id)} arrives: its security groups let them in."
    return (
        f"Nothing that clients send to load balancer {balancer(entry.id)} arrives: none of its security groups admits "
        f"them on port {port}, so their packets are dropped."
    )


_TOLD: dict[str, tuple[Callable[[JournalEntry], str], tuple[str, ...]]] = {
    "call": (_call, ()),
    "taskState": (_task_state, ("from", "to", "stopCode", "stoppedReason")),
    "containerState": (_container_state, ("container", "from", "to", "exitCode", "reason", "restartCount")),
    "containerHealth": (_container_health, ("container", "health")),
    "volumeMounted": (
        _volume_mounted,
        ("container", "volume", "path", "volumeKind", "place", "directory", "readOnly", "filesOf"),
    ),
    "instanceState": (_instance_state, ("status", "agentConnected")),
    "agentLog": (_agent_log, ("ec2InstanceId",)),
    "machineState": (_machine_state, ("state", "group", "reason")),
    "groupActivity": (_group_activity, ("group", "status", "description", "cause")),
    "managedScaling": (_managed_scaling, ("provider", "needed", "running", "formula", "before", "after")),
    "providerSteady": (
        lambda e: f"Capacity provider {e.values['provider']} has reached a steady state.",
        ("provider",),
    ),
    "spotTaskNotice": (lambda e: f"Task {name(e)} on Fargate Spot is told to end within two minutes.", ("from", "to")),
    "spotNotice": (lambda e: f"Spot Instance {e.id} will be interrupted in two minutes.", ("ec2InstanceId",)),
    "programCall": (_program_call, ("task", "container", "principal", "decision")),
    "targetHealth": (_target_health, ("target", "port", "task", "from", "to", "reason")),
    "serviceEvent": (_service_event, ()),
    "eventBridge": (_event_bridge, ("what", "target", "words")),
    "alarm": (_alarm, ("alarm", "from", "to", "reason")),
    "scaling": (_scaling, ("from", "to", "cause")),
    "traffic": (_traffic, ("pattern", "from", "to")),
    "trafficArrival": (_traffic_arrival, ("closedPort",)),
    "deployment": (_deployment, ("deployment", "taskDefinition", "state")),
}
