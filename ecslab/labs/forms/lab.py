"""The lab's own name."""

from __future__ import annotations

from django import forms


class RenameLab(forms.Form):
    """A name by which its owner finds a lab again."""

    name = forms.CharField(
        label="Name",
        max_length=100,
        help_text="At most 100 characters.",
        error_messages={
            "required": "A lab needs a name; type one of at most 100 characters.",
            "max_length": "The name has %(show_value)d characters; shorten it to 100.",
        },
    )
