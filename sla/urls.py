"""The admins' pages about calendars, organisations and the matrix."""

from django.urls import path

from sla.views import holidays, hours, matrix, organisations

# Included below /settings/ by helpdesk.web.urls, in the namespace "settings".
settings_urls = [
    path("holidays/", holidays.holidays, name="holidays"),
    path("holidays/confirmation/", holidays.confirmation, name="confirmation"),
    path("holidays/<int:pk>/removal/", holidays.removal, name="removal"),
    path("hours/", hours.support_hours, name="hours"),
    path("hours/<int:pk>/withdrawal/", hours.withdrawal, name="withdrawal"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:key>/", organisations.organisation, name="organisation"),
    path("matrix/", matrix.matrix, name="matrix"),
]
