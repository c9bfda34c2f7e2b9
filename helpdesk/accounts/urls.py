"""Sign-in, sign-out, passwords (of django-allauth only what is needed), and the admins' people pages."""

from allauth.account import views as allauth
from django.urls import path, re_path

from helpdesk.accounts.forms import ResetRequestForm
from helpdesk.accounts.views import (
    acceptance,
    account,
    away,
    colleagues,
    domains,
    invitations,
    notices,
    people,
    person,
    sharing,
    teams,
    tokens,
)

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path(
        "password/reset/",
        allauth.PasswordResetView.as_view(form_class=ResetRequestForm),
        name="account_reset_password",
    ),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

# Included at the root by helpdesk.urls.
root_urls = [
    path("account/", account.account, name="account"),
    path("account/away/", away.away, name="away"),
    path("account/notices/", notices.notices, name="notices"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", tokens.revoke_own, name="revoke_token"),
    path("people/", colleagues.colleagues, name="colleagues"),
    path("people/sharing/", sharing.share_own, name="share_own"),
    path("people/invitations/<int:pk>/resend/", invitations.resend_colleague, name="resend_colleague"),
    path("people/invitations/<int:pk>/revoke/", invitations.revoke_colleague, name="revoke_colleague"),
    # Whatever stands behind the first part is a token: a cut-off link gets the same page as a spent one.
    path("invitations/", acceptance.invitation, {"token": ""}, name="no_invitation"),
    path("invitations/<path:token>/", acceptance.invitation, name="invitation"),
]

# Included below /settings/ by helpdesk.web.urls, in the namespace "settings".
settings_urls = [
    path("organisations/<slug:key>/sharing/", sharing.share, name="share"),
    path("organisations/<slug:key>/domains/", domains.domains, name="domains"),
    path("organisations/<slug:key>/domains/<int:pk>/check/", domains.check, name="domain_check"),
    path("organisations/<slug:key>/domains/<int:pk>/removal/", domains.remove, name="domain_removal"),
    path("people/<int:pk>/confirmation/", domains.confirm, name="confirm_person"),
    path("people/", people.people, name="people"),
    path("teams/", teams.teams, name="team_list"),
    path("teams/<slug:key>/assignment/", teams.assignment, name="team_assignment"),
    path("people/clients/new/", people.new_client, name="new_client"),
    path("people/staff/new/", people.new_staff, name="new_staff"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/access/", person.access, name="access"),
    path("people/<int:pk>/role/", person.role, name="role"),
    path("people/<int:pk>/served/", person.served, name="served"),
    path("people/<int:pk>/teams/", person.teams, name="teams"),
    path("people/<int:pk>/tokens/", tokens.person_tokens, name="person_tokens"),
    path("people/<int:pk>/tokens/<int:token_id>/revoke/", tokens.revoke_persons, name="revoke_token"),
    path("people/invitations/clients/<int:pk>/resend/", invitations.resend_client, name="resend_client"),
    path("people/invitations/clients/<int:pk>/revoke/", invitations.revoke_client, name="revoke_client"),
    path("people/invitations/staff/<int:pk>/resend/", invitations.resend_staff, name="resend_staff"),
    path("people/invitations/staff/<int:pk>/revoke/", invitations.revoke_staff, name="revoke_staff"),
]
