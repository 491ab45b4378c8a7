"""Measure on this machine: `make bench`. Medians and ratios of one run, because absolute times differ between machines.

A goal in brackets is what we want to reach, not what there is. The labs in var/ are not touched: what needs a database
gets one of its own.
"""

from __future__ import annotations

import copy
import gc
import gzip
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ecslab.scene.stage import stage
from ecslab.scene.svg import Links, draw
from ecslab.sim.changes import journal
from ecslab.sim.rules.placement import index, place
from ecslab.sim.simulation import Simulation
from tests.bench import others, runs

KERNELS = (others.bare_heap, others.kernel, others.simpy_timeouts)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
SMALL, LARGE, HUGE = 20, 100, 5_000


def median_ms(work: Callable[[], object], times: int = 15) -> float:
    """Return the median duration in milliseconds, after one run that does not count."""
    work()
    return statistics.median(taken(work) for _ in range(times)) * 1000


def taken(work: Callable[[], object]) -> float:
    """Return how many seconds of the processor one run takes: other work on the machine does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


@dataclass
class Report:
    """What was measured, for the page of figures."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)


REPORT = Report()


def row(name: str, value: str, note: str = "") -> None:
    """Print one measurement and keep it for the page."""
    print(f"{name:46} {value:>20}  {note}".rstrip(), flush=True)
    REPORT.rows.append((name, value, note))


def settle() -> None:
    """Let what earlier measurements left in memory cost nothing in the next: Python would look through it again."""
    gc.collect()
    gc.freeze()


def bench_kernel() -> None:
    """The agenda with its journal against a bare heap and against SimPy."""
    bare, ours, simpy = (statistics.median(f(200_000) for _ in range(3)) for f in KERNELS)
    row("bare heapq, pop and push", f"{bare:,.0f} /s")
    row("kernel: agenda, timers, journal", f"{ours:,.0f} /s", f"1/{bare / ours:.1f} of bare heapq (goal 1/2.5)")
    row("SimPy, timeouts", f"{simpy:,.0f} /s", f"the kernel makes {ours / simpy:.2f} of it, with a journal")


def bench_moto() -> None:
    """RunTask of one task at 100 instances: ours through the door, moto's through boto3 and in its backend."""
    through, backend = others.moto_run_task(LARGE, 100)
    settle()
    simulation, calls = runs.filled(LARGE, 600)
    single = [command for command in calls for _ in range(command.parameters["count"])]
    ours = len(single) / taken(lambda: [simulation.apply(runs.one(command)) for command in single])
    row("RunTask at 100 instances", f"{ours:,.0f} /s", f"{ours / through:.0f} x moto through boto3 (goal 100)")
    row("  moto's backend method", f"{backend:,.0f} /s", f"ours makes {ours / backend:.2f} of it (goal 2)")


def bench_large() -> None:
    """500 instances and 3,000 tasks that are rolled every half hour."""
    commands = runs.afternoon(instances=500, services=10, tasks_each=300, hours=1)
    seconds = taken(lambda: runs.run(commands, runs.HOUR_MS))
    row("an hour of 500 instances, 3,000 tasks", f"{seconds:.1f} s", f"{3600 / seconds:,.0f} x real time (goal 2,000)")


def bench_core() -> None:
    """An hour with every rule on, against the bare heap of the same run."""
    bare = others.bare_heap(200_000)
    commands = runs.afternoon(instances=60, services=10, tasks_each=30, hours=1)
    kept: list[Simulation] = []
    seconds = taken(lambda: kept.append(runs.run(commands, runs.HOUR_MS)))
    world = kept[0].world
    runs.audit(world)
    timers, entries = runs.timers_run(world), len(world.journal)
    row(
        "core, timers",
        f"{timers / seconds:,.0f} /s",
        f"1/{bare * seconds / timers:.0f} of bare heapq; {timers:,} timers",
    )
    row(
        "core, journal entries",
        f"{entries / seconds:,.0f} /s",
        f"1/{bare * seconds / entries:.0f} of bare heapq (goal 1/20)",
    )
    row(
        "core, one hour of 60 instances, 300 tasks",
        f"{seconds:.2f} s",
        f"{3600 / seconds:,.0f} x real time (goal 2,000)",
    )
    bench_copies(kept[0])


def bench_copies(simulation: Simulation) -> None:
    """What a keyframe and a copy for "what if" cost."""
    data = simulation.snapshot()
    dump, load = median_ms(simulation.snapshot), median_ms(lambda: Simulation.restore(data))
    fork = median_ms(simulation.fork)
    deep = median_ms(lambda: copy.deepcopy(simulation.world), times=5)
    row(
        "snapshot / restore",
        f"{dump:.1f} / {load:.1f} ms",
        f"deepcopy {deep:.0f} ms, {deep / (dump + load):.1f} x as long",
    )
    row("fork", f"{fork:.1f} ms", f"deepcopy takes {deep / fork:.1f} x as long (goal 10)")


def bench_placement() -> None:
    """RunTask by tens, spread over zones then binpack, until two thirds of the memory is held."""
    rates = {}
    for instances in (SMALL, LARGE):
        tasks = instances * 20
        simulation, calls = runs.filled(instances, tasks)
        rates[instances] = tasks / taken(lambda s=simulation, c=calls: [s.apply(each) for each in c])
        runs.audit(simulation.world)
        row(f"placement on {instances} instances", f"{rates[instances]:,.0f} tasks/s", f"{tasks:,} tasks, audited")
    ratio = rates[LARGE] / rates[SMALL]
    row("placement, 100 against 20 instances", f"{ratio:.2f}", "a look at all for every task would be 0.20")
    simulation, calls = runs.filled(HUGE, 2_000)
    rate = 2_000 / taken(lambda: [simulation.apply(each) for each in calls])
    runs.audit(simulation.world)
    row(
        "placement, 5,000 against 100 instances",
        f"{rate / rates[LARGE]:.2f}",
        f"{rate:,.0f} tasks/s, audited (goal 0.25)",
    )
    bench_index(simulation)


def bench_index(simulation: Simulation) -> None:
    """One choice among 5,000 instances by the index, after the instance chosen was touched, and by the rules alone."""
    world = simulation.world
    request = next(iter(world.rankings))
    arn = index.choose(world, request, others.first)

    def indexed() -> None:
        journal.instance_touched(world, arn or "")
        index.choose(world, request, others.first)

    naive = median_ms(lambda: place.choose(world, request, others.first), times=5)
    row(
        "one choice among 5,000 instances",
        f"{naive:.1f} ms",
        f"the index is {naive / median_ms(indexed):,.0f} x as fast",
    )


def bench_drawing() -> None:
    """The map of 100 instances and 600 tasks."""
    simulation, calls = runs.filled(LARGE, 600)
    for call in calls:
        simulation.apply(call)
    simulation.run_until(60_000)
    links = Links(str, str, None)
    drawn = draw(stage(simulation.world), links)
    size = f"{len(drawn):,} bytes, gzip {len(gzip.compress(drawn.encode(), 6)):,} (goal 12,000)"
    boxes = median_ms(lambda: stage(simulation.world))
    row("map of 100 instances, 600 tasks", f"{median_ms(lambda: draw(stage(simulation.world), links)):.1f} ms", size)
    row("  of it, finding places for the boxes", f"{boxes:.1f} ms")


def bench_seeking() -> None:
    """Looks at random moments of a lab of four hours, with keyframes and after forgetting them."""
    from django.core.cache import caches

    from ecslab.labs import play
    from ecslab.labs.log import log_of

    lab = play.create("bench", "owner", seed=runs.START.seed)
    play.write_log(lab, runs.afternoon(instances=20, services=4, tasks_each=20, hours=4))
    log = log_of(lab)
    random = Random(2)
    moments = [random.randrange(4 * runs.HOUR_MS) for _ in range(12)]

    def look_without(at_ms: int) -> None:
        caches["keyframes"].clear()
        play.look(log, at_ms)

    without = [taken(lambda at=at: look_without(at)) * 1000 for at in moments]
    for at in moments:
        play.look(log, at)
    between = [at + random.randrange(60_000) for at in moments]
    seek = [taken(lambda at=at: play.look(log, at)) * 1000 for at in between]
    row("look at a moment, keyframes forgotten", spread_of(without), "a lab of 20 instances, 80 tasks, 4 hours")
    ratio = statistics.median(without) / statistics.median(seek)
    row("look at a moment, with keyframes", spread_of(seek), f"{ratio:.1f} x as fast")


def bench_ten_hours() -> None:
    """Looks early and late in a run of ten hours: a seek must not grow with the length of the run."""
    from ecslab.labs import play
    from ecslab.labs.log import log_of

    lab = play.create("ten hours", "owner", seed=runs.START.seed)
    play.write_log(lab, runs.afternoon(instances=20, services=2, tasks_each=20, hours=10))
    log = log_of(lab)
    for hour in range(11):
        play.look(log, hour * runs.HOUR_MS)
    early = [taken(lambda at=at: play.look(log, at)) * 1000 for at in range(1_800_000, 7_200_000, 600_000)]
    late = [taken(lambda at=at: play.look(log, at)) * 1000 for at in range(28_800_000, 34_200_000, 600_000)]
    ratio = statistics.median(late) / statistics.median(early)
    row("look in the second and the ninth of ten hours", f"{statistics.median(late):.0f} ms", f"{ratio:.2f} x (goal 1)")


def write_page() -> None:
    """Keep the figures of this run in docs/performance.md; ratios are what can be compared."""
    table = [f"| {name.strip()} | {value} | {note} |" for name, value, note in REPORT.rows]
    head = PAGE.read_text(encoding="utf-8").partition("<!-- figures -->")[0]
    lines = [f"{head}<!-- figures -->\n", "| What | Figure | Ratio and goal |", "| --- | --- | --- |", *table, ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def spread_of(durations: Sequence[float]) -> str:
    """Median and worst."""
    return f"{statistics.median(durations):.0f}, worst {max(durations):.0f} ms"


def bench_pages() -> None:
    """Whole answers of the pages that everybody opens, without a network in between."""
    from django.test import Client

    client = Client(headers={"Host": "127.0.0.1"})
    for address in ("/", "/ready/online-game/", "/quiz/", "/styleguide/"):
        size = len(client.get(address).content)
        row(f"page {address}", f"{median_ms(lambda a=address: client.get(a)):.1f} ms", f"{size:,} bytes")


def prepare_site() -> None:
    """A database and static files in a folder of its own."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_labs", verbosity=0)
    call_command("load_questions", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def main() -> None:
    """Run every measurement."""
    started = time.process_time()
    for bench in (bench_kernel, bench_core, bench_moto, bench_large, bench_placement, bench_drawing):
        settle()
        bench()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DJANGO_SETTINGS_MODULE="ecslab.settings", ECSLAB_DATA_DIR=folder)
        os.environ.pop("ECSLAB_DATABASE_URL", None)
        prepare_site()
        for bench in (bench_seeking, bench_ten_hours, bench_pages):
            settle()
            bench()
    write_page()
    print(f"measured in {time.process_time() - started:.0f} s")


if __name__ == "__main__":
    main()
