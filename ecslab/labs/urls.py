"""Routes of the labs."""

from __future__ import annotations

from django.urls import path

from ecslab.labs.views import acting, calling, looking, own

app_name = "labs"

urlpatterns = [
    path("", looking.front, name="front"),
    path("ready/<slug:slug>/", looking.ready, name="ready"),
    path("labs/new/", own.new_lab, name="new"),
    path("labs/<str:key>/", looking.lab_page, name="lab"),
    path("labs/<str:key>/stage/", looking.stage, name="stage"),
    path("labs/<str:key>/chart/", looking.chart, name="chart"),
    path("labs/<str:key>/scenario/", looking.scenario, name="scenario"),
    path("labs/<str:key>/call/", calling.call, name="call"),
    path("labs/<str:key>/copy/", own.copy_lab, name="copy"),
    path("labs/<str:key>/rename/", own.rename_lab, name="rename"),
    path("labs/<str:key>/delete/", own.delete_lab, name="delete"),
    path("labs/<str:key>/do/<slug:name>/", acting.act, name="act"),
]
