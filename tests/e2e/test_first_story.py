"""A newcomer's first two minutes, with clicks alone, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.lab_page import TASKS, LabPage

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
FIRST_THREE = [f"i-000000000000000{n}" for n in (1, 2, 3)]


def test_a_task_definition_becomes_tasks_that_scale_fill_and_roll(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).new()
    build(lab)
    place_and_ask_why(lab)
    scale_until_full(lab)
    add_an_instance(lab)
    before = (lab.at_ms, lab.world())
    roll(lab)
    after = (lab.at_ms, lab.world())
    look_back_and_forward(lab, before, after)
    reload_while_playing(lab)


def build(lab: LabPage) -> None:
    """A cluster, three instances in three zones, a real task definition: each form as the page offers it."""
    lab.send("create-cluster")
    lab.send("add-instances", instance_type="t3.small")
    lab.send("import-task-definition")
    lab.send("create-service")
    expect(lab.page.locator("#cli-card")).to_contain_text("aws ecs create-service")


def place_and_ask_why(lab: LabPage) -> None:
    """Without a strategy a service spreads over zones, then instances (PN:P-20)."""
    lab.click("#steady")
    assert lab.count_by(0) == dict.fromkeys(ZONES, 1)
    assert lab.count_by(3) == {"RUNNING": 3}
    expect(lab.page.locator("#events")).to_contain_text("(service web) has reached a steady state.")
    lab.page.locator(TASKS).first.click()
    expect(lab.page.get_by_role("heading", name="Why is this task here?")).to_be_visible()
    why = lab.page.locator("#why tbody tr")
    expect(why).to_have_count(3)
    for row, instance in enumerate(FIRST_THREE):
        expect(why.nth(row)).to_contain_text(instance)
    expect(why.filter(has_text="chosen")).to_have_count(1)
    facts = lab.page.locator("#task-card")
    for role in ("Task role", "Task execution role", "ecsInstanceRole"):
        expect(facts).to_contain_text(role)


def scale_until_full(lab: LabPage) -> None:
    """A t3.small registers 1,923 MiB: three tasks of 512 MiB each, nine in all (PN:R-2, PN:P-11)."""
    more = lab.page.get_by_role("button", name="One task more for web in game")
    for wanted in range(4, 11):
        more.click()
        expect(lab.page.locator("#service-1-desired")).to_have_value(str(wanted))
        lab.settle()
    lab.click("#steady")
    assert lab.count_by(1) == dict.fromkeys(FIRST_THREE, 3)
    expect(lab.page.locator("#time-told")).to_contain_text("there is no room for 1 more")
    waiting = lab.page.locator("#waiting-card")
    expect(waiting).to_contain_text("has insufficient memory available")
    expect(waiting.locator("tbody tr").filter(has_text="RESOURCE:MEMORY")).to_have_count(3)


def add_an_instance(lab: LabPage) -> None:
    """The empty place in a zone takes an instance, and the waiting task goes there: nothing else has room."""
    lab.click("#map-frame a[data-zone='us-east-1b']")
    lab.click("#steady")
    assert lab.count_by(1) == {**dict.fromkeys(FIRST_THREE, 3), "i-0000000000000004": 1}
    assert lab.count_by(0) == {"us-east-1a": 3, "us-east-1b": 4, "us-east-1c": 3}
    expect(lab.page.locator("#waiting-card")).to_have_count(0)


def roll(lab: LabPage) -> None:
    """The next revision is offered with the image's next tag; ten always run (SS:D-2), twelve have room (PN:R-7)."""
    expect(lab.form("register-task-definition").locator("[name$='-image']")).to_have_value("web:v2")
    lab.send("register-task-definition")
    lab.page.locator("#service-1-revision").select_option("web:2")
    lab.click("#service-1-update")
    assert lab.count_by(2) == {"web:1": 10, "web:2": 2}
    seen = [lab.count_by(2)]
    for _ in range(200):
        if lab.page.locator("#services-card").get_by_text("steady state").count():
            break
        lab.click("#step")
        states = lab.count_by(3)
        assert states["RUNNING"] >= 10
        assert sum(count for state, count in states.items() if state != "STOPPING") <= 12
        seen.append(lab.count_by(2))
    assert seen[-1] == {"web:2": 10}
    assert any(set(counts) == {"web:1", "web:2"} for counts in seen)
    expect(lab.page.locator("#services-card")).to_contain_text("COMPLETED")
    chart = lab.page.locator("#chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator("svg.main-svg").first).to_be_visible(timeout=20_000)
    expect(lab.page.locator("#chart-table")).to_contain_text("web:2")
    expect(lab.page.locator("#chart-card")).to_contain_text("floor 10 tasks (minimumHealthyPercent 100)")


def look_back_and_forward(lab: LabPage, before: tuple[int, list[str]], after: tuple[int, list[str]]) -> None:
    """Every moment is the same whenever it is looked at."""
    for at_ms, world in (before, after, before, after):
        lab.scrub_to(at_ms)
        assert lab.world() == world
        assert lab.address_ms == at_ms


def reload_while_playing(lab: LabPage) -> None:
    """A reload in the middle of playing stands where the page stood, and that is what anybody sees at that moment."""
    lab.scrub_to(0)
    lab.page.locator("#speed").select_option("10")
    lab.page.get_by_role("button", name="Play").click()
    expect(lab.page.locator("#middle")).not_to_have_attribute("data-moment", "0")
    expect(lab.page.locator(TASKS)).not_to_have_count(0)
    expect(lab.page).to_have_url(re.compile(r"at=[1-9]"))
    lab.page.reload()
    found = (lab.at_ms, lab.world())
    assert found[0] == lab.address_ms > 0
    fresh = lab.page.context.new_page()
    again = LabPage(fresh, lab.server)
    fresh.goto(lab.page.url)
    assert (again.at_ms, again.world()) == found
    fresh.close()
