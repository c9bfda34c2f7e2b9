"""The mails about invitations. The link is a secret: the notice row keeps it apart and forgets it once it has gone."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from helpdesk.accounts.models import ClientInvitation, StaffInvitation, User
from helpdesk.lib.instants import instant_text
from helpdesk.notifications.operations import queue_account_notice, withdraw_account_notices


def send_invitation(row: ClientInvitation | StaffInvitation, *, token: str, inviter: str, place: str) -> None:
    """Queue the mail with the link. It begins with the site's own address, whatever the request's headers said."""
    link = settings.SITE_URL + reverse("invitation", args=[token])
    facts = {"link": link, "until": instant_text(row.expires_at, _zone(row))}
    _send(row, "invitation", subject="Your invitation to ravingCRM support", secret=link, inviter=inviter, place=place,
          name=row.name, **facts)  # fmt: skip


def send_known(row: ClientInvitation | StaffInvitation, *, person: User, inviter: str, place: str) -> None:
    """Queue the mail that goes instead to an address that has an account: its owner learns it, nobody else does."""
    link = settings.SITE_URL + reverse("account_login")
    _send(row, "invitation_known", subject="You already have an account at ravingCRM support", secret="", link=link,
          inviter=inviter, place=place, name=person.name)  # fmt: skip


def withdraw_mails(row: ClientInvitation | StaffInvitation) -> None:
    """Keep mails of this invitation that have not gone yet from going: their links are dead."""
    withdraw_account_notices(about=_about(row))


def _send(row: ClientInvitation | StaffInvitation, template: str, *, subject: str, secret: str, **facts: str) -> None:
    queue_account_notice(
        recipient=row.email,
        event=template,
        subject=subject,
        text=render_to_string(f"accounts/mail/{template}.txt", facts).strip() + "\n",
        secret=secret,
        about=_about(row),
    )


def _about(row: ClientInvitation | StaffInvitation) -> str:
    return f"{'client' if isinstance(row, ClientInvitation) else 'staff'}-invitation:{row.pk}"


def _zone(row: ClientInvitation | StaffInvitation) -> str:
    return row.organisation.time_zone if isinstance(row, ClientInvitation) else "Asia/Colombo"
