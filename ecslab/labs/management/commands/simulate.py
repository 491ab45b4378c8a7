"""`manage.py simulate FILE`: run a scenario, judge what it expects, and show what is asked; no database, no server.

Exit status: 0 when everything turned out as the file says, 1 when something did not, 2 when the file or a question
about it is wrong.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ecslab.aws.model import RequestMalformed, check, is_read_only, not_yet
from ecslab.aws.text_to_data import Unreadable, data_of
from ecslab.scenario import moments, references
from ecslab.scenario.document import MAX_BYTES, MAX_DEPTH, ScenarioWrong
from ecslab.scenario.load import load_file
from ecslab.scenario.model import (
    MAX_CALLS,
    MAX_EXPECTATIONS,
    MAX_INSTANCES,
    MAX_RUN_MS,
    MAX_TASKS,
    MAX_TIMERS,
    Scenario,
)
from ecslab.scenario.run import Refused, Run, run
from ecslab.scenario.show import FORMATS, as_text
from ecslab.scenario.steps import failures_of_steps
from ecslab.sim.errors.common import SimError

PASSED, FAILED, WRONG = 0, 1, 2
SUFFIXES = (".yaml", ".yml", ".json")
LIMITS = (
    f"A file has at most {MAX_BYTES // 1024} KiB, {MAX_DEPTH} levels, {MAX_CALLS} calls, {MAX_EXPECTATIONS} "
    f"expectations, {MAX_INSTANCES} instances, {MAX_TASKS} tasks and {moments.text_of(MAX_RUN_MS)} of simulated time, "
    f"in which at most {MAX_TIMERS} timers come due."
)
_BAR_AFTER_SECONDS = 2.0
_BAR_WIDTH = 30


Question = tuple[str, str, dict[str, Any], str | None]
"""What --show and --query ask: service, operation, parameters, and which part of the answer."""


class QuestionWrong(Exception):
    """An option that cannot be understood: one plain sentence."""


class ProgressBar:
    """A bar on the error stream, after two seconds and only when a person is watching."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._shown = -1
        self._is_watched = sys.stderr.isatty()

    def told(self, at_ms: int, end_ms: int) -> None:
        """The run has reached a moment."""
        if not self._is_watched or time.monotonic() - self._begun < _BAR_AFTER_SECONDS:
            return
        percent = 100 * at_ms // max(end_ms, 1)
        if percent != self._shown:
            self._shown = percent
            done = "#" * (_BAR_WIDTH * percent // 100)
            sys.stderr.write(f"\r[{done:<{_BAR_WIDTH}}] {percent:3d} % {moments.text_of(at_ms)}\033[K")
            sys.stderr.flush()

    def gone(self) -> None:
        """Leave no trace."""
        if self._shown >= 0:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


class Command(BaseCommand):
    """Run scenario files."""

    help = "Run a scenario file; with --check judge what it expects, or what every scenario below a directory expects."

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Say the limits of a file below the options."""
        return super().create_parser(prog_name, subcommand, epilog=LIMITS, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file and what to print of its run."""
        parser.add_argument("path", metavar="FILE", help="a scenario, YAML or JSON; with --check also a directory")
        parser.add_argument("--until", metavar="TIME", help="stop at this moment, such as 10m; else at the file's last")
        parser.add_argument("--check", action="store_true", help="judge the expectations")
        parser.add_argument(
            "--show", metavar="CALL", help='print a read at the end: \'ecs:DescribeServices {"services": ["web"]}\''
        )
        parser.add_argument("--query", metavar="JMESPATH", help="print only this part of what --show answers")
        parser.add_argument("--events", action="store_true", help="print what happened, with simulated times")
        parser.add_argument("--format", choices=FORMATS, default="table", help="how to print; table when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and exit with the status."""
        path = Path(options["path"])
        try:
            status = self._check_all(path, options) if path.is_dir() else self._one(path, options)
        except (ScenarioWrong, QuestionWrong) as error:
            self.stderr.write(str(error))
            status = WRONG
        except BrokenPipeError:  # whoever read has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        self.stdout.flush()
        if status:
            sys.exit(status)

    def _one(self, path: Path, options: dict[str, Any]) -> int:
        until_ms = _until(options["until"])
        question = _question(options["show"], options["query"])
        made = _run(load_file(path), until_ms, checked=options["check"])
        parts: dict[str, Any] = {}
        if options["check"] or not (question or options["events"]):
            parts["run"] = _summary(made, checked=options["check"])
        else:
            for failure in made.failures:
                if failure.is_call:
                    self.stderr.write(failure.sentence)
        if options["events"]:
            parts["events"] = _events(made)
        answered = self._answer(made, question, parts) if question else PASSED
        self._print(made, parts, options)
        failed = made.call_failed or (options["check"] and not made.passed)
        return FAILED if failed or answered else PASSED

    def _print(self, made: Run, parts: dict[str, Any], options: dict[str, Any]) -> None:
        """Every part in turn as a table; as JSON or YAML one document, an object of the parts if there are several."""
        if options["format"] != "table":
            if parts:
                whole = parts if len(parts) > 1 else next(iter(parts.values()))
                self.stdout.write(as_text(whole, options["format"]))
            return
        if "run" in parts:
            self._tell(made, checked=options["check"])
        for entry in parts.get("events", ()):
            at = moments.text_of(round(entry["at"] * 1000))
            self.stdout.write(f"{at:>12}  {entry['kind']:<14}  {entry['text']}")
        if "answer" in parts:
            self.stdout.write(as_text(parts["answer"], "table"))

    def _tell(self, made: Run, *, checked: bool) -> None:
        """What came of it: a line, then one for each thing that did not turn out so."""
        for failure in made.failures:
            if checked or failure.is_call:
                self.stdout.write(failure.sentence)
        for note in made.notes:
            self.stdout.write(f"note: {note}")
        self.stdout.write(_verdict(made, checked=checked))
        if not checked:
            self.stdout.write(f"digest {made.digest}")

    def _answer(self, made: Run, question: Question, parts: dict[str, Any]) -> int:
        """Put the answer to --show beside the other parts; a refusal goes to the error stream."""
        service, operation, parameters, query = question
        try:
            followed = references.resolved(parameters, made.saved)
            check(service, operation, followed)
            answer = made.read(made.reached_ms, service, operation, followed)
            if query is not None:
                answer = references.search(query, answer)
        except (SimError, Refused) as error:
            self.stderr.write(f"{service}:{operation} was refused: {error.code}: {error.message}")
            return FAILED
        except (RequestMalformed, references.ReferenceWrong) as error:
            raise QuestionWrong(f"--show {service}:{operation}: {error}") from error
        parts["answer"] = answer
        return PASSED

    def _check_all(self, directory: Path, options: dict[str, Any]) -> int:
        if not options["check"]:
            raise QuestionWrong(
                f"{directory} is a directory; name a file, or add --check to judge every file below it."
            )
        for name in ("until", "show", "query", "events"):
            if options[name]:
                raise QuestionWrong(f"--{name} looks at one run and {directory} is a directory; name a file.")
        files = sorted(p for p in directory.rglob("*") if p.is_file() and p.suffix in SUFFIXES)
        if not files:
            raise QuestionWrong(f"{directory} holds no scenario; its files end in {', '.join(SUFFIXES)}.")
        results = [self._check_one(path, options["format"]) for path in files]
        failed = sum(not result["passed"] for result in results)
        if options["format"] != "table":
            self.stdout.write(as_text(results, options["format"]))
        else:
            self.stdout.write(f"{len(files) - failed} of {len(files)} scenarios hold.")
        return FAILED if failed else PASSED

    def _check_one(self, path: Path, form: str) -> dict[str, Any]:
        """One line for a file, more where something failed."""
        try:
            made = _run(load_file(path), None, checked=True)
        except ScenarioWrong as error:
            if form == "table":
                self.stdout.write(f"WRONG   {path}")
                for message in error.messages:
                    self.stdout.write(f"        {message}")
            return {"file": str(path), "passed": False, "wrong": list(error.messages)}
        if form == "table":
            self.stdout.write(f"{'ok' if made.passed else 'FAILED':<7} {_verdict(made, checked=True)}")
            for failure in made.failures:
                self.stdout.write(f"        {failure.sentence}")
        return _summary(made, checked=True)


def _run(scenario: Scenario, until_ms: int | None, *, checked: bool) -> Run:
    """A run; when it is judged as a whole, with what is wrong with its steps."""
    bar = ProgressBar()
    try:
        made = run(scenario, until_ms, bar.told)
        if checked and until_ms is None and not made.call_failed:
            made.failures += failures_of_steps(scenario)
        return made
    finally:
        bar.gone()


def _events(made: Run) -> list[dict[str, Any]]:
    """Everything that happened, page after page."""
    at_ms = made.reached_ms
    answer = made.read(at_ms, "lab", "GetTimeline", {})
    entries = list(answer["entries"])
    while answer["truncated"]:
        answer = made.read(at_ms, "lab", "GetTimeline", {"from": answer["nextFrom"]})
        entries += answer["entries"]
    return entries


def _until(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at_ms = moments.parse(text)
    except moments.NoMoment as error:
        raise QuestionWrong(f"--until: {error}") from error
    if at_ms > MAX_RUN_MS:
        raise QuestionWrong(
            f"--until: {text} is later than {moments.text_of(MAX_RUN_MS)}, the longest run; end earlier."
        )
    return at_ms


def _question(show: str | None, query: str | None) -> Question | None:
    """Service, operation, parameters and query of what to show."""
    if show is None:
        if query is not None:
            raise QuestionWrong("--query picks a part of what --show answers; give --show too.")
        return None
    name, _, body = show.strip().partition(" ")
    service, colon, operation = name.partition(":")
    if not service or not colon or not operation:
        raise QuestionWrong(f"--show: {name!r} is no call; write service:Operation, such as ecs:ListClusters.")
    try:
        parameters = data_of(body) if body.strip() else {}
    except Unreadable as error:
        raise QuestionWrong(f"--show: the parameters after {name}: {error}") from error
    if not isinstance(parameters, dict):
        raise QuestionWrong(f"--show: the parameters after {name} are no object; write {{...}}.")
    _judge_read(service, operation)
    if query is not None:
        try:
            references.compiled(query)
        except references.ReferenceWrong as error:
            raise QuestionWrong(f"--query: {error}") from error
    return service, operation, parameters, query


def _judge_read(service: str, operation: str) -> None:
    name = f"{service}:{operation}"
    try:
        refusal = not_yet(service, operation)
    except RequestMalformed as error:
        refusal = str(error)
    if refusal is not None:
        raise QuestionWrong(f"--show: {refusal}")
    if not is_read_only(service, operation):
        raise QuestionWrong(f"--show: {name} changes things and --show only looks; put it into the file's calls.")


def _summary(made: Run, *, checked: bool) -> dict[str, Any]:
    """What came of a run, as data."""
    told = [f for f in made.failures if checked or f.is_call]
    return {
        "file": made.scenario.source,
        "name": made.scenario.name,
        "passed": not told,
        "until": made.reached_ms / 1000,
        "calls": made.calls_made,
        "expectations": made.looked if checked else None,
        "failures": [
            {
                "line": f.line,
                "at": f.at_ms / 1000,
                "what": f.what,
                "expected": f.expected,
                "found": f.found,
                "why": f.why,
                "text": f.sentence,
            }
            for f in told
        ],
        "notes": made.notes,
        "digest": made.digest,
    }


def _verdict(made: Run, *, checked: bool) -> str:
    source, at = made.scenario.source, moments.text_of(made.reached_ms)
    if made.call_failed:
        return f"{source}: the run ended at {at}, because a call did not turn out as the file says."
    if not checked:
        return f"{source}: {made.scenario.name}: ran to {at} with {made.calls_made} calls."
    total, steps = len(made.scenario.expectations), len(made.scenario.steps)
    left = f"; {total - made.looked} lie after {at} and were left alone" if total > made.looked else ""
    held = made.looked - sum(not failure.is_step for failure in made.failures)
    are_good = "cannot be done as the file says" if any(f.is_step for f in made.failures) else "can be done"
    learnt = f" Its {steps} step{'s' * (steps > 1)} {are_good}." if steps else ""
    return f"{source}: {held} of {made.looked} expectations hold{left}.{learnt}"
