"""What holds for every request and every answer, whatever page it is for."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from ecslab.web.views import errors

Answering = Callable[[HttpRequest], HttpResponseBase]


def refuse_nul(get_response: Answering) -> Answering:
    """Answer 400 to a path with a NUL byte: no page has one, and PostgreSQL cannot look for it."""

    def answering(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path:
            raise SuspiciousOperation("NUL in the path")
        return get_response(request)

    return answering


def explain_methods(get_response: Answering) -> Answering:
    """Give a sentence to the answer 405, which Django leaves empty."""

    def answering(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.method_not_allowed(request, response.headers["Allow"])
        return response

    return answering


def secure_cookies(get_response: Answering) -> Answering:
    """Mark every cookie of an answer over https, so that it never travels without."""

    def answering(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return answering
