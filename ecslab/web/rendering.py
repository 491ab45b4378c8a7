"""How forms are drawn: by templates of ours, found where all templates are."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draws `{{ form }}` with label, control, error and help of each field in that order."""

    form_template_name = "components/form_fields.html"
