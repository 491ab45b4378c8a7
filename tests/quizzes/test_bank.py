"""Our own bank: sound by every rule, and each lab link leads to a page with the words it promises."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ecslab.rulebook.load import rules
from quizzes.check import check_bank
from quizzes.finding import Context
from quizzes.load import load_bank

BANK = load_bank()
ENTRIES = {entry.question.id: entry for entry in BANK.entries}
READ_ON = dt.date(2026, 11, 24)  # the age of sources is judged by quiz_lint, on the day it runs


def test_the_bank_has_no_findings() -> None:
    assert [str(finding) for finding in check_bank(Context(BANK, rules(), READ_ON))] == []


def test_the_two_scenario_questions_are_there() -> None:
    assert {"iam-game-four-services", "iam-fargate-four-tasks"} <= set(ENTRIES)


def test_nothing_in_the_lists_is_unused() -> None:
    used = {option.misconception for entry in BANK.entries for option in entry.question.options}
    assert set(BANK.misconceptions) <= used
    objectives = {name for topic in BANK.topics.values() for name in topic.objectives}
    assert objectives == {name for entry in BANK.entries for name in entry.question.objectives}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_reviewed_question_says_when_it_was_answered_blind(name: str) -> None:
    question = ENTRIES[name].question
    assert question.status == "draft" or len(question.blind) >= 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if entry.question.lab != "none"])
def test_the_lab_link_leads_to_what_it_promises(client: Client, name: str) -> None:
    call_command("load_labs", verbosity=0)
    lab = ENTRIES[name].question.lab
    assert lab != "none"
    answer = client.get(reverse("labs:ready", args=[lab.scenario]), follow=True)
    assert answer.status_code == 200
    seen = " ".join(strip_tags(re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL)).split())
    assert [word for word in lab.words if word not in seen] == []
