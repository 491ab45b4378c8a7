"""The simulated operations of `lab`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.lab import (
    access,
    capacity,
    connections,
    events,
    faults,
    images,
    instances,
    limits,
    requests,
    scaling,
    traffic,
)
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "lab:AddCapacity": capacity.add_capacity,
    "lab:AddContainerInstances": instances.add_container_instances,
    "lab:PutImage": images.put_image,
    "lab:SetTraffic": traffic.set_traffic,
    "lab:EmitEvent": events.emit_event,
    "lab:ExitContainer": faults.exit_container,
    "lab:FailInstance": faults.fail_instance,
    "lab:InterruptSpot": faults.interrupt_spot,
    "lab:RecoverInstance": faults.recover_instance,
    "lab:DisconnectAgent": faults.disconnect_agent,
    "lab:ReconnectAgent": faults.reconnect_agent,
    "lab:FailZone": faults.fail_zone,
    "lab:RecoverZone": faults.recover_zone,
    "lab:SetQuota": limits.set_quota,
    "lab:LimitCapacity": limits.limit_capacity,
}

READS: dict[str, Operation] = {
    "lab:TestAccess": access.test_access,
    "lab:TestConnection": connections.try_connection,
    "lab:SendRequest": requests.send_request,
    "lab:ExplainScaling": scaling.explain_scaling,
}
