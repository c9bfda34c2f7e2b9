"""Every address of the helpdesk. Views are private unless marked public; a test holds the public list."""

from django.urls import include, path

urlpatterns = [
    path("", include("helpdesk.web.urls")),
    path("accounts/", include("helpdesk.accounts.urls")),
    path("", include("tickets.urls")),
]

handler400 = "helpdesk.web.views.errors.bad_request"
handler403 = "helpdesk.web.views.errors.forbidden"
handler404 = "helpdesk.web.views.errors.not_found"
handler500 = "helpdesk.web.views.errors.server_error"
