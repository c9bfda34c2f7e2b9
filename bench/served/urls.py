"""The product's addresses, and the floors'."""

from django.urls import include, path

from bench.served import floors

urlpatterns = [
    path("bench/queue/", floors.queue),
    path("bench/list/<int:rows>/", floors.listed),
    path("bench/tickets/<uuid:public_id>/", floors.ticket),
    path("bench/submit/", floors.submit),
    path("", include("helpdesk.urls")),
]
handler400 = "helpdesk.web.views.errors.bad_request"
handler403 = "helpdesk.web.views.errors.forbidden"
handler404 = "helpdesk.web.views.errors.not_found"
handler500 = "helpdesk.web.views.errors.server_error"
