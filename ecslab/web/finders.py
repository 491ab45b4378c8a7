"""Browser libraries out of installed packages, one named file each.

The plotly package carries megabytes of notebook widgets and data sets beside the library itself, so its folder is not
published as a whole: only the file a page asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

PUBLISHED_AS = "vendor/plotly.min.js"
_FILE_NAME = "plotly.min.js"


def plotly_directory() -> Path:
    """Return the folder of the installed plotly package that holds the browser library; plotly is not imported."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("The plotly package is not installed. Run `make install`.")
    return Path(spec.origin).parent / "package_data"


class PlotlyFinder(BaseFinder):
    """Finds `vendor/plotly.min.js` and nothing else."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Complain at start when the installed package has no such file, rather than when a chart is opened."""
        if (plotly_directory() / _FILE_NAME).is_file():
            return []
        return [Error(f"The plotly package has no {_FILE_NAME}. Run `make install`.", id="web.E001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of the library when it is asked for by its published name."""
        # Django calls the second argument `all` before 5.2 and `find_all` since; both ask for a list.
        if path.replace("\\", "/") != PUBLISHED_AS:
            return []
        file = str(plotly_directory() / _FILE_NAME)
        return [file] if find_all or kwargs.get("all") else file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Offer the one file to collectstatic, under the folder `vendor`."""
        storage = FileSystemStorage(location=plotly_directory())
        storage.prefix = "vendor"  # type: ignore[attr-defined]  # collectstatic reads it
        yield _FILE_NAME, storage
