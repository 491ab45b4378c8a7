"""Readers for environment variables, each of which refuses a malformed value with one plain sentence."""

from __future__ import annotations

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_SQLITE = "django.db.backends.sqlite3"
_POSTGRESQL = "django.db.backends.postgresql"
_MINIMUM_KEY_LENGTH = 32


def read_bool(name: str, *, default: bool) -> bool:
    """Return the switch `name`; an unset or empty variable means `default`."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in _YES | _NO:
        return text in _YES
    raise ImproperlyConfigured(f"{name} must be 1 or 0, and it is {text!r}. Set it to one of them, or unset it.")


def read_list(name: str, *, default: list[str]) -> list[str]:
    """Return the comma-separated names of `name`, without blanks."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    names = [part.strip() for part in text.split(",")]
    if not all(names) or any(" " in part or "/" in part for part in names):
        raise ImproperlyConfigured(
            f"{name} must be host names separated by commas, and it is {text!r}. "
            "Write it like lab.example.org,127.0.0.1, without a scheme or a path."
        )
    return names


def read_directory(name: str, *, default: Path) -> Path:
    """Return the directory `name`, made when it is missing."""
    path = Path(os.environ.get(name, "").strip() or default).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} must be a directory that can be written, and {path} cannot be made ({error.strerror}). "
            "Name another directory."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"{name} must be a directory that can be written, and {path} may only be read by this user. "
            "Name another directory."
        )
    return path


def read_secret_key(name: str, *, keep_in: Path) -> str:
    """Return the key in `name`, or the one kept in the file `keep_in`, made at the first start with mode 600."""
    given = os.environ.get(name, "")
    if given:
        if len(given) < _MINIMUM_KEY_LENGTH:
            raise ImproperlyConfigured(
                f"{name} must have at least {_MINIMUM_KEY_LENGTH} characters, and it has {len(given)}. "
                "Use a longer one, or unset it and one is made and kept."
            )
        return given
    kept = _kept_key(keep_in)
    if len(kept) < _MINIMUM_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"The secret key in {keep_in} is damaged: it has {len(kept)} characters. "
            "Delete the file, and a new one is made; browsers then start with new cookies."
        )
    return kept


def _kept_key(path: Path) -> str:
    if path.exists():
        return path.read_text(encoding="ascii", errors="replace").strip()
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
    try:
        os.link(fresh, path)  # Fails when another process was first; then its key is the one.
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii", errors="replace").strip()


def read_database(name: str, *, default: Path) -> dict[str, Any]:
    """Return Django's settings for the database in `name`, or for the SQLite file `default`."""
    text = os.environ.get(name, "").strip()
    if not text:
        return _sqlite(str(default))
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no database address: {error}. {_DATABASE_HINT}") from error
    if url.scheme == "sqlite":
        return _sqlite(_sqlite_path(name, url.netloc, unquote(url.path)))
    if url.scheme in {"postgres", "postgresql"}:
        database = unquote(url.path.lstrip("/"))
        if not database:
            raise ImproperlyConfigured(f"{name} names no database. {_DATABASE_HINT}")
        return {
            "ENGINE": _POSTGRESQL,
            "NAME": database,
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(port or ""),
            "OPTIONS": dict(parse_qsl(url.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"{name} begins with {url.scheme or text[:12]!r}. {_DATABASE_HINT}")


def require_driver(name: str, database: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a database whose driver is installed."""
    if database["ENGINE"] == _POSTGRESQL and find_spec("psycopg") is None:
        raise ImproperlyConfigured(
            f"{name} names a PostgreSQL database, and its driver is not installed. "
            "Install it with python3 requirements/install.py postgres, or unset the variable to use SQLite."
        )
    return database


_DATABASE_HINT = "Write sqlite:////path/to/file or postgres://user:password@host:5432/database."


def _sqlite_path(name: str, netloc: str, path: str) -> str:
    """Three slashes begin a relative path and four an absolute one, as is the custom for such addresses."""
    file = path.removeprefix("/")
    if netloc or not file:
        raise ImproperlyConfigured(f"{name} names no SQLite file. {_DATABASE_HINT}")
    return file


def _sqlite(path: str) -> dict[str, Any]:
    """Writers queue for up to 20 seconds at the start of a transaction instead of failing in the middle of one."""
    return {
        "ENGINE": _SQLITE,
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
