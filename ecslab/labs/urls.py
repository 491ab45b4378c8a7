"""Routes of the labs."""

from __future__ import annotations

from django.urls import path

from ecslab.labs.views import charts, commands, pages

app_name = "labs"

urlpatterns = [
    path("", pages.front, name="front"),
    path("ready/<slug:slug>/", pages.ready, name="ready"),
    path("labs/new/", commands.new_lab, name="new"),
    path("labs/<str:key>/", pages.lab_page, name="lab"),
    path("labs/<str:key>/stage/", pages.stage, name="stage"),
    path("labs/<str:key>/chart.json", charts.running_tasks, name="chart"),
    path("labs/<str:key>/copy/", commands.copy_lab, name="copy"),
    path("labs/<str:key>/delete/", commands.delete_lab, name="delete"),
    path("labs/<str:key>/do/<slug:name>/", commands.submit, name="submit"),
]
