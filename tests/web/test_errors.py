"""Every error answer is a plain sentence with a way back, and tells nothing of the inside."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory

from ecslab.web.views import errors

WAY_BACK = '<a class="button button--main" href="/">To the labs</a>'


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/somewhere/")


def test_an_unknown_address_is_named(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no page at /no/such/page/." in response.text
    assert WAY_BACK in response.text


def test_an_unknown_address_is_escaped(client: Client) -> None:
    assert "<b>" not in client.get("/<b>bold</b>/").text


def test_htmx_gets_the_bare_sentence(client: Client) -> None:
    response = client.get("/no/such/page/", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("There is no page at /no/such/page/.")


def test_a_view_may_give_the_sentence(request_: HttpRequest) -> None:
    assert "That lab was deleted." in errors.page_not_found(request_, Http404("That lab was deleted.")).text
    assert "Only its owner" in errors.permission_denied(request_, PermissionDenied("Only its owner may.")).text


def test_what_django_says_of_models_is_not_shown(request_: HttpRequest) -> None:
    response = errors.page_not_found(request_, Http404("No Lab matches the given query."))
    assert "query" not in response.text


@pytest.mark.parametrize(
    ("exception", "status", "words"),
    [
        (RequestDataTooBig(), 413, "larger than 1 MiB"),
        (TooManyFieldsSent(), 400, "more than 500 fields"),
        (SuspiciousOperation("inside"), 400, "could not read what was sent"),
    ],
)
def test_a_malformed_request_is_told_which_limit_it_passed(
    request_: HttpRequest, exception: Exception, status: int, words: str
) -> None:
    response = errors.bad_request(request_, exception)
    assert response.status_code == status
    assert words in response.text
    assert "inside" not in response.text


def test_a_foreign_host_name_is_refused(client: Client) -> None:
    response = client.get("/styleguide/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "ECSLAB_ALLOWED_HOSTS" in response.text


def test_a_form_without_its_token_is_refused() -> None:
    response = Client(enforce_csrf_checks=True).post("/labs/new/")
    assert response.status_code == 403
    assert "reload the page and send it again" in response.text
    assert WAY_BACK in response.text


def test_a_failure_of_ours_shows_no_traceback(request_: HttpRequest) -> None:
    response = errors.server_error(request_)
    assert response.status_code == 500
    assert "written to the server&#x27;s log" in response.text
    assert "Traceback" not in response.text
    assert WAY_BACK in response.text
