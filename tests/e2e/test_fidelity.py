"""The page of the rules in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


@pytest.mark.accessibility
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rules_are_accessible(
    page: Page, live_server: LiveServer, expect_accessible: Callable[[], None], scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{live_server.url}/fidelity/")
    expect_accessible()


@pytest.mark.parametrize("width", [1440, 834, 390])
def test_the_rules_fit_their_window(page: Page, live_server: LiveServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/fidelity/")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_looking_for_a_rule(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/fidelity/")
    page.get_by_label("Words or an id").fill("binpack least")
    expect(page.locator(".fidelity__rule")).to_have_count(1)
    expect(page.locator("#PN-P-27")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/fidelity/\?q=binpack(\+|%20)least&"))
    page.get_by_label("Book").select_option("SS")
    expect(page.get_by_text("No rule is like this.")).to_be_visible()


def test_a_link_leads_to_the_line_of_its_rule(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/fidelity/#IC-USD-2")
    expect(page.locator("#IC-USD-2")).to_be_in_viewport()
    page.goto(f"{live_server.url}/ready/rolling-update/")
    link = page.locator("#steps a.rule-link").first
    page.locator("#steps summary").click()
    name = link.inner_text()
    link.click()
    expect(page.locator(f"#{name.replace(':', '-')}")).to_be_in_viewport()


def test_without_scripts_the_form_finds_too(page: Page, live_server: LiveServer) -> None:
    assert page.context.browser is not None
    context = page.context.browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(f"{live_server.url}/fidelity/")
    bare.get_by_label("Section").select_option("PN:P")
    bare.get_by_role("button", name="Look").click()
    expect(bare.locator(".fidelity__section")).to_have_count(1)
    expect(bare.get_by_label("Section")).to_have_value("PN:P")
    context.close()
