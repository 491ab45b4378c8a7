"""Measure on this machine: `make bench`. Medians and ratios of one run, because absolute times differ between machines.

A goal in brackets is what we want to reach, not what there is. The labs in var/ are not touched: what needs a database
gets one of its own.
"""

from __future__ import annotations

import copy
import gzip
import heapq
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from random import Random

from ecslab.scene.stage import stage
from ecslab.scene.svg import Links, draw
from ecslab.sim.simulation import Simulation
from tests.bench import runs

HELD = 1_000
SMALL, LARGE = 20, 100


def median_ms(work: Callable[[], object], times: int = 15) -> float:
    """Return the median duration in milliseconds, after one run that does not count."""
    work()
    return statistics.median(taken(work) for _ in range(times)) * 1000


def taken(work: Callable[[], object]) -> float:
    """Return how many seconds one run takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(name: str, value: str, note: str = "") -> None:
    """Print one measurement."""
    print(f"{name:46} {value:>20}  {note}".rstrip(), flush=True)


def hold(events: int) -> None:
    """Pop one and push one, with `HELD` pending: the least that any event-driven run does."""
    random = Random(1)
    pending = [(random.random(), n) for n in range(HELD)]
    heapq.heapify(pending)
    for n in range(events):
        at, _ = heapq.heappop(pending)
        heapq.heappush(pending, (at + 1, n))


def bench_core() -> None:
    """An hour with every rule on, against the bare heap of the same run."""
    bare = 200_000 / taken(lambda: hold(200_000))
    row("bare heapq, pop and push", f"{bare:,.0f} /s")
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
    deep = median_ms(lambda: copy.deepcopy(simulation.world), times=5)
    row(
        "snapshot / restore",
        f"{dump:.1f} / {load:.1f} ms",
        f"deepcopy {deep:.0f} ms, {deep / (dump + load):.1f} x as long",
    )


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
    row(
        "placement, 100 against 20 instances",
        f"{ratio:.2f}",
        "every instance is looked at for every task: 0.20 is as expected",
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
    started = time.perf_counter()
    bench_core()
    bench_placement()
    bench_drawing()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DJANGO_SETTINGS_MODULE="ecslab.settings", ECSLAB_DATA_DIR=folder)
        os.environ.pop("ECSLAB_DATABASE_URL", None)
        prepare_site()
        bench_seeking()
        bench_pages()
    print(f"measured in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
