"""The request as our views see it, with the type of what the htmx middleware adds."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request after `HtmxMiddleware`: true in `request.htmx` means that htmx asked for a part of a page."""

    htmx: HtmxDetails
