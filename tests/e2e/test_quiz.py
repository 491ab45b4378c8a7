"""The two scenario questions in a real browser: by mouse, by keyboard alone, and from the answer to the lab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

GAME, PARCEL = "iam-game-four-services", "iam-fargate-four-tasks"
RIGHT = "task-role-each"
SMALLEST_TARGET = 44


def ask(page: Page, origin: object, question: str) -> None:
    page.goto(f"{origin}/quiz/{question}/")


def answer(page: Page, option: str) -> None:
    page.locator(f".quiz-choice:has([value='{option}'])").click()
    page.get_by_role("button", name="Answer").click()


def verdict(page: Page) -> str:
    page.wait_for_url("**/answers/*/")
    return page.locator("#verdict").inner_text()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def chosen_text(page: Page) -> str:
    return page.locator(".quiz-result--chosen h3").inner_text()


@pytest.mark.parametrize("question", [GAME, PARCEL])
def test_a_right_answer_is_told_first_and_kept_over_a_reload(
    page: Page, live_server: object, question: str, expect_accessible: Callable[[], None]
) -> None:
    ask(page, live_server, question)
    expect_accessible()
    answer(page, RIGHT)
    assert verdict(page) == "Right"
    assert focused(page) == "verdict"
    expect(page).to_have_title(re.compile("^Right: "))
    expect_accessible()
    page.reload()
    assert verdict(page) == "Right"
    expect(page.locator(".quiz-result")).to_have_count(4)
    page.get_by_role("link", name="All questions").click()
    expect(page.get_by_text("answered right today")).to_have_count(1)
    expect_accessible()


@pytest.mark.parametrize(("question", "option"), [(GAME, "instance-role"), (PARCEL, "user-keys-each")])
def test_a_wrong_answer_is_explained_and_can_be_tried_again(
    page: Page, live_server: object, question: str, option: str, expect_accessible: Callable[[], None]
) -> None:
    ask(page, live_server, question)
    picked = page.locator(f".quiz-choice:has([value='{option}'])").inner_text()
    answer(page, option)
    assert verdict(page) == "Not right"
    assert chosen_text(page) == picked.strip()
    expect(page.locator(".quiz-result--right")).to_have_count(1)
    expect_accessible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text("answered wrong today")).to_be_visible()
    expect(page.locator(":checked")).to_have_count(0)
    page.get_by_role("link", name="See that answer explained").click()
    assert verdict(page) == "Not right"


def test_the_question_is_answered_by_keyboard_alone(page: Page, live_server: object) -> None:
    ask(page, live_server, GAME)
    at = page.locator(".quiz-choice__control").evaluate_all("all => all.map(one => one.value)").index(RIGHT)
    tab_to(page, "input[name=chosen]")
    for _ in range(at):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "button[type=submit].quiz-button")
    page.keyboard.press("Enter")
    assert verdict(page) == "Right"
    assert focused(page) == "verdict"
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A studio runs an online strategy game")).to_be_visible()
    tab_to(page, "a[href='/ready/online-game/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server}/ready/online-game/")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def test_no_choice_is_told_where_the_choice_is(page: Page, live_server: object, troubles: list[str]) -> None:
    ask(page, live_server, PARCEL)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#quiz-refusal")).to_contain_text("One answer is needed and nothing was chosen.")
    assert focused(page) == "quiz-refusal"
    troubles.clear()  # the refusal itself is an answer with status 422, which the console tells
    answer(page, RIGHT)
    assert verdict(page) == "Right"


def test_two_windows_keep_the_first_answer(page: Page, live_server: object) -> None:
    ask(page, live_server, GAME)
    other = page.context.new_page()
    ask(other, live_server, GAME)
    answer(page, "shared-task-role")
    assert verdict(page) == "Not right"
    answer(other, RIGHT)
    assert verdict(other) == "Not right"
    expect(other.get_by_role("status")).to_contain_text("the first answer was kept")


def test_a_double_click_answers_once(page: Page, live_server: object) -> None:
    ask(page, live_server, GAME)
    page.locator(f"[value='{RIGHT}']").check()
    page.get_by_role("button", name="Answer").dblclick()
    assert verdict(page) == "Right"
    page.get_by_role("link", name="Try again").click()
    assert page.locator("[name='attempt_no']").input_value() == "2"


def test_without_scripts_the_question_is_asked_answered_and_explained(browser: Browser, live_server: object) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    ask(page, live_server, PARCEL)
    answer(page, RIGHT)
    assert verdict(page) == "Right"
    page.locator("summary").click()
    expect(page.get_by_text("A parcel company settles its accounts")).to_be_visible()
    context.close()


def test_everything_to_press_is_large_enough_for_a_finger(page: Page, live_server: object) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, live_server, GAME)
    small = too_small(page)
    answer(page, RIGHT)
    verdict(page)
    assert small + too_small(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def too_small(page: Page) -> list[str]:
    """The text of each link, button, choice and disclosure in the content that is lower than a finger."""
    return page.locator("main :is(a, button, label, summary):visible").evaluate_all(
        "(all, least) => all.filter(one => one.getBoundingClientRect().height < least).map(one => one.textContent)",
        SMALLEST_TARGET,
    )


@pytest.mark.parametrize(
    ("question", "lab", "region", "roles"),
    [
        (
            GAME,
            "online-game",
            "packed",
            {"lobby:1": ["lobby-task-role", "ecsInstanceRole"], "replay:1": ["replay-task-role", "ecsInstanceRole"]},
        ),
        (
            PARCEL,
            "fargate-four-roles",
            "fargate",
            {
                "intake:1": ["intake-task-role", "ecsTaskExecutionRole", "none: on Fargate"],
                "rating:1": ["rating-task-role", "ecsTaskExecutionRole", "none: on Fargate"],
            },
        ),
    ],
)
def test_the_lab_shows_what_the_answer_promises(
    page: Page, live_server: object, question: str, lab: str, region: str, roles: dict[str, list[str]]
) -> None:
    ask(page, live_server, question)
    answer(page, RIGHT)
    verdict(page)
    page.get_by_role("link", name="Open the lab").click()
    expect(page).to_have_url(f"{live_server}/ready/{lab}/")
    places = set()
    for revision, promised in roles.items():
        task_in(page, region, revision)
        facts = page.locator("#inspector")
        for words in promised:
            expect(facts).to_contain_text(words)
        places.add(facts.locator("dt:text-is('Runs on') + dd").inner_text())
    assert len(places) == (1 if region == "packed" else len(roles))
    page.get_by_role("link", name="Quiz").click()
    expect(page.get_by_text("answered right today")).to_be_visible()


def task_in(page: Page, cluster: str, revision: str) -> None:
    """Choose the first such task of a cluster on the map."""
    group = page.get_by_role("group", name=re.compile(f"^Cluster {cluster}:"))
    group.get_by_role("link", name=re.compile(f", {revision}, ")).first.click()
    expect(page.locator("#inspector h2").first).to_contain_text(f"Task {revision}")
