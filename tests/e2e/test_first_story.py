"""A newcomer's first minutes, with clicks alone, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def send(page: Page, form: str, **fields: str) -> None:
    """Open a form of the build panel, fill it and send it."""
    panel = page.locator(f"#{form}")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    for name, value in fields.items():
        field = panel.locator(f"[name='{form}-{name}']")
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    panel.get_by_role("button").click()


def test_build_run_look_back_and_reload(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/")
    page.get_by_role("button", name="New empty lab").click()
    send(page, "create-cluster", cluster_name="game")
    send(page, "add-instances", cluster="game", count="3")
    send(page, "register-task-definition")
    send(page, "create-service", cluster="game", service_name="web", task_definition="web", desired_count="3")
    expect(page.locator(".map a[id^='task-']")).to_have_count(3)
    page.locator(".map a[id^='task-']").first.click()
    expect(page.get_by_role("heading", name="Why is this task here?")).to_be_visible()
    expect(page.locator("#inspector")).to_contain_text("web-task-role")
    before = page.locator("#moment").inner_text()
    page.locator("#step").click()
    expect(page.locator("#moment")).not_to_have_text(before)
    moment = page.locator("#moment").inner_text()
    page.reload()
    expect(page.locator("#moment")).to_have_text(moment)
    page.goto(page.url.split("?")[0] + "?at=120000")
    expect(page.locator(".lab__events")).to_contain_text("(service web) has reached a steady state.")


def test_nonsense_gets_a_sentence(page: Page, live_server: object, troubles: list[str]) -> None:
    page.goto(f"{live_server}/")
    page.get_by_role("button", name="New empty lab").click()
    send(page, "run-task", cluster="nowhere", task_definition="nothing")
    expect(page.locator("#run-task")).to_contain_text("Cluster not found.")
    expect(page.locator("[name='run-task-cluster']")).to_have_value("nowhere")
    troubles.clear()  # the refusal itself is an answer with status 422, which the console tells


@pytest.mark.parametrize("slug", ["online-game", "outgrows", "rolling-update", "fargate-four-roles"])
def test_ready_made_labs_play(page: Page, live_server: object, slug: str) -> None:
    page.goto(f"{live_server}/ready/{slug}/")
    before = page.locator("#moment").inner_text()
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#moment")).not_to_have_text(before)
    page.get_by_role("button", name="Pause").click()


def test_the_chart_of_a_rolling_update_is_drawn_when_it_comes_into_view(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/ready/rolling-update/?at=250000")
    chart = page.locator("[data-chart]")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-drawn", "250000", timeout=20_000)
    expect(chart.locator("svg.main-svg").first).to_be_visible()
    page.get_by_text("The chart of service web as a table").click()
    expect(page.get_by_role("region", name="Running tasks by revision", exact=True)).to_contain_text("web:2")
