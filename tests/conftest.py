"""What every test shares: a database file of its own, plain static files, and the number of examples."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from ecslab.sim.rules.placement import patterns, query_language, query_values

hypothesis_settings.register_profile("default", deadline=None, max_examples=50, print_blob=True)
hypothesis_settings.register_profile(
    "fuzz", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "mutants", deadline=None, max_examples=5, derandomize=True, phases=[Phase.explicit, Phase.generate], database=None
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Use a file for SQLite, as the real site does: threads of a live server then have connections of their own."""
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    """Forget what was kept of other tests' labs: a database that is rolled back gives their numbers again."""
    for name in ("default", "keyframes"):
        caches[name].clear()


@pytest.fixture(scope="session", autouse=True)
def nothing_read_before() -> None:
    """Forget what was read of placement queries: `make mutants` runs one session after another in one process."""
    for read in (patterns.fits, patterns._compiled, query_language.parse, query_values.start_ms):
        read.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Name static files without hashes, so that pages can be drawn before anything was collected."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages):
        yield
