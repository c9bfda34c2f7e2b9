"""The front door, health, and the admins' settings, whose rooms belong to several apps."""

from django.urls import include, path

from helpdesk.accounts.urls import settings_urls as people_urls
from helpdesk.web.views import (
    account_mails,
    answering,
    audit,
    design,
    health,
    home,
    inbox,
    outbox,
    robots,
    suppressions,
)
from sla.urls import settings_urls as policy_urls
from status.urls import settings_urls as status_urls
from tickets.urls import settings_urls as ticket_urls

settings_urls = [
    path("", home.settings_index, name="index"),
    *people_urls,
    *policy_urls,
    *ticket_urls,
    *status_urls,
    path("audit/", audit.entries, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
    path("outbox/", outbox.notices, name="outbox"),
    path("outbox/accounts/", account_mails.account_mails, name="account_outbox"),
    path("outbox/accounts/<int:pk>/retry/", account_mails.retry, name="retry_account_mail"),
    path("outbox/without-mail/", suppressions.suppressed, name="suppressed"),
    path("outbox/without-mail/<int:pk>/lift/", suppressions.lift, name="lift_suppression"),
    path("outbox/<int:pk>/", outbox.notice, name="notice"),
    path("outbox/<int:pk>/answer/", answering.answer, name="answer"),
    path("outbox/<int:pk>/retry/", outbox.retry, name="retry"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.all_read, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.opened, name="inbox_opened"),
    path("design/", design.design, name="design"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", robots.robots, name="robots"),
    path("settings/", include((settings_urls, "settings"))),
]
