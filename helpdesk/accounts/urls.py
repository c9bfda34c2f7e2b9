"""Sign-in, sign-out, passwords (of django-allauth only what is needed), and the admins' people pages."""

from allauth.account import views as allauth
from django.urls import path, re_path

from helpdesk.accounts import views
from helpdesk.accounts.forms import ResetRequestForm

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

# Included below /settings/ by helpdesk.web.urls, in the namespace "settings".
settings_urls = [
    path("people/", views.people, name="people"),
    path("people/clients/new/", views.new_client, name="new_client"),
    path("people/staff/new/", views.new_staff, name="new_staff"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/access/", views.access, name="access"),
    path("people/<int:pk>/teams/", views.teams, name="teams"),
]
