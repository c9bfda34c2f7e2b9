"""Every address of the helpdesk. Views are private unless marked public; a test holds the public list."""

from django.urls import include, path

from helpdesk.accounts.urls import root_urls as people_urls
from sla.urls import root_urls as policy_urls

urlpatterns = [
    path("", include("helpdesk.web.urls")),
    path("accounts/", include("helpdesk.accounts.urls")),
    path("", include(people_urls)),
    path("", include(policy_urls)),
    path("", include("tickets.urls")),
    path("", include("status.urls")),
    path("api/", include("helpdesk.api.urls")),
]

handler400 = "helpdesk.web.views.errors.bad_request"
handler403 = "helpdesk.web.views.errors.forbidden"
handler404 = "helpdesk.web.views.errors.not_found"
handler500 = "helpdesk.web.views.errors.server_error"
