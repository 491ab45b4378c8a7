"""The pages: asking without telling, answering once, and a plain sentence for whatever goes wrong."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from threading import Thread

import html5lib
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from quizzes.answers import when_words
from quizzes.browser import COOKIE
from quizzes.models import Attempt, QuestionVersion
from quizzes.question import Question

LIST = "/quiz/"


def words_of(answer: HttpResponse) -> str:
    return " ".join(unescape(strip_tags(answer.text)).split())


def verdict_of(answer: HttpResponse) -> str:
    return " ".join(re.findall(r'<h1[^>]* id="verdict"[^>]*>(.*?)</h1>', answer.text))


def address(question: Question) -> str:
    return f"/quiz/{question.id}/"


def hidden(client: Client, question: Question) -> dict[str, str]:
    """Return the hidden fields of the question's page, as a browser would send them."""
    page = client.get(address(question)).text
    return dict(re.findall(r'<input type="hidden" name="(question_version|attempt_no)" value="(\d+)">', page))


def send(client: Client, question: Question, *chosen: str, **fields: object) -> HttpResponse:
    """Answer the question as its page does; a field given here replaces that of the page."""
    return client.post(address(question), {**hidden(client, question), **fields, "chosen": list(chosen)})


def wrong(question: Question) -> str:
    return next(option.id for option in question.options if not option.correct)


def right(question: Question) -> str:
    return question.keys[0].id


def secrets_of(question: Question) -> list[str]:
    """Return everything about a question that would tell its answer."""
    whys = [sentence for option in question.options for sentence in re.split(r"(?<=\.)\s", option.why.strip())]
    ideas = [option.misconception for option in question.options if option.misconception]
    watch = [] if question.lab == "none" else [question.lab.watch]
    plain = [" ".join(text.replace("`", "").split()) for text in [*whys, question.rule, *watch]]
    return [*plain, *ideas, "misconception", "correct"]


def test_no_page_tells_the_answer_before_it_was_given(client: Client, asked: dict[str, Question]) -> None:
    for question in asked.values():
        refused = client.post(address(question), {**hidden(client, question)})
        for page in (client.get(LIST), client.get(address(question)), refused):
            shown = words_of(page)
            assert [told for told in secrets_of(question) if told in shown or told in page.text] == []


def test_every_option_looks_the_same_before_the_answer(client: Client, question: Question) -> None:
    labels = re.findall(r'<label class="quiz-choice">.*?</label>', client.get(address(question)).text)
    assert {re.sub(r'value="[^"]*"|<span class="quiz-text">.*</span>', "", label) for label in labels} == {
        '<label class="quiz-choice"><input class="quiz-choice__control" type="radio" name="chosen" ></label>'
    }
    assert len(labels) == len(question.options)


def test_a_right_answer_is_called_right_and_every_option_is_explained(client: Client, question: Question) -> None:
    sent = send(client, question, right(question))
    assert sent.status_code == 302
    page = client.get(sent["Location"])
    shown = words_of(page)
    assert verdict_of(page) == "Right"
    assert [why for why in secrets_of(question)[:-2] if why not in shown and "-" not in why] == []
    assert all(source in shown for source in question.sources)
    assert 'href="/ready/online-game/"' in page.text


def test_a_wrong_answer_is_told_by_word_and_shape(client: Client, question: Question) -> None:
    page = client.get(send(client, question, wrong(question))["Location"])
    assert verdict_of(page) == "Not right"
    assert page.text.count("your choice") == 1
    chosen = re.search(
        r'<li class="quiz-result quiz-text quiz-result--wrong quiz-result--chosen">.*?</li>', page.text, re.DOTALL
    )
    assert chosen is not None
    assert "✕" in chosen[0]
    key = re.search(r'<li class="quiz-result quiz-text quiz-result--right">.*?</li>', page.text, re.DOTALL)
    assert key is not None
    assert "✓" in key[0]


def test_the_list_says_what_was_answered_and_it_can_be_tried_again(client: Client, question: Question) -> None:
    assert words_of(client.get(LIST)).count("not answered yet") == 2
    send(client, question, wrong(question))
    assert "✕ answered wrong today" in words_of(client.get(LIST))
    send(client, question, right(question))
    assert "✓ answered right today" in words_of(client.get(LIST))
    assert "✓ answered right today See that answer explained" in words_of(client.get(address(question)))
    assert [attempt.attempt_no for attempt in Attempt.objects.all()] == [1, 2]


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "yesterday"), (3, "3 days ago"), (8, "on 16 November 2026")]
)
def test_when_in_plain_words(days: int, said: str) -> None:
    now = dt.datetime(2026, 11, 24, 0, 30, tzinfo=dt.UTC)
    assert when_words(now - dt.timedelta(days=days), now) == said


def test_each_browser_has_its_own_answers(client: Client, question: Question) -> None:
    mine = send(client, question, right(question))["Location"]
    other = Client()
    assert words_of(other.get(LIST)).count("not answered yet") == 2
    refused = other.get(mine)
    assert refused.status_code == 404
    assert "This browser has given no such answer." in words_of(refused)
    assert client.get(mine).status_code == 200


def test_the_cookie_is_signed_and_out_of_reach_of_scripts(client: Client, question: Question) -> None:
    client.get(LIST)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    key = cookie.value.split(":")[0]
    assert len(key) == 32
    client.get(address(question))
    assert client.cookies[COOKIE].value.split(":")[0] == key


def test_a_forged_cookie_makes_a_new_browser(client: Client, question: Question) -> None:
    sent = send(client, question, right(question))["Location"]
    client.cookies[COOKIE] = client.cookies[COOKIE].value.replace(":", "x:", 1)
    assert client.get(sent).status_code == 404
    assert words_of(client.get(LIST)).count("not answered yet") == 2


def test_the_key_of_a_browser_is_not_in_the_database(client: Client, question: Question) -> None:
    send(client, question, right(question))
    assert client.cookies[COOKIE].value.split(":")[0] not in str(list(Attempt.objects.values()))


def test_the_order_stays_while_one_attempt_lasts_and_is_kept_with_it(client: Client, question: Question) -> None:
    def order() -> list[str]:
        return re.findall(r'name="chosen" value="([\w-]+)"', client.get(address(question)).text)

    shown = order()
    assert shown == order()
    page = client.get(send(client, question, wrong(question))["Location"])
    texts = {option.id: option.text for option in question.options}
    assert sorted(shown, key=lambda name: words_of(page).index(texts[name])) == shown


def test_browsers_see_different_orders(question: Question) -> None:
    pages = [Client().get(address(question)).text for _ in range(12)]
    assert len({tuple(re.findall(r'name="chosen" value="([\w-]+)"', page)) for page in pages}) > 1


@pytest.mark.parametrize(
    ("chosen", "fields", "sentence"),
    [
        ([], {}, "One answer is needed and nothing was chosen. Choose one of the four options, then answer."),
        (["no-such"], {}, "“no-such” is none of the four options of this question, so nothing was kept."),
        (["<b>" * 40], {}, "is none of the four options of this question, so nothing was kept."),
        (["task-role-each", "instance-role"], {}, "One answer is needed and two were chosen."),
        (["task-role-each"], {"attempt_no": "one"}, "The answer came without the numbers that its page holds"),
        (["task-role-each"], {"attempt_no": "0"}, "The answer came without the numbers that its page holds"),
        (["task-role-each"], {"attempt_no": "7"}, "That page was for an attempt you have not come to yet"),
        (["task-role-each"], {"question_version": "x"}, "The answer came without the numbers that its page holds"),
        (["task-role-each"], {"question_version": "9" * 30}, "The answer came without the numbers that its page holds"),
        (
            ["task-role-each"],
            {"question_version": "99999"},
            "That page held a version of the question that is not kept",
        ),
        (["task-role-each"], {"question_version": "²"}, "The answer came without the numbers that its page holds"),
    ],
)
def test_nonsense_gets_one_sentence_and_nothing_is_kept(
    client: Client, question: Question, chosen: list[str], fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, question, *chosen, **fields)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert "<b>" not in answer.text
    assert Attempt.objects.count() == 0


def test_what_was_chosen_is_still_chosen_after_a_refusal(client: Client, question: Question) -> None:
    page = send(client, question, wrong(question), attempt_no="7").text
    assert re.findall(r'value="([\w-]+)" checked', page) == [wrong(question)]


def test_an_answer_to_another_question_is_not_taken(client: Client, asked: dict[str, Question]) -> None:
    game, parcel = asked["iam-game-four-services"], asked["iam-fargate-four-tasks"]
    fields = hidden(client, parcel)
    answer = send(client, game, right(game), **fields)
    assert answer.status_code == 422
    assert Attempt.objects.count() == 0


def test_a_second_click_finds_the_first_answer(client: Client, question: Question) -> None:
    fields = hidden(client, question)
    first = send(client, question, wrong(question), **fields)
    second = send(client, question, right(question), **fields)
    assert second["Location"] == first["Location"]
    assert "This attempt had been answered before" in words_of(client.get(second["Location"]))
    assert [attempt.correct for attempt in Attempt.objects.all()] == [False]


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_keep_one_answer(asked: dict[str, Question]) -> None:
    question = asked["iam-fargate-four-tasks"]
    client = Client()
    fields = hidden(client, question)
    statuses: list[int] = []

    def click() -> None:
        mine = Client()
        mine.cookies.update(client.cookies)
        answer = mine.post(address(question), {**fields, "chosen": [right(question)]})
        statuses.append(answer.status_code)
        connection.close()

    threads = [Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 8
    assert Attempt.objects.count() == 1


def test_an_answer_to_a_version_that_was_revised_meanwhile_is_kept_and_says_so(
    client: Client, question: Question
) -> None:
    fields = hidden(client, question)
    old = QuestionVersion.objects.get(question_id=question.id)
    QuestionVersion.objects.filter(pk=old.pk).update(current=False)
    QuestionVersion.objects.create(
        question_id=question.id,
        version=2,
        sha256="0" * 64,
        content={**old.content, "version": 2},
        loaded_at=old.loaded_at,
        current=True,
    )
    sent = send(client, question, right(question), **fields)
    shown = words_of(client.get(sent["Location"]))
    assert "You answered an earlier version of this question, and it was kept." in shown
    assert Attempt.objects.get().question_version == old
    assert "answered right today, revised since" in words_of(client.get(LIST))


def test_a_withdrawn_question_is_not_asked_but_its_answer_stays(client: Client, question: Question) -> None:
    sent = send(client, question, right(question))["Location"]
    QuestionVersion.objects.filter(question_id=question.id).update(current=False)
    assert client.get(address(question)).status_code == 404
    page = client.get(sent)
    assert page.status_code == 200
    assert "Try again" not in words_of(page)
    assert question.title not in words_of(client.get(LIST))


@pytest.mark.django_db
def test_an_unknown_question_gets_a_sentence(client: Client) -> None:
    answer = client.get("/quiz/no-such-question/")
    assert answer.status_code == 404
    assert "There is no question called “no-such-question”." in words_of(answer)
    assert client.post("/quiz/no-such-question/", {"chosen": "x"}).status_code == 404


@pytest.mark.django_db
def test_an_empty_bank_says_what_to_do(client: Client) -> None:
    assert "No question is loaded." in words_of(client.get(LIST))


def test_looking_never_writes(client: Client, question: Question) -> None:
    before = list(Attempt.objects.values()), list(QuestionVersion.objects.values())
    for _ in range(2):
        client.get(LIST)
        client.get(address(question))
    assert (list(Attempt.objects.values()), list(QuestionVersion.objects.values())) == before
    assert client.post(LIST).status_code == 405


def test_every_page_is_strictly_valid_html_and_not_kept_by_the_browser(client: Client, question: Question) -> None:
    done = send(client, question, wrong(question))["Location"]
    for page in (client.get(LIST), client.get(address(question)), send(client, question), client.get(done)):
        html5lib.HTMLParser(strict=True).parse(page.text.strip())
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        assert "no-store" in page["Cache-Control"]
