"""A real browser against a real server: static files collected and hashed, DEBUG off, nothing from another origin.

A test asks for `page` and `live_server`; whatever goes wrong in the browser meanwhile (an error in the console, a
violation of the content security policy, a request to somebody else) fails it at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError
from pytest_django.live_server_helper import LiveServer

from tests.browser import HOW_TO_GET_ONE, find_browser, launch_arguments

# Playwright's synchronous interface runs an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

QUIET_SCHEMES = {"data", "blob", "about"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the browser that was found, with the switches of this machine."""
    path = os.environ.get("ECSLAB_BROWSER") or find_browser()
    if path is None:
        pytest.exit(f"No browser was found. {HOW_TO_GET_ONE}", returncode=1)
    return {**browser_type_launch_args, "executable_path": path, "args": launch_arguments()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A laptop's window, and motion stilled so that pictures repeat."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


class _Server(LiveServer):
    """pytest-django's live server without its own way of serving static files: whitenoise does that, as in earnest."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", start=False)
        self.thread = LiveServerThread(
            "127.0.0.1", connections_override={}, static_handler=lambda _: get_wsgi_application()
        )
        self.thread.daemon = True
        self.start()


@pytest.fixture(scope="session")
def plain_static_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Collect and hash the static files once, in place of the plain ones that faster tests use."""
    root = tmp_path_factory.mktemp("static")
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=root):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


@pytest.fixture(scope="session")
def live_server(plain_static_files: None, django_db_setup: None) -> Iterator[_Server]:
    """Serve the site from a thread for all tests of this process; the database is emptied after each test."""
    server = _Server()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def ready_made(transactional_db: None) -> None:
    """Load the ready-made labs and the questions, as `make run` does, before each test."""
    call_command("load_labs", verbosity=0)
    call_command("load_questions", verbosity=0)


class Troubles(list[str]):
    """What went wrong in the browser during one test, in plain lines; a test that expects some empties it."""

    def watch(self, context: BrowserContext, origin: str) -> None:
        """Listen to every page of the context."""

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.append(f"console error: {message.text} ({message.location.get('url', '')})")

        def on_error(error: WebError) -> None:
            self.append(f"uncaught error: {error.error}")

        def on_request(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme not in QUIET_SCHEMES and f"{url.scheme}://{url.netloc}" != origin:
                self.append(f"request to another origin: {request.url}")

        context.on("console", on_console)
        context.on("weberror", on_error)
        context.on("request", on_request)
        context.add_init_script(
            "addEventListener('securitypolicyviolation', event =>"
            " console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`))"
        )


@pytest.fixture(autouse=True)
def troubles(context: BrowserContext, live_server: _Server) -> Iterator[Troubles]:
    """Fail the test at its end when anything went wrong in the browser."""
    found = Troubles()
    found.watch(context, live_server.url)
    yield found
    assert not found, "\n".join(["in the browser:", *found])


@pytest.fixture
def expect_accessible(page: Page) -> Callable[[], None]:
    """Return a check of the page as it stands now, by axe."""

    def check() -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check
