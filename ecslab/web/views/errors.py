"""Error answers: one plain sentence and a way back, never a traceback.

A request by htmx gets the bare sentence, which static/js/notices.js shows above the page; everybody else gets a page.
"""

from __future__ import annotations

from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

_MALFORMED = "The server could not read what was sent; nothing was changed. Go back, reload the page and try again."
_DENIED = "This page may only be looked at, or belongs to somebody else; nothing was changed."
_TOO_OLD = (
    "The form could not be checked, because it was open for too long or cookies are switched off; nothing was changed. "
    "Allow cookies for this site, reload the page and send it again."
)
_FAILED = (
    "Something went wrong in ECS Lab itself, and it was written to the server's log; nothing was changed. "
    "Go back and try again, or try something else."
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 to what was too large, and say which limit was passed when there was one."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return _answer(request, status, "400.html", _why_malformed(exception))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the sentence that the view gave to PermissionDenied, if any."""
    given = str(exception) if isinstance(exception, PermissionDenied) else ""
    return _answer(request, 403, "403.html", given or _DENIED)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with the sentence that the view gave to Http404, if any."""
    given = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    if not isinstance(given, str) or not given or given.startswith("No "):  # Django's own words name a model
        given = f"There is no page at {request.path}. The address may be misspelt, or what it led to was deleted."
    return _answer(request, 404, "404.html", given)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Answer 405 and say how the address is meant."""
    use = "Open it from the page that it belongs to" if "GET" not in allowed else "Open it as a page"
    sentence = f"{request.path} does not answer to {request.method}, only to {allowed}; nothing was changed. {use}."
    response = _answer(request, 405, "405.html", sentence)
    response["Allow"] = allowed
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without a valid token."""
    return _answer(request, 403, "403_csrf.html", _TOO_OLD)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; the traceback is in the log."""
    return _answer(request, 500, "500.html", _FAILED)


def _why_malformed(exception: Exception) -> str:
    if isinstance(exception, DisallowedHost):
        return (
            "This server does not answer to that host name. "
            "Whoever runs it can add the name to ECSLAB_ALLOWED_HOSTS and start it again."
        )
    if isinstance(exception, RequestDataTooBig):
        return "What was sent is larger than 1 MiB, the most that is read; nothing was changed. Send less at once."
    if isinstance(exception, TooManyFieldsSent):
        return "The form has more than 500 fields, the most that are read; nothing was changed. Send fewer at once."
    return _MALFORMED


def _answer(request: HttpRequest, status: int, template: str, sentence: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    # Without the request: no context processor runs, so that what went wrong cannot go wrong again here.
    return HttpResponse(render_to_string(template, {"sentence": sentence}), status=status)
