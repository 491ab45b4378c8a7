"""What a browser is told it may do with our pages."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from ecslab.web.finders import plotly_directory

EXPECTED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


def test_the_content_security_policy_is_strict(client: Client) -> None:
    for address in ("/styleguide/", "/no/such/page/"):
        header = client.get(address)["Content-Security-Policy"]
        assert dict(part.strip().split(" ", 1) for part in header.split(";")) == EXPECTED


def test_the_one_hash_allows_only_the_empty_style_element() -> None:
    assert b64encode(sha256(b"").digest()).decode() in EXPECTED["style-src"]


def test_the_other_headers_are_there(client: Client) -> None:
    for address in ("/styleguide/", "/no/such/page/", "/%00"):
        response = client.get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_htmx_swaps_refusals_and_evaluates_nothing(client: Client) -> None:
    page = client.get("/styleguide/").text
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", page)
    assert found is not None
    config = json.loads(found[1])
    first_match = {
        code: next(rule["swap"] for rule in config["responseHandling"] if re.fullmatch(rule["code"], code))
        for code in ("200", "204", "302", "400", "403", "404", "409", "422", "500")
    }
    assert [code for code, swaps in first_match.items() if swaps] == ["200", "302", "409", "422"]
    assert config["allowEval"] is config["allowScriptTags"] is config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0


def test_the_empty_style_elements_are_those_the_installed_plotly_looks_for() -> None:
    source = (plotly_directory() / "plotly.min.js").read_text(encoding="utf-8")
    by_prefix = [f"{prefix}global" for prefix in set(re.findall(r'="(plotly\.js-style-)"\+', source))]
    by_hash = re.findall(r'getElementById\("([0-9a-f]{64})"\)', source)
    drawn = re.findall(r'<style id="([^"]+)"></style>', render_to_string("components/chart_assets.html"))
    assert drawn == by_prefix + by_hash
