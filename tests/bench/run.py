"""Measure on this machine what a learner waits for: `make bench`. Medians, and ratios taken in the same run."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def median_ms(work: Callable[[], object], times: int = 30) -> float:
    """Return the median duration in milliseconds, after one run that does not count."""
    work()
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        durations.append(time.perf_counter() - started)
    return statistics.median(durations) * 1000


def bench_pages() -> None:
    """Time whole answers of the pages that everybody opens, without a network in between."""
    from django.test import Client

    client = Client(headers={"Host": "127.0.0.1"})
    for address in ("/", "/quiz/", "/styleguide/"):
        size = len(client.get(address).content)
        print(f"page {address:16} {median_ms(lambda address=address: client.get(address)):8.1f} ms {size:8,} bytes")


def main() -> None:
    """Run every measurement."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecslab.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_labs", verbosity=0)
    call_command("load_questions", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    bench_pages()


if __name__ == "__main__":
    main()
