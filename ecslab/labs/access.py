"""Who may see and who may change a lab: the link looks, the owner's browser changes."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from ecslab.labs.models import Lab

COOKIE = "ecslab_browser"
A_YEAR = 60 * 60 * 24 * 365


def owner_of(request: HttpRequest) -> str:
    """The hash of this browser's token, empty when it has none."""
    token = request.get_signed_cookie(COOKIE, default="")
    return sha256(token.encode()).hexdigest() if token else ""


def with_owner(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Give a browser its token with the answer."""
    response.set_signed_cookie(COOKIE, token, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def token_for(request: HttpRequest) -> str:
    """This browser's token, or a new one."""
    return str(request.get_signed_cookie(COOKIE, default="")) or secrets.token_urlsafe(16)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def lab_to_see(key: str) -> Lab:
    """A lab that anybody with its link may look at. Raises Http404."""
    lab = Lab.objects.filter(key=key).first()
    if lab is None:
        raise Http404("There is no lab at this address; it may have been deleted. Your own labs are on the front page.")
    return lab


def may_change(request: HttpRequest, lab: Lab) -> bool:
    """Whether this browser made the lab."""
    return bool(lab.owner) and secrets.compare_digest(lab.owner, owner_of(request))


def lab_to_change(request: HttpRequest, key: str) -> Lab:
    """A lab of this browser. Raises Http404 or PermissionDenied."""
    lab = lab_to_see(key)
    if not may_change(request, lab):
        raise PermissionDenied("This lab belongs to another browser: you can look at it, or make a copy of your own.")
    return lab
