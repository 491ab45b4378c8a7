"""The list of questions, one question, one answer.

Nothing that tells the right option leaves the server before the answer: the question page is drawn from an `Asked`,
which has no keys and no explanations.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from quizzes.answers import keep_answer, next_attempt_no, standings
from quizzes.browser import browser_key, fingerprint_of, remember
from quizzes.forms import AnswerForm
from quizzes.load import load_topics
from quizzes.models import Attempt, QuestionVersion
from quizzes.views.pages import Answered, Asked, Listed

ALREADY = (
    "This attempt had been answered before, by a second click or in another window; the first answer was kept. "
    "Try again to give another."
)
NOT_KEPT = "That page held a version of the question that is not kept here, so nothing was kept. Choose again here."
AHEAD = "That page was for an attempt you have not come to yet, so nothing was kept. Choose again here."


@never_cache
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """Show all questions, each with what this browser last answered."""
    key = browser_key(request)
    versions = list(QuestionVersion.objects.filter(current=True))
    done = standings(key, versions, timezone.now())
    listed = Listed.sort(versions, done, load_topics())
    return remember(request, render(request, "quizzes/list.html", {"listed": listed}), key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, question_id: str) -> HttpResponse:
    """Ask one question; a POST keeps the answer and leads to its page, or asks again with a sentence."""
    version = _current(question_id)
    key = browser_key(request)
    if request.method == "POST":
        return remember(request, _take_answer(request, key, version), key)
    return remember(request, _ask(request, key, version), key)


@never_cache
@require_safe
def answer(request: HttpRequest, question_id: str, attempt_id: int) -> HttpResponse:
    """Show one answer of this browser with every option explained."""
    key = browser_key(request)
    mine = Attempt.objects.filter(browser=fingerprint_of(key), question_version__question_id=question_id)
    attempt = mine.filter(pk=attempt_id).select_related("question_version").first()
    if attempt is None:
        raise Http404("This browser has given no such answer. Open the question under Quiz and answer it.")
    current = QuestionVersion.objects.filter(current=True)
    answered = Answered.read(attempt, list(current))
    return remember(request, render(request, "quizzes/answer.html", {"answered": answered}), key)


def _take_answer(request: HttpRequest, key: str, current: QuestionVersion) -> HttpResponse:
    """Keep an answer to the version that its page showed, even when the question was revised meanwhile."""
    version = _version_sent(request, current)
    form = AnswerForm(request.POST, version.question if version else current.question)
    if not form.is_valid():
        return _ask(request, key, current, form.sentence)
    if version is None:
        return _ask(request, key, current, NOT_KEPT)
    attempt_no = form.cleaned_data["attempt_no"]
    if attempt_no > next_attempt_no(key, version):
        return _ask(request, key, current, AHEAD)
    attempt, is_new = keep_answer(key, version, attempt_no, form.cleaned_data["chosen"])
    if not is_new:
        messages.warning(request, ALREADY)
    return redirect("quizzes:answer", question_id=version.question_id, attempt_id=attempt.pk)


def _ask(request: HttpRequest, key: str, version: QuestionVersion, sentence: str = "") -> HttpResponse:
    attempt_no = next_attempt_no(key, version)
    last = standings(key, [version], timezone.now()).get(version.question_id)
    asked = Asked.read(version, key, attempt_no, set(request.POST.getlist("chosen")))
    context = {"asked": asked, "last": last, "sentence": sentence}
    return render(request, "quizzes/question.html", context, status=422 if sentence else 200)


def _current(question_id: str) -> QuestionVersion:
    version = QuestionVersion.objects.filter(current=True, question_id=question_id).first()
    if version is None:
        raise Http404(f"There is no question called “{question_id[:80]}”. All questions are listed under Quiz.")
    return version


def _version_sent(request: HttpRequest, current: QuestionVersion) -> QuestionVersion | None:
    """Return the version that the page showed, or None when it is none of this question's."""
    sent = request.POST.get("question_version", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        return None
    return QuestionVersion.objects.filter(pk=int(sent), question_id=current.question_id).first()
