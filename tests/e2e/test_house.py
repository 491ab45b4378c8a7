"""The frame of the pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.conftest import Troubles

THEME = "() => [getComputedStyle(document.body.parentElement).backgroundColor, document.documentElement.dataset.theme]"
LIGHT, DARK = "rgb(245, 246, 248)", "rgb(15, 20, 32)"


def test_the_theme_is_the_systems_until_one_is_chosen_and_then_kept(page: Page, live_server: LiveServer) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/styleguide/")
    assert page.evaluate(THEME) == [DARK, None]
    themes = page.get_by_role("group", name="Theme")
    expect(themes.get_by_role("button", name="As the system")).to_have_attribute("aria-pressed", "true")
    themes.get_by_role("button", name="Light").click()
    assert page.evaluate(THEME) == [LIGHT, "light"]
    page.reload()
    assert page.evaluate(THEME) == [LIGHT, "light"]
    expect(themes.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    themes.get_by_role("button", name="As the system").click()
    assert page.evaluate(THEME) == [DARK, None]


@pytest.mark.accessibility
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_guide_is_accessible(
    page: Page, live_server: LiveServer, expect_accessible: Callable[[], None], scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{live_server.url}/styleguide/")
    expect_accessible()


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_no_page_is_wider_than_its_window(page: Page, live_server: LiveServer, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/", "/styleguide/", "/ready/rolling-update/"):
        page.goto(live_server.url + address)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address


def test_the_keyboard_reaches_the_content_first(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_an_answer_that_cannot_be_swapped_in_shows_its_sentence(
    page: Page, live_server: LiveServer, troubles: Troubles
) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    page.evaluate("() => { htmx.ajax('GET', '/no/such/part/', { target: '#main' }); }")
    expect(page.get_by_role("status")).to_contain_text("There is no page at /no/such/part/.")
    expect(page.get_by_role("heading", name="Style guide")).to_be_visible()
    assert all("404" in line or "Response Status Error" in line for line in troubles), troubles
    troubles.clear()


def test_an_unknown_address_leads_back(page: Page, live_server: LiveServer, troubles: Troubles) -> None:
    page.goto(f"{live_server.url}/no/such/page/")
    troubles.clear()  # Chromium logs the 404 of the page itself
    page.get_by_role("link", name="To the labs").click()
    expect(page).to_have_url(f"{live_server.url}/")
