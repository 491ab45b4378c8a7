"""A sound question of each type, to plant flaws in, and the bank around it."""

from __future__ import annotations

import datetime as dt

from ecslab.rulebook.load import Rule
from quizzes.finding import Context
from quizzes.load import Bank, Entry, Topic, parse_question

NAME = "bank/placement/placement-night-reports.yaml"
SINGLE = """\
schema_version: 1
id: placement-night-reports
version: 1
title: Reports at night
family: pack-or-spread
type: single
level: apply
difficulty: 2
topic: placement
objectives: [ecs.placement.strategy]
stem: |
  A library runs short report tasks at night on an Amazon ECS cluster of
  EC2 instances. The tasks may stop at any time, because every report can
  be made again. The budget office pays for each instance that holds a
  task, and it asks the team to leave the other instances empty.

  Which placement strategy fills the FEWEST instances?
options:
  - id: packs
    text: The strategy `binpack` on the field `memory`
    correct: true
    why: |
      Each task goes to the instance with the least memory left that still
      fits it. So one instance is filled before the next one is begun, and
      the others stay empty.
  - id: spreads
    text: The strategy `spread` on the field `instanceId`
    misconception: spread-saves
    why: |
      Each task goes to the instance with the fewest tasks of its group, so
      every instance soon holds one. It is good where the loss of an
      instance should cost little.
  - id: rolls
    text: The strategy `random` without any field
    misconception: chance-is-even
    why: |
      Each task goes to any instance that fits it, so tasks end up on nearly
      all instances. It is good where nothing about the place of a task
      matters to anybody.
rule: The strategy binpack fills one instance before it begins the next, by the resource that it names.
sources: [PN:P-27]
lab: none
lab_reason: No ready-made lab packs tasks without a service.
est_seconds: 70
blind: []
status: draft
"""
MULTIPLE = (
    SINGLE.replace("type: single", "type: multiple")
    .replace("Which placement strategy fills the FEWEST instances?", "Which strategies are these? Choose TWO.")
    .replace(
        "rule: The",
        """\
  - id: zones
    text: The strategy `spread` on the field `zone`
    correct: true
    why: |
      Each task goes to the zone with the fewest tasks of its group, so the
      zones hold about the same number of them whatever the instances are.
  - id: nowhere
    text: The strategy `nowhere` on the field `memory`
    misconception: chance-is-even
    why: |
      Amazon ECS knows three strategies, and a service that names any other
      one is refused when it is created, so nothing would be placed at all.
rule: The""",
        1,
    )
)
NEIGHBOUR = """\
schema_version: 1
id: placement-two-copies
version: 1
title: Two copies apart
family: one-for-each-instance
type: single
level: apply
difficulty: 2
topic: placement
objectives: [ecs.placement.strategy]
stem: |
  A bakery takes orders through a service of three tasks on five container
  instances. Last week one machine broke, and two of the three tasks were lost
  with it. The owners now ask that no machine holds more than one of these
  tasks, even if a task has to wait for room.

  Which setting of the service keeps the tasks apart?
options:
  - id: distinct
    text: The constraint `distinctInstance`
    correct: true
    why: |
      A constraint rules instances out before anything is compared, so a task
      that finds no other machine waits and is placed nowhere else for now.
  - id: spreads
    text: The placement strategy `spread`
    misconception: spread-saves
    why: |
      A strategy compares what is left and makes the best of it, so two tasks
      may meet when room is short. It would be enough as a wish.
  - id: draws
    text: The placement strategy `random`
    misconception: chance-is-even
    why: |
      A draw knows nothing of earlier draws, so two tasks meet now and then. It
      would be good where any machine is as welcome as another.
rule: A constraint excludes instances and may leave a task waiting, while a strategy orders those that remain.
sources: [PN:P-27]
lab: none
lab_reason: No ready-made lab has a broken machine.
est_seconds: 60
blind: []
status: draft
"""
SAMPLES = {"single": SINGLE, "multiple": MULTIPLE}

RULE = Rule("PN:P-27", "binpack takes the fullest instance.", "D", "https://docs.aws.amazon.com/", "2026-09-11")
GUESS = Rule("PN:P-28", "random takes any instance.", "I", "", "2026-09-11")
TODAY = dt.date(2026, 11, 24)


def read(text: str) -> Entry:
    """Read a sample."""
    return parse_question(text, NAME)


def context(entry: Entry, today: dt.date = TODAY) -> Context:
    """Return a bank that holds the entry and all that it refers to."""
    topics = {"placement": Topic("Placement", {"ecs.placement.strategy": "Choose a placement strategy"})}
    ideas = {"spread-saves": "Spreading saves instances.", "chance-is-even": "Chance is even."}
    neighbour = parse_question(NEIGHBOUR, "bank/placement/placement-two-copies.yaml")
    known = {"PN:P-27": RULE, "PN:P-28": GUESS}
    return Context(Bank((entry, neighbour), topics, ideas), known, frozenset({"online-game"}), today)


def planted(old: str, new: str, kind: str = "single") -> str:
    """Return a sample with one thing changed; what is changed must be there."""
    assert old in SAMPLES[kind], old
    return SAMPLES[kind].replace(old, new)
