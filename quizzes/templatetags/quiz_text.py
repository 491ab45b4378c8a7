"""Texts of questions as HTML: everything is escaped, then `code` and **strong** become elements."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


@register.filter
def inline(text: str) -> SafeString:
    """Return one line of text with its code spans and strong words."""
    escaped = escape(" ".join(text.split()))
    return mark_safe(_STRONG.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escaped)))


@register.filter
def paragraphs(text: str) -> list[SafeString]:
    """Return the paragraphs of a text, which blank lines divide, each as `inline` does it."""
    return [inline(part) for part in re.split(r"\n\s*\n", text.strip())]
