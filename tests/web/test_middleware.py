"""What holds for every request and every answer."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/labs/%00/", "/quiz/%00/", "/ready/a%00/", "/%00"])
def test_a_path_with_a_nul_byte_is_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "could not read what was sent" in response.text


def test_a_wrong_method_is_told_the_right_one(client: Client) -> None:
    response = client.get("/labs/new/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "/labs/new/ does not answer to GET, only to POST; nothing was changed." in response.text
    assert "Content-Security-Policy" in response.headers


def test_a_wrong_method_by_htmx_gets_the_bare_sentence(client: Client) -> None:
    response = client.post("/styleguide/", headers={"HX-Request": "true"})
    assert response.status_code == 405
    assert response.text.endswith("only to GET, HEAD; nothing was changed. Open it as a page.")


@pytest.mark.parametrize("is_secure", [True, False])
def test_cookies_travel_over_https_alone_when_they_came_that_way(client: Client, *, is_secure: bool) -> None:
    response = client.post("/labs/new/", secure=is_secure)
    assert {bool(cookie["secure"]) for cookie in response.cookies.values()} == {is_secure}
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in response.cookies.values())
