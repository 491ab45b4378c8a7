"""Addresses of the quiz, below /quiz/."""

from __future__ import annotations

from django.urls import path

from quizzes.views import questions

app_name = "quizzes"
urlpatterns = [
    path("", questions.question_list, name="list"),
    path("<slug:question_id>/", questions.question, name="question"),
    path("<slug:question_id>/answers/<int:attempt_id>/", questions.answer, name="answer"),
]
