"""Who may see and who may change a lab: the link looks and copies, the owner's browser changes."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from ecslab.labs.models import Lab

COOKIE = "ecslab_browser"
A_YEAR_S = 60 * 60 * 24 * 365

NO_SUCH_LAB = "There is no lab at this address; it may have been deleted. Your own labs are on the front page."
NO_SUCH_READY_LAB = "There is no ready-made lab of this name; the front page lists them all."
NOT_YOURS = "This lab belongs to another browser: you can look at it, or make a copy of your own."


def hash_of(token: str) -> str:
    """What is kept of a browser's token."""
    return sha256(token.encode()).hexdigest()


def owner_of(request: HttpRequest) -> str:
    """The hash of this browser's token, empty when it has none (or one that we did not sign)."""
    token = request.get_signed_cookie(COOKIE, default="")
    return hash_of(token) if token else ""


def token_for(request: HttpRequest) -> str:
    """This browser's token, or a new one to give it with the answer."""
    return str(request.get_signed_cookie(COOKIE, default="")) or secrets.token_urlsafe(16)


def with_token(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """The answer with the browser's token."""
    response.set_signed_cookie(
        COOKIE, token, max_age=A_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def labs_of(request: HttpRequest) -> QuerySet[Lab]:
    """The labs that this browser made, the last touched first."""
    owner = owner_of(request)
    return Lab.objects.filter(owner_token_hash=owner) if owner else Lab.objects.none()


def lab_to_see(key: str) -> Lab:
    """A lab that anybody with its link may look at. Raises Http404."""
    lab = Lab.objects.filter(key=key).first()
    if lab is None:
        raise Http404(NO_SUCH_LAB)
    return lab


def ready_lab(slug: str) -> Lab:
    """A ready-made lab, which nobody owns. Raises Http404."""
    lab = Lab.objects.filter(owner_token_hash="", ready_slug=slug).first()
    if lab is None:
        raise Http404(NO_SUCH_READY_LAB)
    return lab


def may_change(request: HttpRequest, lab: Lab) -> bool:
    """Whether this browser made the lab."""
    return bool(lab.owner_token_hash) and secrets.compare_digest(lab.owner_token_hash, owner_of(request))


def lab_to_change(request: HttpRequest, key: str) -> Lab:
    """A lab of this browser. Raises Http404 or PermissionDenied."""
    lab = lab_to_see(key)
    if not may_change(request, lab):
        raise PermissionDenied(NOT_YOURS)
    return lab
