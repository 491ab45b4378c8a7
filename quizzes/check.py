"""Judge the bank by the rules of the question guide that a program can decide.

Each check is a function of a question, or of a question in its bank, that yields findings. Errors always count; a
warning may be answered in the file, as `accept: {QQ-13: "the API itself is about exclusion"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.checks import cues, explanations, neighbours, options, stem, whole
from quizzes.finding import Check, CheckInBank, Context, Finding, Report
from quizzes.load import Entry

CHECKS_IN_BANK: dict[str, CheckInBank] = {
    "QQ-1": whole.one_objective,
    "QQ-4": whole.facts_have_sources,
    "QQ-5": neighbours.original_wording,
    "QQ-17": neighbours.unique_stem,
    "QQ-32": options.misconceptions,
    "QQ-42": whole.can_be_seen,
}
CHECKS: dict[str, Check] = {
    "QQ-6": whole.no_prices,
    "QQ-10": stem.one_question,
    "QQ-12": stem.one_criterion,
    "QQ-13": stem.positive_wording,
    "QQ-14": stem.length_and_readability,
    "QQ-20": options.number_of_options,
    "QQ-21": whole.answered_blind,
    "QQ-23": options.no_length_cue,
    "QQ-24": options.no_meta_options,
    "QQ-25": cues.no_absolute_words,
    "QQ-26": cues.no_echo,
    "QQ-27": cues.no_convergence,
    "QQ-28": options.no_overlap,
    "QQ-29": options.order_is_free,
    "QQ-31": options.no_format_cue,
    "QQ-37": explanations.every_option_is_explained,
    "QQ-38": explanations.explanations_stand_alone,
    "QQ-40": whole.one_rule_sentence,
    "QQ-44": options.multiple_response,
    "QQ-52": whole.time_is_generous,
}


def check_bank(context: Context) -> list[Finding]:
    """Return the findings of every question, in the order of file and line."""
    found = [finding for entry in context.bank.entries for finding in check_question(entry, context)]
    return sorted(found, key=lambda finding: (finding.file, finding.line, int(finding.rule[3:]), finding.option))


def check_question(entry: Entry, context: Context) -> Iterator[Finding]:
    """Yield the findings of one question; warnings that its file accepts with a reason are left out.

    An acceptance of a warning that does not arise would hide the next one that does: it is an error itself.
    """
    found = [finding for check in CHECKS_IN_BANK.values() for finding in check(entry, context)]
    found += [finding for check in CHECKS.values() for finding in check(entry)]
    accepted = entry.question.accept
    yield from (finding for finding in found if finding.severity == "error" or finding.rule not in accepted)
    for rule in accepted:
        if not any(finding.rule == rule and finding.severity == "warning" for finding in found):
            report = Report(rule, "error", entry)
            yield report.at("accept", rule, measured="accepted, but there is no such warning", limit="remove it")
