"""Browser libraries are found inside the installed packages, and only the files that are asked for."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders

from ecslab.web.finders import PUBLISHED_AS, PlotlyFinder


def test_plotly_comes_out_of_the_installed_package() -> None:
    found = finders.find(PUBLISHED_AS)
    assert isinstance(found, str)
    assert Path(found).stat().st_size > 1_000_000


def test_htmx_comes_out_of_the_installed_package() -> None:
    assert finders.find("django_htmx/htmx-2.min.js")


def test_nothing_else_of_the_plotly_package_is_published() -> None:
    finder = PlotlyFinder()
    assert [name for name, _ in finder.list(None)] == ["plotly.min.js"]
    assert finder.find("vendor/../plotly.min.js") == []
    assert finder.find("plotly.min.js") == []
    assert finder.check() == []


def test_every_file_is_found_once() -> None:
    assert len(finders.find(PUBLISHED_AS, find_all=True)) == 1


def test_an_unknown_file_is_not_found() -> None:
    assert finders.find("vendor/other.js") is None
