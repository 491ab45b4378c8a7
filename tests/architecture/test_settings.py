"""Every environment variable is documented, and a malformed one is refused with a sentence."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ecslab import env

ROOT = Path(__file__).resolve().parents[2]
READ_IN_PYTHON = re.compile(r"""(?:read_\w+\(|environ(?:\.get)?[\[(])\s*["']([A-Z][A-Z_]+)["']""")
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "CI", "PATH", "DEBIAN_FRONTEND"}


def python_files() -> list[Path]:
    folders = ["ecslab", "quizzes", "tests", "requirements"]
    return [ROOT / "manage.py", *(file for folder in folders for file in (ROOT / folder).rglob("*.py"))]


def test_every_environment_variable_is_in_the_readme() -> None:
    own = Path(__file__).resolve()
    read = {
        name
        for file in python_files()
        if file != own
        for name in READ_IN_PYTHON.findall(file.read_text(encoding="utf-8"))
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "ECSLAB_DATA_DIR" in read
    assert sorted(name for name in read - NOT_OURS if f"`{name}`" not in readme) == []


def test_debug_is_off_unless_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.DEBUG is False
    monkeypatch.setenv("ECSLAB_DEBUG", "on")
    assert env.read_bool("ECSLAB_DEBUG", default=False) is True


@pytest.mark.parametrize(
    ("value", "named"),
    [("perhaps", "must be 1 or 0"), ("2", "must be 1 or 0")],
)
def test_a_malformed_switch_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, named: str) -> None:
    monkeypatch.setenv("ECSLAB_DEBUG", value)
    with pytest.raises(ImproperlyConfigured, match=named):
        env.read_bool("ECSLAB_DEBUG", default=False)


@pytest.mark.parametrize("value", ["a,,b", "http://lab.example.org", "one two"])
def test_malformed_host_names_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ECSLAB_ALLOWED_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="separated by commas"):
        env.read_list("ECSLAB_ALLOWED_HOSTS", default=[])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("sqlite:////data/lab.db", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/data/lab.db"}),
        ("sqlite:///lab.db", {"ENGINE": "django.db.backends.sqlite3", "NAME": "lab.db"}),
        (
            "postgres://ann:p%40ss@db.example.org:5433/lab?sslmode=require",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "lab",
                "USER": "ann",
                "PASSWORD": "p@ss",
                "HOST": "db.example.org",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
    ],
)
def test_a_database_address_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: dict[str, Any]) -> None:
    monkeypatch.setenv("ECSLAB_DATABASE_URL", value)
    read = env.read_database("ECSLAB_DATABASE_URL", default=Path("unused"))
    assert {key: read[key] for key in expected} == expected


@pytest.mark.parametrize(
    "value",
    ["mysql://host/lab", "lab.db", "sqlite://", "sqlite://host/x", "postgres://host", "postgres://host:many/lab"],
)
def test_a_malformed_database_address_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ECSLAB_DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"ECSLAB_DATABASE_URL .*Write sqlite:"):
        env.read_database("ECSLAB_DATABASE_URL", default=Path("unused"))


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "find_spec", lambda _: None)
    with pytest.raises(ImproperlyConfigured, match=r"LAB_URL names .* requirements/install\.py postgres"):
        env.require_driver("LAB_URL", {"ENGINE": "django.db.backends.postgresql"})
    assert env.require_driver("LAB_URL", {"ENGINE": "django.db.backends.sqlite3"})


def test_sqlite_takes_the_write_lock_at_the_start_and_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECSLAB_DATABASE_URL", raising=False)
    options = env.read_database("ECSLAB_DATABASE_URL", default=Path("lab.db"))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]


def test_a_secret_key_is_made_once_and_kept_for_the_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ECSLAB_SECRET_KEY", raising=False)
    file = tmp_path / "secret_key"
    first = env.read_secret_key("ECSLAB_SECRET_KEY", keep_in=file)
    assert env.read_secret_key("ECSLAB_SECRET_KEY", keep_in=file) == first
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secret_key"]


def test_a_short_or_damaged_secret_key_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ECSLAB_SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="at least 32 characters, and it has 5"):
        env.read_secret_key("ECSLAB_SECRET_KEY", keep_in=tmp_path / "secret_key")
    monkeypatch.delenv("ECSLAB_SECRET_KEY")
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        env.read_secret_key("ECSLAB_SECRET_KEY", keep_in=tmp_path / "secret_key")


def test_a_data_directory_that_cannot_be_made_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ECSLAB_DATA_DIR", str(tmp_path / "file" / "inside"))
    with pytest.raises(ImproperlyConfigured, match="Name another directory"):
        env.read_directory("ECSLAB_DATA_DIR", default=tmp_path)


def test_pinned_lists_hold_no_address_and_no_path() -> None:
    lists = sorted((ROOT / "requirements").glob("*.txt"))
    assert [file.name for file in lists] == ["measure.txt", "postgres.txt", "runtime.txt", "test.txt"]
    for file in lists:
        text = file.read_text(encoding="utf-8")
        assert re.findall(r"https?:|file:|--index-url|--find-links|--trusted-host|/", text) == []
        packages = re.findall(r"^[a-z0-9][^\s=]*==\S+", text, re.MULTILINE)
        entries = re.split(r"\n(?=[a-z0-9])", text)
        assert len(packages) == len(entries)
        assert all("--hash=sha256:" in entry for entry in entries)
