"""The simulation core of ECS Lab: pure Python, standard library only, deterministic to the byte.

Time is integer milliseconds since the start of the run, CPU is CPU units (1,024 = one vCPU), memory is MiB.
Modules are imported by name; nothing is re-exported here, so that the import contracts see every edge.
"""

RULES_VERSION = 2
