"""Our own bank: sound by every rule, and each lab link leads to a page with the words it promises."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import html5lib
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ecslab.rulebook.load import rules
from quizzes.check import check_bank
from quizzes.finding import Context
from quizzes.load import load_bank
from quizzes.management.commands.quiz_lint import ready_labs
from quizzes.question import Lab

BANK = load_bank()
ENTRIES = {entry.question.id: entry for entry in BANK.entries}
READ_ON = dt.date(2026, 11, 24)  # the age of sources is judged by quiz_lint, on the day it runs


def test_the_bank_has_no_findings() -> None:
    assert [str(finding) for finding in check_bank(Context(BANK, rules(), ready_labs(), READ_ON))] == []


def test_the_bank_holds_the_two_scenario_questions() -> None:
    assert set(ENTRIES) == {"iam-game-four-services", "iam-fargate-four-tasks"}


def test_nothing_in_the_lists_is_unused() -> None:
    used = {option.misconception for entry in BANK.entries for option in entry.question.options}
    assert set(BANK.misconceptions) <= used
    objectives = {name for topic in BANK.topics.values() for name in topic.objectives}
    assert objectives == {name for entry in BANK.entries for name in entry.question.objectives}


def regions(client: Client, address: str) -> str:
    """What a page of a lab shows in its map and its inspector; sentences about the lab do not count."""
    page = client.get(address, follow=True)
    assert page.status_code == 200
    root = html5lib.parse(page.text.strip(), namespaceHTMLElements=False)
    shown = [root.find(f".//*[@id='{region}']") for region in ("map", "inspector")]
    return " ".join(" ".join(text for part in shown for text in part.itertext()).split())


def task_links(client: Client, address: str) -> list[str]:
    """A link to one task of each kind, as the map names them."""
    links = re.findall(
        r'<a id="task-[^"]*"[^>]* href="([^"]+)"[^>]* aria-label="Task \w+, ([^"]+)"', client.get(address).text
    )
    return [unescape(link).split("#")[0] for link, _ in {name: (link, name) for link, name in links}.values()]


def not_shown(client: Client, lab: Lab) -> list[str]:
    """The words of a lab link that neither the lab nor any of its tasks shows once it is opened."""
    address = reverse("labs:ready", args=[lab.scenario])
    seen = [regions(client, link) for link in (address, *task_links(client, address))]
    return [word for word in lab.words if not any(word in text for text in seen)]


@pytest.fixture
def labs(db: None) -> None:
    call_command("load_labs", verbosity=0)


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if entry.question.lab != "none"])
def test_the_lab_link_leads_to_what_it_promises(client: Client, name: str) -> None:
    lab = ENTRIES[name].question.lab
    assert lab != "none"
    assert len(task_links(client, reverse("labs:ready", args=[lab.scenario]))) >= 4
    assert not_shown(client, lab) == []


@pytest.mark.usefixtures("labs")
def test_a_promise_that_the_lab_does_not_keep_is_noticed(client: Client) -> None:
    kept = Lab(scenario="rolling-update", watch="-", words=("web-task-role",))
    assert not_shown(client, kept) == []
    said_about_it_alone = Lab(scenario="rolling-update", watch="-", words=("never fewer than four",))
    assert not_shown(client, said_about_it_alone) == ["never fewer than four"]
    for entry in ENTRIES.values():
        lab = entry.question.lab
        assert lab != "none"
        elsewhere = lab.model_copy(update={"scenario": "rolling-update"})
        assert set(not_shown(client, elsewhere)) >= {word for word in lab.words if word.endswith("task-role")}


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("name", ENTRIES)
def test_the_answer_shows_the_promise_and_the_way_to_the_lab(client: Client, asked: object, name: str) -> None:
    question = ENTRIES[name].question
    page = client.get(f"/quiz/{name}/").text
    fields = dict(re.findall(r'<input type="hidden" name="(question_version|attempt_no)" value="(\d+)">', page))
    sent = client.post(f"/quiz/{name}/", {**fields, "chosen": [question.keys[0].id]}, follow=True).text
    assert question.lab != "none"
    words = " ".join(unescape(re.sub(r"<[^>]*>", "", sent)).split())
    assert question.lab.watch.replace("`", "") in words
    assert f'href="{reverse("labs:ready", args=[question.lab.scenario])}"' in sent
