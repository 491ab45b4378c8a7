"""The readable view of the journal: what happened, in a sentence each (lab-responses' GetTimeline)."""

from __future__ import annotations

from typing import Any

from ecslab.sim.world import JournalEntry

FAULTS = ("lab:ExitContainer", "lab:FailInstance")


def timeline_entry(entry: JournalEntry) -> dict[str, Any] | None:
    """One entry of GetTimeline, None for what only the drawing needs."""
    values = entry.values
    told = _SENTENCES.get(entry.kind)
    if told is None:
        return None
    kind, text = told(entry)
    return {
        "seq": entry.serial,
        "at": seconds(entry.at_ms),
        "kind": kind,
        "call": values.get("call"),
        "error": values.get("error"),
        "resource": entry.id or None,
        "cluster": values.get("cluster"),
        "service": values.get("service"),
        "detail": {name: values[name] for name in ("from", "to", "stopCode", "stoppedReason") if name in values},
        "text": text,
    }


def seconds(at_ms: int) -> int | float:
    """A moment as seconds, whole where it is whole."""
    return at_ms // 1000 if at_ms % 1000 == 0 else at_ms / 1000


def _name(entry: JournalEntry) -> str:
    return entry.id.rpartition("/")[2]


def _call(entry: JournalEntry) -> tuple[str, str]:
    call, error = str(entry.values["call"]), entry.values.get("error")
    if error:
        return "call", f"{call} was refused: {error}. {entry.values.get('message', '')}"
    return ("fault" if call in FAULTS else "call"), f"{call} was accepted."


def _task_state(entry: JournalEntry) -> tuple[str, str]:
    reason = entry.values.get("stoppedReason")
    tail = f" {reason}" if reason and entry.values["to"] == "STOPPED" else ""
    return "taskState", f"Task {_name(entry)} is {entry.values['to']}.{tail}"


def _container_state(entry: JournalEntry) -> tuple[str, str]:
    code = entry.values.get("exitCode")
    ended = "without an exit code" if code is None else f"with exit code {code}"
    return "containerState", f"Container {entry.values['container']} of task {_name(entry)} ended {ended}."


def _instance_state(entry: JournalEntry) -> tuple[str, str]:
    agent = "" if entry.values["agentConnected"] else " with its agent disconnected"
    return "instanceState", f"Instance {entry.values['ec2InstanceId']} is {entry.values['status']}{agent}."


def _service_event(entry: JournalEntry) -> tuple[str, str]:
    return "serviceEvent", str(entry.values["message"])


def _deployment(entry: JournalEntry) -> tuple[str, str]:
    values = entry.values
    text = f"Deployment {values['deployment']} of {values['taskDefinition']} is {values['state']}."
    return "deployment", text


_SENTENCES = {
    "call": _call,
    "taskState": _task_state,
    "containerState": _container_state,
    "instanceState": _instance_state,
    "serviceEvent": _service_event,
    "deployment": _deployment,
}
