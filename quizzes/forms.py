"""The form of an answer: which page it came from, and what was chosen. Each refusal is one plain sentence."""

from __future__ import annotations

from typing import Any

from django import forms

from quizzes.question import Question

_BIGGEST = 2**31 - 1
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
INCOMPLETE = "The answer came without the numbers that its page holds, so nothing was kept. Choose again here."


class AnswerForm(forms.Form):
    """Version and attempt are hidden fields of the page; `chosen` holds ids of options."""

    question_version = forms.IntegerField(min_value=1, max_value=_BIGGEST)
    attempt_no = forms.IntegerField(min_value=1, max_value=_BIGGEST)
    chosen = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, question: Question) -> None:
        super().__init__(data)
        self.question = question
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, name) for name in question.option_ids]
        count = _word(len(question.options))
        field.error_messages["invalid_choice"] = (
            f"“%(value).40s” is none of the {count} options of this question, so nothing was kept. Choose one of these."
        )

    def clean_chosen(self) -> list[str]:
        """Return the ids without repetition, in the order of the file; as many as the question needs."""
        picked = set(self.cleaned_data["chosen"])
        needed = len(self.question.keys)
        if len(picked) != needed:
            raise forms.ValidationError(self._wrong_count(len(picked), needed))
        return [name for name in self.question.option_ids if name in picked]

    def _wrong_count(self, given: int, needed: int) -> str:
        asked = "one answer is" if needed == 1 else f"{_word(needed)} answers are"
        had = "nothing was chosen" if given == 0 else f"{_word(given)} {'was' if given == 1 else 'were'} chosen"
        options = _word(len(self.question.options))
        return f"{asked.capitalize()} needed and {had}. Choose {_word(needed)} of the {options} options, then answer."

    @property
    def sentence(self) -> str:
        """The one sentence that says why the answer was not kept."""
        if "question_version" in self.errors or "attempt_no" in self.errors:
            return INCOMPLETE
        return " ".join(str(error) for error in self.errors.get("chosen", []))


def _word(number: int) -> str:
    return "one" if number == 1 else _NUMBERS.get(number, str(number))
