"""Who answers: a browser, known by 128 random bits in a signed cookie and by nothing else."""

from __future__ import annotations

import hashlib
import re
import secrets

from django.http import HttpRequest, HttpResponse

COOKIE = "ecslab_quiz"
SALT = "quizzes.browser"
KEEP_SECONDS = 60 * 60 * 24 * 365
_KEY = re.compile(r"[0-9a-f]{32}")


def browser_key(request: HttpRequest) -> str:
    """Return the key of this browser; a new one when it has none or one that we did not sign."""
    given = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    return given if given and _KEY.fullmatch(given) else secrets.token_hex(16)


def fingerprint_of(key: str) -> str:
    """Return what is kept of a key in the database: its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()


def remember(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Give the key to the browser for another year and return the response."""
    response.set_signed_cookie(
        COOKIE, key, salt=SALT, max_age=KEEP_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
