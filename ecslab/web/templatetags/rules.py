"""`{% rule_link "PN:P-20" %}`, `{{ text|rule_links }}`: ids of rules as links to their lines of the ledger."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ecslab.rulebook.load import rules

register = template.Library()
_ID = re.compile(r"\b(?:PN|SS|IC):[A-Z$]-\d+[a-z]?")


@register.simple_tag
def rule_link(name: str) -> SafeString:
    """Link to the rule; an id that no book has stays a word."""
    rule = rules().get(name)
    if rule is None:
        return conditional_escape(name)
    return format_html('<a class="rule-link" href="{}#{}">{}</a>', reverse("fidelity"), rule.anchor, rule.id)


@register.filter
def rule_links(text: str) -> SafeString:
    """A text, escaped, in which every id of a rule is a link."""
    return mark_safe(_ID.sub(lambda found: rule_link(found[0]), conditional_escape(text)))
