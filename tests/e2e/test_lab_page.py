"""The lab page in a real browser: it plays what the server draws, by mouse and by keyboard, for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ecslab.labs.steps import READY as FILES
from tests.e2e.lab_page import TASKS, LabPage

EMPTY = ("ready", "first-cluster")
"""The list of the labs, and the lab that begins with nothing to play."""
WITH_TASKS = ("online-game", "outgrows", "rolling-update", "fargate-four-roles")
"""Labs whose tasks come at once; in others some come late, or none until a step is done."""
READY = sorted(path.stem for path in FILES.glob("*.yaml") if path.stem not in EMPTY)


@pytest.mark.parametrize("slug", READY)
def test_ready_made_labs_play_what_the_server_draws(page: Page, live_server: LiveServer, slug: str) -> None:
    lab = LabPage(page, live_server).open(f"/ready/{slug}/?at=0")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#middle")).not_to_have_attribute("data-moment", "0")
    expect(page.locator(TASKS if slug in WITH_TASKS else "#map-frame svg")).not_to_have_count(0)
    page.get_by_role("button", name="Pause").click()
    played = (lab.at_ms, lab.world())
    page.goto(page.url)
    assert (lab.at_ms, lab.world()) == played


def test_pause_holds_the_picture_that_is_shown(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).open("/ready/rolling-update/?at=0")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        """The first answer of playing comes, the second has to wait."""
        asked.append(route)
        if len(asked) == 1:
            route.continue_()

    page.route("**/stage/?*", hold)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#middle")).not_to_have_attribute("data-moment", "0")
    while len(asked) < 2:
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(drawn))")
    shown = (lab.at_ms, lab.world())
    page.get_by_role("button", name="Pause").click()
    with page.expect_response("**/stage/?*") as answer:
        asked[1].continue_()
    answer.value.finished()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert (lab.at_ms, lab.world()) == shown
    assert lab.address_ms == lab.at_ms


def test_the_scrubber_follows_the_keyboard(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).open("/ready/rolling-update/?at=120000")
    scrub = page.locator("#scrub")
    scrub.focus()
    scrub.press("Home")
    expect(page.locator("#middle")).to_have_attribute("data-moment", "0")
    scrub.press("End")
    expect(page.locator("#middle")).not_to_have_attribute("data-moment", "0")
    expect(scrub).to_be_focused()
    assert lab.at_ms == lab.address_ms


def test_a_lab_is_built_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    LabPage(page, live_server).new()
    page.locator("#create-cluster summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[name='create-cluster-cluster_name']")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("typed")
    page.keyboard.press("Enter")
    expect(page.locator("#map-frame")).to_contain_text("typed")
    page.locator("#map-frame a[data-zone='us-east-1c']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#counts")).to_contain_text("1 instance ")
    instance = page.locator("#map-frame a[id^='instance-']").first
    instance.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Container instance i-0000000000000001")).to_be_visible()
    expect(page.locator("#inspector")).to_be_focused()


def test_what_was_typed_and_opened_survives_playing(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).new()
    lab.send("create-cluster")
    lab.send("add-instances")
    lab.send("import-task-definition")
    lab.send("create-service")
    field = lab.form("run-task").locator("[name='run-task-count']")
    field.fill("7")
    page.locator("#map-table summary").click()
    desired = page.locator("#service-1-desired")
    desired.fill("5")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#events")).to_contain_text("(service web) has reached a steady state.", timeout=15_000)
    expect(field).to_have_value("7")
    expect(desired).to_have_value("5")
    expect(page.locator("#run-task")).to_have_attribute("open", "")
    expect(page.locator("#map-table")).to_have_attribute("open", "")


def test_the_chart_is_drawn_when_it_comes_into_view(page: Page, live_server: LiveServer) -> None:
    LabPage(page, live_server).open("/ready/rolling-update/?at=250000")
    chart = page.locator("[data-chart]")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-drawn", "250000", timeout=20_000)
    expect(chart.locator("svg.main-svg").first).to_be_visible()
    expect(chart.locator("[data-title*='Share'], [data-title*='loud']")).to_have_count(0)
    page.get_by_text("The chart of service web as a table").click()
    expect(page.get_by_role("region", name="Running tasks by revision", exact=True)).to_contain_text("web:2")


def test_the_page_works_without_scripts(page: Page, live_server: LiveServer) -> None:
    assert page.context.browser
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{live_server.url}/")
    plain.get_by_role("button", name="New empty lab").click()
    for form in ("create-cluster", "add-instances", "import-task-definition", "create-service"):
        plain.locator(f"#{form} summary").click()
        plain.locator(f"#{form}").get_by_role("button").first.click()
    expect(plain.locator(TASKS)).to_have_count(3)
    plain.get_by_role("link", name="To steady state").click()
    expect(plain.locator("#events")).to_contain_text("(service web) has reached a steady state.")
    plain.locator("#service-1-more").click()
    expect(plain.locator(TASKS)).to_have_count(4)
    plain.locator(TASKS).first.click()
    expect(plain.get_by_role("heading", name="Why is this task here?")).to_be_visible()
    plain.locator("#create-cluster summary").click()
    plain.locator("[name='create-cluster-cluster_name']").fill("no spaces!")
    plain.locator("#create-cluster").get_by_role("button").first.click()
    expect(plain.locator("#create-cluster")).to_contain_text("letters, digits, hyphens")
    context.close()


@pytest.mark.accessibility
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lab_page_is_accessible(
    page: Page, live_server: LiveServer, expect_accessible: Callable[[], None], scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    lab = LabPage(page, live_server)
    for path in ("/", "/ready/rolling-update/?at=135000", "/ready/fargate-four-roles/"):
        lab.open(path)
        expect_accessible()
    lab.new()
    expect_accessible()
    lab.send("create-cluster")
    lab.send("add-instances")
    lab.send("import-task-definition")
    lab.send("create-service")
    page.locator(TASKS).first.click()
    expect(page.get_by_role("heading", name="Why is this task here?")).to_be_visible()
    page.locator("#map-table summary").click()
    page.locator("#chart").scroll_into_view_if_needed()
    expect(page.locator("#chart svg.main-svg").first).to_be_visible(timeout=20_000)
    expect_accessible()
