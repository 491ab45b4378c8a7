"""What a question is: the shape of one file of the bank, with nothing of Django in it.

Texts may hold `code` between backticks and **strong** words between double asterisks, nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
RuleId = Annotated[str, StringConstraints(pattern=r"^(PN|SS|IC):[A-Z$]-[0-9]+[a-z]?$")]
GuideRule = Annotated[str, StringConstraints(pattern=r"^QQ-[0-9]+$")]

QuestionType = Literal["single", "multiple"]
Level = Literal["recall", "apply", "analyse"]
Status = Literal["draft", "reviewed", "live", "watch", "retired"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Option(_Part):
    """One option with its explanation; a wrong one names the misconception that makes it tempting."""

    id: Slug
    text: Line
    why: Text
    correct: bool = False
    misconception: Slug | None = None


class Lab(_Part):
    """The ready-made lab where the answer can be seen, what to watch there, and words its page must show."""

    scenario: Slug
    watch: Line
    words: tuple[Line, ...] = Field(min_length=1, max_length=8)


class Blind(_Part):
    """One independent answer from stem and options alone."""

    date: dt.date
    result: Line


class Question(_Part):
    """One question of the bank. `est_seconds` is the time to read and decide; `accept` answers warnings by rule."""

    schema_version: Literal[1]
    id: Slug
    version: int = Field(ge=1, le=10_000)
    title: Line
    family: Slug
    type: QuestionType
    level: Level
    difficulty: int = Field(ge=1, le=5)
    topic: Slug
    objectives: tuple[Line, ...]
    exam_refs: tuple[Line, ...] = ()
    stem: Text
    negative: bool = False
    options: tuple[Option, ...] = Field(min_length=2, max_length=12)
    rule: Line
    sources: tuple[RuleId, ...] = Field(min_length=1)
    lab: Lab | Literal["none"]
    lab_reason: Line | None = None
    est_seconds: int = Field(ge=10, le=3600)
    blind: tuple[Blind, ...] = ()
    status: Status
    accept: dict[GuideRule, Line] = Field(default_factory=dict)

    @field_validator("options")
    @classmethod
    def _check_options(cls, options: tuple[Option, ...], info: ValidationInfo) -> tuple[Option, ...]:
        ids = [option.id for option in options]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two options are called {twice}, and each needs an id of its own")
        keys = sum(option.correct for option in options)
        if info.data.get("type") == "single" and keys != 1:
            raise ValueError(f"a question of type single needs exactly one option with correct: true, and has {keys}")
        if not 0 < keys < len(options):
            raise ValueError(f"right and wrong options are needed, and {keys} of {len(options)} are right")
        return options

    @property
    def keys(self) -> tuple[Option, ...]:
        """The right options, in the order of the file."""
        return tuple(option for option in self.options if option.correct)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of all options, in the order of the file."""
        return tuple(option.id for option in self.options)

    @property
    def minutes(self) -> int:
        """The estimated time in whole minutes, rounded up."""
        return -(-self.est_seconds // 60)


def to_content(question: Question) -> dict[str, object]:
    """Return the question as JSON-able data; `from_content` reads it back."""
    content: dict[str, object] = question.model_dump(mode="json")
    return content


def from_content(content: object) -> Question:
    """Return the question that `to_content` wrote. Raises pydantic's ValidationError for anything else."""
    return Question.model_validate_json(json.dumps(content))


def fingerprint(question: Question) -> str:
    """Return the SHA-256 of what the question says; the layout and comments of its file play no part."""
    text = json.dumps(to_content(question), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
