"""Every address of the helpdesk. Views are private unless marked public; a test holds the public list."""

from django.urls import include, path

urlpatterns = [
    path("", include("helpdesk.web.urls")),
    path("accounts/", include("helpdesk.accounts.urls")),
]
