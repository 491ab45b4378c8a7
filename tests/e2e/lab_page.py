"""The lab page as a person uses it: what the browser tests click, and what they read from it."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

TASKS = "#map-frame a[id^='task-']"
ZONE, INSTANCE, TASK, REVISION, STATE = 1, 2, 3, 5, 6
"""Columns of the map's table."""


class LabPage:
    """One page of one lab."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page = page
        self.server = server

    def open(self, path: str) -> LabPage:
        """A page of the site."""
        self.page.goto(f"{self.server.url}{path}")
        return self

    def new(self) -> LabPage:
        """An empty lab, from the front page."""
        self.open("/")
        self.page.get_by_role("button", name="New empty lab").click()
        expect(self.page.get_by_role("heading", name="Build", exact=True)).to_be_visible()
        return self

    def form(self, name: str) -> Locator:
        """A form of the panels, opened."""
        panel = self.page.locator(f"#{name}")
        if panel.get_attribute("open") is None:
            panel.locator("summary").click()
        return panel

    def send(self, name: str, **fields: str) -> None:
        """Fill a form and send it; what is not named keeps what the page offers. Returns when it is answered."""
        panel = self.form(name)
        for field, value in fields.items():
            place = panel.locator(f"[name='{name}-{field}']")
            if place.evaluate("f => f.localName") == "select":
                place.select_option(value)
            else:
                place.fill(value)
        with self.page.expect_response(_is_answer):
            panel.get_by_role("button").first.click()
        self.settle()

    def settle(self) -> None:
        """Wait until no request of a form is under way and its answer stands."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def click(self, selector: str) -> None:
        """Click what brings another picture, and wait for it."""
        before = self.page.locator("#middle").get_attribute("data-moment")
        with self.page.expect_response(_is_answer):
            self.page.locator(selector).first.click()
        self.settle()
        expect(self.page.locator("#middle")).not_to_have_attribute("data-moment", before or "")

    @property
    def at_ms(self) -> int:
        """The moment that the page shows."""
        return int(self.page.locator("#middle").get_attribute("data-moment") or "-1")

    @property
    def address_ms(self) -> int:
        """The moment that the page's address names."""
        return int(parse_qs(urlsplit(self.page.url).query)["at"][0])

    def scrub_to(self, at_ms: int) -> None:
        """Drag the scrubber to a moment and let it go."""
        self.page.locator("#scrub").evaluate(
            "(s, at) => { s.value = at; for (const kind of ['input', 'change'])"
            " s.dispatchEvent(new Event(kind, { bubbles: true })); }",
            at_ms,
        )
        expect(self.page.locator("#middle")).to_have_attribute("data-moment", str(at_ms))

    def world(self) -> list[str]:
        """All that the page tells of the moment: map, its table, services, events, the time."""
        told = self.page.evaluate(
            "() => JSON.stringify([...document.querySelectorAll('#map-frame text, #map-frame title, #map-table td,"
            " #services-card th, #services-card td.number, #events li, #moment')].map(e => e.textContent.trim()))"
        )
        return list(json.loads(told))

    def tasks(self) -> list[tuple[str, ...]]:
        """Zone, instance, revision and state of each task, from the map's table."""
        rows = self.page.evaluate(
            "() => JSON.stringify([...document.querySelectorAll('#map-table tbody tr')]"
            ".map(r => [...r.cells].map(c => c.textContent.trim())))"
        )
        found = [row for row in json.loads(rows) if row[TASK] != "no task"]
        return [(row[ZONE].split(" ")[0], row[INSTANCE].split(" ")[0], row[REVISION], row[STATE]) for row in found]

    def count_by(self, column: int) -> dict[str, int]:
        """How many tasks have each zone (0), instance (1), revision (2) or state (3)."""
        return dict(Counter(task[column] for task in self.tasks()))


def _is_answer(response: Response) -> bool:
    return "/stage/" in response.url or "/do/" in response.url
