"""The stories whose ends are kept, and how they are told: the ready-made labs, and scenarios from every topic."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ecslab.scenario.load import load_file
from ecslab.scenario.model import Scenario
from ecslab.scenario.run import run
from ecslab.sim import RULES_VERSION

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).parent / "digests.json"
READY = sorted(file for file in (ROOT / "ecslab/labs/ready").glob("*.yaml") if file.name != "ready.yaml")
SCENARIOS = [
    ROOT / "tests/scenarios" / f"{name}.yaml"
    for name in (
        "p-random-canonical",
        "px05-spread-then-binpack",
        "px09-cluster-query-language",
        "px10b-scale-in-binpack",
        "px16-address-exhaustion",
        "s-fail-instance",
        "sk15-fargate-life",
        "sk18-stop-timeout",
        "sw01-rolling-100-200",
        "sw05-stuck-configurations",
        "sw24-crash-loop",
        "sw29-container-health",
    )
]
STORIES = {file.stem: file for file in [*READY, *SCENARIOS]}


@dataclass(frozen=True, slots=True)
class Ending:
    """`asked` stands for what a file asks for, `digest` for the world that the rules make of it."""

    asked: str
    digest: str


def tell(file: Path) -> Ending:
    """Run a story to its end."""
    scenario = load_file(file)
    return Ending(_asked(scenario), run(scenario).digest)


def _asked(scenario: Scenario) -> str:
    """The same as long as start, calls and end are; names, comments and expectations may change."""
    calls = [(call.at_ms, call.name, call.parameters) for call in scenario.calls]
    text = json.dumps([asdict(scenario.start), calls, scenario.ends_at_ms], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def read_kept() -> tuple[int, dict[str, Ending]]:
    """The rules version under which the endings were kept, and the endings by story."""
    data: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return data["rules_version"], {name: Ending(**ending) for name, ending in data["endings"].items()}


def write_kept(endings: dict[str, Ending]) -> None:
    """Keep endings under the rules version of now."""
    data = {"rules_version": RULES_VERSION, "endings": {name: asdict(endings[name]) for name in sorted(endings)}}
    KEPT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def moved(kept: dict[str, Ending], now: dict[str, Ending]) -> list[str]:
    """Stories that ask for the same and end in another world: the rules have changed."""
    return [
        name for name in sorted(now) if name in kept and kept[name].asked == now[name].asked and kept[name] != now[name]
    ]
