"""One computing request at a time for each browser, so that nobody's long run keeps others waiting."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ecslab.labs import access

View = Callable[..., HttpResponse]
LONGEST_S = 60
"""A turn that was never given back ends by itself."""
PATIENCE_S = 2.0
"""How long a page waits for its turn; what a script asks for does not wait."""
BETWEEN_S = 0.02
SENTENCE = (
    "This browser is already computing a moment of a lab; nothing was changed. "
    "Wait until the other page has answered, then try again."
)


class TurnTaken(Exception):
    """Another request of this browser is computing."""


def _key(request: HttpRequest) -> str:
    who = access.owner_of(request)
    if not who:
        agent = f"{request.META.get('REMOTE_ADDR', '')} {request.headers.get('User-Agent', '')}"
        who = sha256(agent.encode()).hexdigest()
    return f"turn:{who}"


@contextmanager
def turn(request: HttpRequest, patience_s: float) -> Iterator[None]:
    """Hold this browser's turn. Raises TurnTaken."""
    key, mine = _key(request), secrets.token_hex(8)
    give_up_at = time.monotonic() + patience_s
    while not cache.add(key, mine, LONGEST_S):
        if time.monotonic() >= give_up_at:
            raise TurnTaken
        time.sleep(BETWEEN_S)
    try:
        yield
    finally:
        if cache.get(key) == mine:  # else it ended by itself, and another request has its turn
            cache.delete(key)


def takes_turns(view: View) -> View:
    """A view that computes: 429 and a sentence when this browser has another such request under way."""

    @wraps(view)
    def taking(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        asked_by_script = request.headers.get("Sec-Fetch-Dest", "document") == "empty"
        try:
            with turn(request, 1.0 if asked_by_script else PATIENCE_S):
                return view(request, *args, **kwargs)
        except TurnTaken:
            if asked_by_script:
                return HttpResponse(SENTENCE, status=429, content_type="text/plain; charset=utf-8")
            return render(request, "labs/busy.html", {"sentence": SENTENCE}, status=429)

    return taking
