"""Nonsense in a real browser: a plain sentence each, nothing lost, nothing half done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.conftest import Troubles
from tests.e2e.lab_page import LabPage

REFUSALS = ("422", "409", "403", "404")


@pytest.fixture(autouse=True)
def _refusals_are_expected(troubles: Troubles) -> object:
    """Chromium logs each answer with status 4xx as an error; anything else still fails the test."""
    yield
    kept = [line for line in troubles if not any(f"status of {code}" in line for code in REFUSALS)]
    troubles[:] = [line for line in kept if "Response Status Error" not in line]


@pytest.mark.parametrize(
    ("form", "fields", "sentence"),
    [
        ("create-cluster", {"cluster_name": "no spaces!"}, "letters, digits, hyphens"),
        ("run-task", {"count": "0"}, "1 to 10 tasks"),
        ("import-task-definition", {"definition": "{"}, "The task definition"),
        ("import-task-definition", {"definition": "<script>alert(1)</script>"}, "The task definition"),
        ("register-task-definition", {"family": "a b"}, "family"),
        ("create-service", {"minimum": "200", "maximum": "100"}, "InvalidParameterException"),
        ("create-service", {"expression": "attribute:("}, "expression"),
        ("put-image", {"image": ""}, "This field is required"),
        ("delete-cluster", {}, "ClusterContainsContainerInstancesException"),
    ],
)
def test_a_form_with_nonsense(
    page: Page, live_server: LiveServer, form: str, fields: dict[str, str], sentence: str
) -> None:
    lab = LabPage(page, live_server).new()
    lab.send("create-cluster")
    lab.send("add-instances")
    lab.send("import-task-definition")
    before = lab.tasks()
    lab.send(form, **fields)
    panel = page.locator(f"#{form}")
    expect(panel).to_contain_text(sentence)
    expect(panel.locator(".message--error, .field__error").first).to_be_in_viewport()
    for name, value in fields.items():
        expect(panel.locator(f"[name='{form}-{name}']")).to_have_value(value)
    assert lab.tasks() == before


def test_a_lab_changed_in_two_windows(page: Page, live_server: LiveServer) -> None:
    first = LabPage(page, live_server).new()
    first.send("create-cluster")
    second = LabPage(page.context.new_page(), live_server)
    second.page.goto(page.url)
    first.send("add-instances")
    second.send("create-cluster", cluster_name="late")
    expect(second.page.locator("#create-cluster")).to_contain_text("Your lab moved on in another window")
    expect(second.page.locator("[name='create-cluster-cluster_name']")).to_have_value("late")
    expect(second.page.locator("#counts")).to_contain_text("3 instances")
    second.send("create-cluster")
    expect(second.page.locator("#map-frame")).to_contain_text("late")
    expect(second.page.locator("#create-cluster .message--error")).to_have_count(0)


def test_acting_in_the_past_asks_and_keeps_both(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).new()
    lab.send("create-cluster")
    lab.scrub_to(60_000)
    lab.send("add-instances")
    lab.scrub_to(30_000)
    lab.send("create-cluster", cluster_name="past")
    panel = page.locator("#create-cluster")
    expect(panel).to_contain_text("before the last request at 00:01:00.001; nothing was changed")
    panel.get_by_role("button", name="Copy the past and do it here").click()
    expect(page.locator("#map-frame")).to_contain_text("past")
    expect(page.locator("#counts")).to_contain_text("0 instances")
    page.get_by_role("link", name="first run").click()
    expect(page.locator("#counts")).to_contain_text("3 instances")
    expect(page.locator("#map-frame")).not_to_contain_text("past")


def test_a_lab_that_is_not_there(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/labs/nothing-here/")
    expect(page.get_by_role("main")).to_contain_text("There is no lab at this address")
    page.get_by_role("link", name="To the labs").click()
    expect(page.get_by_role("heading", name="Ready-made labs")).to_be_visible()


def test_somebody_elses_lab_can_be_copied_and_not_changed(page: Page, live_server: LiveServer) -> None:
    lab = LabPage(page, live_server).new()
    lab.send("create-cluster")
    assert page.context.browser
    stranger = page.context.browser.new_page()
    stranger.goto(page.url)
    expect(stranger.locator("#create-cluster")).to_have_count(0)
    stranger.get_by_role("button", name="Make it yours").click()
    expect(stranger.get_by_role("heading", name="Build", exact=True)).to_be_visible()
    assert stranger.url.split("?")[0] != page.url.split("?")[0]
    stranger.context.close()
