"""The automatic rules of the question guide: sound questions pass, and each rule bites on a planted flaw."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from quizzes.check import CHECKS, CHECKS_IN_BANK, check_bank
from quizzes.finding import Finding
from quizzes.question import Question
from tests.quizzes.sample import NAME, NEIGHBOUR, SAMPLES, SINGLE, TODAY, context, planted, read

NO_LAB = "lab: none\nlab_reason: No ready-made lab packs tasks without a service.\n"
LONG_WHY = "It is so because of the memory. " * 16

FLAWS = {
    "QQ-1 unknown topic": ("topic: placement", "topic: nowhere"),
    "QQ-1 unknown objective": ("[ecs.placement.strategy]", "[ecs.placement.luck]"),
    "QQ-1 no objective": ("[ecs.placement.strategy]", "[]"),
    "QQ-1 three objectives": ("[ecs.placement.strategy]", "[" + "ecs.placement.strategy, " * 3 + "]"),
    "QQ-4 unknown rule": ("[PN:P-27]", "[PN:P-27, PN:P-999]"),
    "QQ-4 rule that AWS does not document": ("[PN:P-27]", "[PN:P-28]"),
    "QQ-5 words of a neighbour": (
        "the others stay empty.",
        "the others stay empty; a task that finds no other machine waits and is placed.",
    ),
    "QQ-6 price in an explanation": ("the others stay empty.", "the others stay empty and save $30."),
    "QQ-10 no question": ("FEWEST instances?", "FEWEST instances."),
    "QQ-10 two questions": ("The tasks may stop", "Why? The tasks may stop"),
    "QQ-12 two criteria": ("report tasks at night", "report tasks at LOWEST cost"),
    "QQ-12 strange criterion": ("FEWEST instances?", "MOST instances?"),
    "QQ-12 criterion in an option": ("without any field", "at the LOWEST cost"),
    "QQ-13 negative question": ("Which placement strategy fills", "Which placement strategy is NOT one that fills"),
    "QQ-13 negative in small letters": ("strategy fills the", "strategy does not fill the"),
    "QQ-13 flagged but not bold": ("options:", "negative: true\noptions:"),
    "QQ-13 double negative": ("it asks the team", "nobody is asked for nothing by the team"),
    "QQ-14 long stem": ("A library runs", "Here it is so. " * 25 + "A library runs"),
    "QQ-14 short stem": ("level: apply", "level: recall"),
    "QQ-14 long sentences": (". The", ", and the"),
    "QQ-14 hard words": (
        "short report tasks at night",
        "Organisational administrative interoperability responsibilities notwithstanding, intercontinental "
        "telecommunication administrations characteristically and unconditionally subsidise",
    ),
    "QQ-17 stem of a neighbour": (
        SINGLE[SINGLE.index("  A library runs") : SINGLE.index("options:")],
        NEIGHBOUR[NEIGHBOUR.index("  A bakery takes") : NEIGHBOUR.index("options:")],
    ),
    "QQ-20 six options of a single choice": (
        "rule: The",
        "".join(
            f"  - {{id: more-{n}, text: The {word} idea, misconception: chance-is-even, why: {'so ' * 25}}}\n"
            for n, word in enumerate(["red", "blue", "green"])
        )
        + "rule: The",
    ),
    "QQ-21 reviewed by nobody": ("status: draft", "status: reviewed"),
    "QQ-21 reviewed by one": ("blind: []\nstatus: draft", "blind: [{date: 2026-11-20, result: packs}]\nstatus: live"),
    "QQ-23 long key": (
        "on the field `memory`",
        "on the field `memory`, which fills one instance before it begins the next",
    ),
    "QQ-24 all of the above": ("The strategy `random` without any field", "All of the above"),
    "QQ-24 both": ("The strategy `random` without any field", "Both A and B are strategies"),
    "QQ-25 absolute word in a wrong option alone": ("`random` without any field", "`random` and never a field"),
    "QQ-25 hedging word in the key alone": ("on the field `memory`", "that can use the field `memory`"),
    "QQ-26 the key alone echoes the stem": ("on the field `memory`", "that leaves tasks of reports on one instance"),
    "QQ-27 the key alone shares most": (
        "rule: The",
        f"  - {{id: x, text: The binpack memory habit, misconception: chance-is-even, why: {'so ' * 25}}}\nrule: The",
    ),
    "QQ-28 same text": ("`spread` on the field `instanceId`", "`binpack` on the field `memory`"),
    "QQ-28 one holds the other": ("`random` without any field", "`binpack` on the field `memory` and more"),
    "QQ-29 position in an explanation": ("the others stay empty.", "the second option would not."),
    "QQ-29 letter in the stem": ("every report can", "answer B can"),
    "QQ-31 code spans": ("`binpack` on the field `memory`", "`binpack` on the `field` `memory` of `it`"),
    "QQ-31 digits": ("`binpack` on the field `memory`", "`binpack` on the field `mem512`"),
    "QQ-32 no misconception": ("    misconception: spread-saves\n", ""),
    "QQ-32 unknown misconception": ("misconception: spread-saves", "misconception: spread-loses"),
    "QQ-32 key with a misconception": ("correct: true", "correct: true\n    misconception: spread-saves"),
    "QQ-37 short explanation": ("Each task goes to any instance that fits it, so tasks end up on nearly", "So"),
    "QQ-37 long explanation": ("Each task goes to the instance with the least", LONG_WHY + "It has the least"),
    "QQ-38 verdict first": ("Each task goes to any instance", "Wrong, each task goes to any instance"),
    "QQ-38 see above": ("matters to anybody", "matters, see above"),
    "QQ-38 bare verdict": ("matters to anybody", "matters, so this is wrong"),
    "QQ-40 long rule": ("by the resource that it names.", "by the resource that it names, " * 5),
    "QQ-40 two sentences": ("the next, by", "the next. It goes by"),
    "QQ-42 no lab and no reason": ("lab_reason: No ready-made lab packs tasks without a service.\n", ""),
    "QQ-42 no such lab": (NO_LAB, "lab: {scenario: chess, watch: Open `packed`., words: [packed]}\n"),
    "QQ-42 word that the sentence does not promise": (
        NO_LAB,
        "lab: {scenario: online-game, watch: Open a task., words: [packed]}\n",
    ),
    "QQ-44 count on a single choice": ("FEWEST instances?", "FEWEST instances? Choose TWO."),
    "QQ-52 wrong time": ("est_seconds: 70", "est_seconds: 30"),
}
FLAWS_OF_MULTIPLE = {
    "QQ-10 text after the count": ("Choose TWO.", "Choose TWO. Then go on."),
    "QQ-20 one key": (
        "correct: true\n    why: |\n      Each task goes to the zone",
        "why: |\n      Each task goes to the zone",
    ),
    "QQ-44 wrong count": ("Choose TWO", "Choose THREE"),
    "QQ-44 no count": (" Choose TWO.", ""),
    "QQ-44 more keys than wrong options": ("misconception: chance-is-even", "correct: true"),
}


def findings(text: str, today: dt.date = TODAY) -> list[Finding]:
    """The findings of this question; its neighbour in the bank is told of none that it does not share."""
    entry = read(text)
    return [finding for finding in check_bank(context(entry, today)) if finding.file == NAME]


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_a_sound_question_has_no_findings(kind: str) -> None:
    assert [str(finding) for finding in findings(SAMPLES[kind])] == []


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_planted_flaw_is_found(flaw: str) -> None:
    assert flaw.split()[0] in {finding.rule for finding in findings(planted(*FLAWS[flaw]))}


@pytest.mark.parametrize("flaw", FLAWS_OF_MULTIPLE)
def test_a_planted_flaw_in_a_multiple_response_is_found(flaw: str) -> None:
    found = findings(planted(*FLAWS_OF_MULTIPLE[flaw], kind="multiple"))
    assert flaw.split()[0] in {finding.rule for finding in found}


def test_the_neighbour_of_the_samples_is_sound_too() -> None:
    found = check_bank(context(read(SINGLE)))
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_finding_names_file_line_and_field(flaw: str) -> None:
    for finding in findings(planted(*FLAWS[flaw])):
        assert re.split(r"[.\[]", finding.field)[0] in Question.model_fields
        assert str(finding).startswith(f"{NAME}:{finding.line} {finding.rule} {finding.severity}: {finding.field}")


def test_every_rule_has_a_planted_flaw() -> None:
    assert {name.split()[0] for name in {**FLAWS, **FLAWS_OF_MULTIPLE}} == {*CHECKS, *CHECKS_IN_BANK}


def test_numbers_stand_ascending_and_ranges_do_not_meet() -> None:
    numbers = SAMPLES["single"]
    for old, new in (
        ("The strategy `binpack` on the field `memory`", "7 instances"),
        ("The strategy `spread` on the field `instanceId`", "3 instances"),
        ("The strategy `random` without any field", "9 instances"),
    ):
        numbers = numbers.replace(old, new)
    assert [(f.rule, f.measured) for f in findings(numbers) if f.rule == "QQ-29"] == [
        ("QQ-29", "numbers [7.0, 3.0, 9.0]")
    ]
    ranges = numbers.replace("7 inst", "1 to 3 inst").replace("3 inst", "3 to 5 inst").replace("9 inst", "6 to 8 inst")
    assert [f.option for f in findings(ranges) if f.rule == "QQ-28"] == ["spreads"]


@pytest.mark.parametrize(("day", "limit"), [((2027, 10, 1), "12 months"), ((2028, 6, 1), "18 months")])
def test_a_source_grows_old(day: tuple[int, int, int], limit: str) -> None:
    (found,) = findings(SAMPLES["single"], dt.date(*day))
    assert (found.rule, found.severity) == ("QQ-4", "warning")
    assert limit in found.limit


def test_a_finding_names_rule_option_value_limit_file_and_line() -> None:
    text = planted(*FLAWS["QQ-37 short explanation"])
    (found,) = [finding for finding in findings(text) if finding.rule == "QQ-37"]
    line = text[: text.index("      So\n")].count("\n")  # the key `why:` stands one line above
    assert str(found) == f"{NAME}:{line} QQ-37 error: options[2].why (rolls): 17 words; limit 20 to 90"


def test_a_warning_may_be_answered_and_an_error_may_not() -> None:
    wrong_time = planted("est_seconds: 70", "est_seconds: 30")
    assert [finding.rule for finding in findings(wrong_time)] == ["QQ-52"]
    assert findings(wrong_time + "accept: {QQ-52: It is read twice.}\n") == []
    no_end = planted("FEWEST instances?", "FEWEST instances.")
    assert "QQ-10" in {finding.rule for finding in findings(no_end + "accept: {QQ-10: It ends well.}\n")}


def test_an_answer_to_a_warning_that_is_not_there_is_an_error() -> None:
    (found,) = findings(SAMPLES["single"] + "accept: {QQ-13: It asks for the odd one out.}\n")
    assert (found.rule, found.severity) == ("QQ-13", "error")
    assert "no such warning" in str(found)


def test_the_command_counts_and_its_status_is_1_when_anything_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("quiz_lint")
    assert capsys.readouterr().out.endswith("questions, 0 errors, 0 warnings.\n")
    (tmp_path / "placement").mkdir()
    (tmp_path / "topics.yaml").write_text(
        "placement: {title: Placement, objectives: {ecs.placement.strategy: Choose}}\n"
    )
    (tmp_path / "misconceptions.yaml").write_text("spread-saves: So.\nchance-is-even: So.\n")
    (tmp_path / "placement/placement-night-reports.yaml").write_text(planted("est_seconds: 70", "est_seconds: 30"))
    with pytest.raises(SystemExit) as stopped:
        call_command("quiz_lint", str(tmp_path))
    assert stopped.value.code == 1
    printed = capsys.readouterr().out
    assert "QQ-52 warning: est_seconds: 30 s; reading and deciding take 70 s" in printed
    assert printed.endswith("1 questions, 0 errors, 1 warnings.\n")
