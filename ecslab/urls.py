"""Routes: the labs own the front page and /labs/, the questions /quiz/."""

from __future__ import annotations

from django.urls import include, path

from ecslab.web.views.fidelity import fidelity
from ecslab.web.views.styleguide import styleguide

urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("fidelity/", fidelity, name="fidelity"),
    path("quiz/", include("quizzes.urls")),
    path("", include("ecslab.labs.urls")),
]

handler400 = "ecslab.web.views.errors.bad_request"
handler403 = "ecslab.web.views.errors.permission_denied"
handler404 = "ecslab.web.views.errors.page_not_found"
handler500 = "ecslab.web.views.errors.server_error"
