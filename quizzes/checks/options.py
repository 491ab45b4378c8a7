"""Checks of the options: number, cues, overlap, misconceptions (QQ-20, 23, 24, 28, 29, 31, 32, 44)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from statistics import mean, median

from quizzes.finding import Context, Finding, Report
from quizzes.load import Entry
from quizzes.question import Option
from quizzes.readability import plain, words

OPTION_COUNT = {"single": (3, 5), "multiple": (5, 6)}
KEY_COUNT = (2, 3)
COUNT_WORDS = {2: "TWO", 3: "THREE"}
LONGEST_KEY_RATIO = 1.25
MOST_FORMAT_DIFFERENCE = 1
_META = re.compile(
    r"\b(?:all|none|any|both|neither|two|some)\s+of\s+(?:the|these)\s+(?:above|others?|options|answers)\b"
    r"|\b(?:all|none) of (?:the above|these)\b|\bboth [A-F] and [A-F]\b|\boptions? [A-F]\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:option|answer|choice) (?:[A-F]|[1-6])\b"
    r"|\b(?:first|second|third|fourth|fifth|last|next|previous) (?:option|answer|choice)\b"
    r"|\b(?:option|answer|choice)s? (?:above|below)\b|\b(?:see|as) (?:above|below)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\D{0,3}(\d[\d,]*(?:\.\d+)?)")
_RANGE = re.compile(r"(\d+)\s*(?:to|–|-)\s*(\d+)")
_CHOOSE = re.compile(r"\bChoose (\w+)")


def number_of_options(entry: Entry) -> Iterator[Finding]:
    """QQ-20: three to five options for single choice; five or six with two or three keys for multiple response."""
    report, question = Report("QQ-20", "error", entry), entry.question
    fewest, most = OPTION_COUNT[question.type]
    if not fewest <= len(question.options) <= most:
        yield report.at("options", measured=f"{len(question.options)} options", limit=f"limit {fewest} to {most}")
    if question.type == "multiple" and not KEY_COUNT[0] <= len(question.keys) <= KEY_COUNT[1]:
        limit = f"limit {KEY_COUNT[0]} to {KEY_COUNT[1]}"
        yield report.at("options", measured=f"{len(question.keys)} keys", limit=limit)


def no_length_cue(entry: Entry) -> Iterator[Finding]:
    """QQ-23: a key that is the longest option is at most 25 % longer than the mean of the others."""
    report, options = Report("QQ-23", "warning", entry), entry.question.options
    lengths = [len(option.text) for option in options]
    for number, option in enumerate(options):
        others = [length for at, length in enumerate(lengths) if at != number]
        limit = LONGEST_KEY_RATIO * mean(others)
        if option.correct and lengths[number] > max(others) and lengths[number] > limit:
            measured = f"key {lengths[number]} characters, others' mean {mean(others):.0f}"
            yield report.at("options", number, "text", measured=measured, limit=f"limit {limit:.0f}")


def no_meta_options(entry: Entry) -> Iterator[Finding]:
    """QQ-24: no option speaks of the other options."""
    report = Report("QQ-24", "error", entry)
    for number, option in enumerate(entry.question.options):
        found = _META.search(option.text)
        if found:
            yield report.at("options", number, "text", measured=f"“{found[0]}”", limit="no option is about options")


def no_overlap(entry: Entry) -> Iterator[Finding]:
    """QQ-28: no two options say the same, none contains another word for word, and ranges of numbers do not meet."""
    report = Report("QQ-28", "error", entry)
    for (_, one), (number, other) in combinations(enumerate(entry.question.options), 2):
        if _normal(one) == _normal(other):
            yield report.at("options", number, "text", measured=f"says the same as {one.id}", limit="options differ")
        elif f" {_normal(one)} " in f" {_normal(other)} " or f" {_normal(other)} " in f" {_normal(one)} ":
            yield report.at(
                "options", number, "text", measured=f"overlaps with {one.id}", limit="neither holds the other"
            )
        elif _ranges_meet(one, other):
            yield report.at("options", number, "text", measured=f"its range meets {one.id}'s", limit="ranges are apart")


def order_is_free(entry: Entry) -> Iterator[Finding]:
    """QQ-29: no text refers to letters or positions, and options that are numbers ascend in the file."""
    report, question = Report("QQ-29", "error", entry), entry.question
    texts: list[tuple[tuple[str | int, ...], str]] = [(("stem",), question.stem), (("rule",), question.rule)]
    for number, option in enumerate(question.options):
        texts += [(("options", number, "text"), option.text), (("options", number, "why"), option.why)]
    for steps, text in texts:
        found = _POSITION.search(" ".join(text.split()))
        if found:
            yield report.at(*steps, measured=f"“{found[0]}”", limit="options are shuffled: name what it says instead")
    values = [leading_number(option) for option in question.options]
    known = [value for value in values if value is not None]
    if len(known) == len(values) and known != sorted(known):
        yield report.at("options", measured=f"numbers {known}", limit="numbers stand ascending")


def no_format_cue(entry: Entry) -> Iterator[Finding]:
    """QQ-31: code spans, bold words and digits of a key differ by at most one from the middle value."""
    report, options = Report("QQ-31", "warning", entry), entry.question.options
    for name, pattern in (("code spans", r"`[^`]+`"), ("bold words", r"\*\*[^*]+\*\*"), ("digits", r"\d")):
        counts = [len(re.findall(pattern, option.text)) for option in options]
        middle = median(counts)
        for number, option in enumerate(options):
            if option.correct and abs(counts[number] - middle) > MOST_FORMAT_DIFFERENCE:
                measured = f"key has {counts[number]} {name}, middle value {middle:g}"
                limit = f"limit {MOST_FORMAT_DIFFERENCE} apart"
                yield report.at("options", number, "text", measured=measured, limit=limit)


def misconceptions(entry: Entry, context: Context) -> Iterator[Finding]:
    """QQ-32: every wrong option names a misconception from the list, and a right one names none."""
    report = Report("QQ-32", "error", entry)
    for number, option in enumerate(entry.question.options):
        if option.correct and option.misconception:
            yield report.at(
                "options", number, "misconception", measured="a key with a misconception", limit="remove it"
            )
        elif not option.correct and option.misconception not in context.bank.misconceptions:
            measured = f"misconception {option.misconception or 'missing'}"
            yield report.at("options", number, "misconception", measured=measured, limit="one of misconceptions.yaml")


def multiple_response(entry: Entry) -> Iterator[Finding]:
    """QQ-44: the stem announces the count, and there are at most as many keys as wrong options."""
    report, question = Report("QQ-44", "error", entry), entry.question
    announced = [found.upper() for found in _CHOOSE.findall(question.stem)]
    if question.type == "single":
        if set(announced) & set(COUNT_WORDS.values()):
            yield report.at("stem", measured=f"Choose {announced[0]} on a single choice", limit="remove it")
        return
    keys = len(question.keys)
    needed = COUNT_WORDS.get(keys, str(keys))
    if announced != [needed]:
        measured = f"announced {', '.join(announced) or 'nothing'}"
        yield report.at("stem", measured=measured, limit=f"“Choose {needed}” is needed once, for {keys} keys")
    if keys > len(question.options) - keys:
        limit = f"limit {len(question.options) - keys}, the number of wrong options"
        yield report.at("options", measured=f"{keys} keys", limit=limit)


def leading_number(option: Option) -> float | None:
    """Return the number that an option consists of or begins with, as “3 instances” or “$1,200”; ranges have none."""
    found = _NUMBER.match(option.text)
    return None if found is None or _RANGE.search(option.text) else float(found[1].replace(",", ""))


def _normal(option: Option) -> str:
    return " ".join(words(plain(option.text.replace("`", "")))).lower()


def _ranges_meet(one: Option, other: Option) -> bool:
    first, second = _RANGE.search(one.text), _RANGE.search(other.text)
    if first is None or second is None:
        return False
    return int(first[1]) <= int(second[2]) and int(second[1]) <= int(first[2])
