"""What each organisation is given. A new feature adds a function here; its rows are then canaries and targets.

A seed takes the side, the aviary and the instant, and returns named things for the fixtures. It must be repeatable:
the walk calls it again to see whether anybody else notices.
"""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations import add_contact, add_domain, invite_client, invite_staff
from helpdesk.accounts.operations.domains import settle_domain
from helpdesk.accounts.operations.tokens import create_token, note_use
from helpdesk.accounts.permissions import Scope
from helpdesk.api.operations import claim_request, settle_request
from helpdesk.lib.actors import SYSTEM, Actor
from helpdesk.notifications.models import AccountNotice, DeliveryState, Direction, Notice, Suppression
from helpdesk.notifications.operations import queue_account_notice, record_bounce, record_message
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import reply_address
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.seeds_policy import plans, terms
from helpdesk.proof.seeds_status import incidents, maintenance
from helpdesk.proof.sides import Side
from tickets.confirming import confirmation_path
from tickets.inbound.imap import mailbox_of
from tickets.lists.queue_filters import filters_of
from tickets.models import (
    Attachment,
    Channel,
    ClockDifference,
    DraftKind,
    FieldDefinition,
    Macro,
    MailChannel,
    MailMessage,
    PostKind,
    ProviderPost,
    ReplayRun,
    Ticket,
    TicketLink,
    TimelineEntry,
)
from tickets.operations import conversation, covering, handling, status
from tickets.operations.attachments import upload_attachment
from tickets.operations.bulk import start_run
from tickets.operations.drafts import save_draft
from tickets.operations.feedback import give_feedback
from tickets.operations.field_values import set_fields
from tickets.operations.fields import FieldText, define_field
from tickets.operations.form_drafts import save_form
from tickets.operations.inbound.canary import ask_canary
from tickets.operations.inbound.polling import poll_mailbox
from tickets.operations.inbound.provider_posts import store_post
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail
from tickets.operations.intake import open_ticket
from tickets.operations.labels import tag_ticket
from tickets.operations.linking import link_tickets
from tickets.operations.macros import MacroText, create_macro
from tickets.operations.replay_runs import begin_replay, go_on_replaying
from tickets.operations.views import save_view
from tickets.operations.watching import watch

STATES = ("fresh", "waiting", "resolved", "closed")
PEOPLE = ("client", "client_admin", "agent", "account_manager", "admin")
LINK = re.compile(r"/invitations/([\w-]+)/")
LONG_AGO = timedelta(days=20)
EARLIER = timedelta(hours=1)  # past the wait before an invitation may be sent again
Seed = Callable[[Side, Aviary, datetime], dict[str, Any]]


def password_of(side: str) -> str:
    """The password of everybody of one side; nobody's opens another's account."""
    return f"proof-password-{side}"


def _ticket(side: Side, aviary: Aviary, severity: str, at: datetime, **more: Any) -> Ticket:
    return open_ticket(
        organisation=side.organisation, requester=side.person("client"), severity=severity, at=at,
        subject=f"Trouble {aviary.text(side.key, 'a subject as typed')}", actor=side.actor("client"),
        description=f"It fails {aviary.text(side.key, 'a description as typed')}", **more,
    )  # fmt: skip


def tickets_in_every_state(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """One overdue with an answer and a note, one fresh, and one of each state that a verb needs."""
    made = {f"ticket_{state}": _ticket(side, aviary, "P2", at) for state in STATES}
    made |= {"ticket": _ticket(side, aviary, "P1", at - LONG_AGO), "ticket_p4": _ticket(side, aviary, "P4", at)}
    made |= {"ticket_outside": _ticket(side, aviary, "P3", at)}
    mailed = _ticket(side, aviary, "P3", at, channel=Channel.MAIL, severity_named=False)
    made |= {"ticket_by_mail": mailed}
    agent = side.actor("agent")
    old, later = made["ticket"], at - LONG_AGO + timedelta(minutes=5)
    text = f"Looking {aviary.text(side.key, 'a reply as typed')}"
    answer = conversation.reply(ticket=old, actor=agent, body=text, at=later)
    conversation.add_note(ticket=old, actor=agent, body=f"Psst {aviary.text(side.key, 'a note as typed')}", at=later)
    conversation.wait_for_client(ticket=made["ticket_waiting"], actor=agent, question="Which one?", at=at)
    covering.mark_outside(ticket=made["ticket_outside"], reason="Training", message="No.", actor=agent, at=at)
    for name in ("ticket_resolved", "ticket_closed"):
        status.resolve(ticket=made[name], actor=agent, message="Done.", at=at)
    status.close(ticket=made["ticket_closed"], actor=side.actor("client"), at=at)
    comment = f"It took long {aviary.text(side.key, 'a comment as typed')}"
    give_feedback(ticket=made["ticket_closed"], helped="partly", comment=comment, actor=side.actor("client"), at=at)
    watch(ticket=old, user=side.person("client_admin"), actor=side.actor("client"), at=later)
    handling.escalate(ticket=old, reason=f"Why {aviary.text(side.key, 'a reason as typed')}", actor=agent, at=later)
    link = confirmation_path(mailed, side.person("client")).split("/")[-2]
    return {**made, "severity_link": link, "escalation": old.escalations.latest("pk"), "message": answer}


def drafts(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """What a client and an agent have begun to write on the ticket, and a client's form of a new one."""
    ticket = side.things["ticket"]
    for role, kind in (("client", DraftKind.REPLY), ("agent", DraftKind.NOTE)):
        body = aviary.text(side.key, f"the draft of the {role}")
        save_draft(ticket=ticket, actor=side.actor(role), kind=kind, body=body, seen=1, at=at)
    form = {"subject": aviary.text(side.key, "the form of a new ticket")}
    save_form(organisation=side.organisation, actor=side.actor("client"), typed=form, submission_key=uuid4(), at=at)
    return {}


def beside_the_ticket(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """What stands beside a ticket's timeline: its tags, what it is linked with."""
    ticket, agent = side.things["ticket"], side.actor("agent")
    field = _field(side, aviary, at)
    set_fields(ticket=ticket, values={field.pk: aviary.text(side.key, "a field's value as typed")}, actor=agent, at=at)
    tag_ticket(ticket=ticket, actor=agent, add=[aviary.text(side.key, "a tag as typed")], at=at)
    other = side.things["ticket_p4"]
    link = TicketLink.objects.filter(ticket=ticket, other=other).first()
    made = link or link_tickets(ticket=ticket, other=other, kind="blocks", actor=agent, at=at)
    return {"link": made, "field": field}


def _field(side: Side, aviary: Aviary, at: datetime) -> FieldDefinition:
    """A custom field of this organisation alone; defined once, however often the seeds run."""
    found: FieldDefinition | None = side.things.get("field")
    text = FieldText(label=f"Site {aviary.text(side.key, 'the label of a field')}", visible=True, fillable=True)
    return found or define_field(actor=side.actor("admin"), text=text, kind="text", only_for=side.organisation, at=at)


def mails(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A mail about somebody's account, the notices that the tickets have queued, and the id of a mail received."""
    record_message(
        organisation_id=side.organisation.pk,
        reference=side.things["ticket"].reference,
        message_id=f"{side.key}@mail.example".lower(),
        direction=Direction.IN,
        address=side.person("client").email,
        at=at,
    )
    words = {"subject": "Reset", "text": f"Link {aviary.text(side.key, 'an account mail')}"}
    queue_account_notice(recipient=side.person("client").email, event="password_reset_key", **words)
    notices = Notice.objects.filter(organisation=side.organisation)
    dead = notices.latest("pk")
    notices.filter(pk=dead.pk).update(state=DeliveryState.DEAD)  # as the sender leaves it after the last attempt
    lost = AccountNotice.objects.filter(recipient=side.person("client").email)
    lost.update(state=DeliveryState.DEAD)
    own = notices.filter(recipient=side.person("client").email).exclude(state=DeliveryState.DEAD).earliest("pk")
    colleague = side.person("client_admin").email
    queue_account_notice(recipient=colleague, event="password_reset_key", **words)
    lost_mail = AccountNotice.objects.filter(recipient=colleague).latest("pk")
    record_bounce(message_id=lost_mail.message_id, recipient=colleague, permanent=True, status="5.1.1", at=at)
    return {
        "suppression": Suppression.objects.get(address=colleague.lower()),
        "client_notice": own,
        "notice": notices.earliest("pk"),
        "dead_notice": dead,
        "dead_account_mail": lost.latest("pk"),
    }


def mail_received(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A mail to the reply address of the client's own, read into the ticket, and one of a stranger, which waits.

    The same ones, however often they come.
    """
    client, ticket = side.person("client"), side.things["ticket"]
    to = reply_address(
        purpose=Purpose.REPLY, organisation_id=ticket.organisation_id, number=ticket.number, recipient=client.email
    )
    words = aviary.text(side.key, "a mail as typed")
    text = f"From: {client.email}\nTo: {to}\nMessage-ID: <{words}@mail.example>\nSubject: {words}\n"
    text += f"Content-Type: text/html\n\n<p>See {words}</p>\n"
    row = receive_mail(raw=text.encode(), channel=MailChannel.SMTP, mail_from=client.email, recipients=[to], at=at)
    process_mail(mail_id=row.pk, at=at)
    strange = f"From: stranger@{side.key}.elsewhere.example\nSubject: {words}\n\nWho reads {words}?\n"
    waits = receive_mail(raw=strange.encode(), channel=MailChannel.SMTP, at=at)
    process_mail(mail_id=waits.pk, at=at)
    ask_canary(actor=SYSTEM, at=at)
    # Nobody listens there: what a mailbox's row says of itself is who it is, and that.
    poll_mailbox(box=mailbox_of(f"imap://{side.key}:{words}@127.0.0.1:1/"))
    store_post(
        provider="mailgun", kind=PostKind.TRACKING, key=words, content_type="text/plain", headers={},
        body=f"Of {words}".encode(), at=at,
    )  # fmt: skip
    post = ProviderPost.objects.get(provider="mailgun", kind=PostKind.TRACKING, key=words)
    entry = MailMessage.objects.filter(ticket=ticket).latest("pk").entry_pk
    made = {"mailed_entry": TimelineEntry.objects.get(pk=entry), "mail_provider": "mailgun", "provider_post": post}
    return {"raw_mail": waits, **made}


def reset_link(side: Side, _aviary: Aviary, _at: datetime) -> dict[str, Any]:
    """The two parts of a password reset's address."""
    client: User = side.person("client")
    return {"reset_uid": user_pk_to_url_str(client), "reset_key": default_token_generator.make_token(client)}


def domains(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A mail domain whose DNS shows its token, and somebody who has come by it; once is enough."""
    if "domain" in side.things:
        return {}
    name = f"{aviary.text(side.key, 'a mail domain')}.org"
    asked = add_domain(organisation=side.organisation, domain=name, actor=side.actor("admin"), at=at)
    row = settle_domain(domain=asked, found=True, at=at)
    newcomer = add_contact(domain=row, email=f"{aviary.text(side.key, 'a newcomer')}@{name}", name="", at=at)
    return {"domain": row, "newcomer": newcomer.user}


def files(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A file on the ticket, one on an internal note, and one that waits for its message."""
    if "file" in side.things:  # content is not rolled back: once is enough
        return {}
    client, agent = side.actor("client"), side.actor("agent")
    public, internal, staged = (_file(side, aviary, actor, at) for actor in (client, agent, client))
    ticket = side.things["ticket"]
    conversation.reply(ticket=ticket, actor=client, body="See the file.", attachments=[public.public_id], at=at)
    conversation.add_note(ticket=ticket, actor=agent, body="Internal.", attachments=[internal.public_id], at=at)
    return {"file": public, "internal_file": internal, "staged": staged}


def _file(side: Side, aviary: Aviary, actor: Actor, at: datetime) -> Attachment:
    content = BytesIO(aviary.text(side.key, "the content of a file").encode())
    name = f"{aviary.text(side.key, 'the name of a file')}.txt"
    return upload_attachment(organisation=side.organisation, file=content, name=name, actor=actor, at=at)


def invitations(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """One to the organisation; its link is known from its mail."""
    admin, box = side.actor("admin"), aviary.text(side.key, "an invited person's e-mail")
    email = f"{box}@{side.things['client'].email.partition('@')[2]}"
    sent_at = at - EARLIER
    made = invite_client(organisation=side.organisation, email=email, name="", role="user", actor=admin, at=sent_at)
    token = LINK.search(AccountNotice.objects.filter(recipient=email).latest("pk").secret)
    assert token is not None
    return {"invitation": made, "invitation_token": token[1]}


def staff_invitation(side: Side, _aviary: Aviary, at: datetime) -> dict[str, Any]:
    """One to the vendor's side: the vendor's own, so once is enough, and no canary is in it."""
    if "staff_invitation" in side.things:
        return {}
    address, admin = f"new.agent.{side.organisation.pk}@staff.example", side.actor("admin")
    made = invite_staff(email=address, role="agent", serves=[side.organisation], actor=admin, at=at - EARLIER)
    return {"staff_invitation": made}


def tokens(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """An API token of every person, with every right that it can have."""
    found: dict[str, Any] = {}
    for role in PEOPLE:
        name, person = aviary.text(side.key, f"the name of a token of a {role}"), side.person(role)
        scopes, actor = [scope.value for scope in Scope], side.actor(role)
        row, text = create_token(person=person, name=name, scopes=scopes, days=30, actor=actor, at=at)
        note_use(token=row, at=at)  # else every request would note the first one anew
        found |= {f"{role}_token": row, f"{role}_bearer": text}
    return found


def used_key(side: Side, aviary: Aviary, _at: datetime) -> dict[str, Any]:
    """An idempotency key that this organisation's client has used, for a ticket."""
    key, client = aviary.text(side.key, "an idempotency key"), side.person("client")
    claimed, _ = claim_request(person_id=client.pk, key=key, fingerprint="0" * 64)
    settle_request(claimed=claimed, status=201, location=f"/api/v1/tickets/{side.things['ticket'].public_id}/")
    return {"idempotency_key": key}


def views(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A view of the queue that the agent shares; it names the organisation, so only who serves it may know of it."""
    filters = filters_of({"severity": "P1"}, organisation=side.organisation)
    name = f"Urgent {aviary.text(side.key, 'the name of a view')}"
    kept, _ = save_view(name=name, filters=filters, shared=True, actor=side.actor("agent"), at=at)
    return {"saved_view": kept}


def bulk(side: Side, _aviary: Aviary, at: datetime) -> dict[str, Any]:
    """A run over two tickets that waits for a worker."""
    chosen = [side.things[name].public_id for name in ("ticket", "ticket_p4")]
    run = start_run(
        verb="assign", arguments={"assignee": ""}, tickets=chosen, actor=side.actor("agent"), at=at,
        submission_key=uuid.uuid4(),
    )  # fmt: skip
    return {"bulk_run": run}


def replayed(side: Side, _aviary: Aviary, _at: datetime) -> dict[str, Any]:
    """A replay of the clocks, and what it would have found if somebody had written over one."""
    ticket = side.things["ticket_p4"]
    if not ReplayRun.objects.filter(ended_at__isnull=False).exists():
        begin_replay()
        go_on_replaying()
    run = ReplayRun.objects.filter(ended_at__isnull=False).latest("pk")
    ClockDifference.objects.create(
        organisation=ticket.organisation, run=run, ticket=ticket, kind="response", field="state", stored="paused",
        folded="running", found_at=run.begun_at,
    )  # fmt: skip
    return {}


def published(_side: Side, _aviary: Aviary, _at: datetime) -> dict[str, Any]:
    """What belongs to nobody in particular."""
    return {"team": Team.objects.get(key="support"), "macro": _macro(), "a_year": "2031", "one": "1"}


def _macro() -> Macro:
    """A reply template of all staff; made once, however often the seeds run."""
    text = MacroText(name="Greeting", body="Hello {{requester.first_name}}, thank you.")
    found = Macro.objects.filter(name=text.name, owner__isnull=True).first()
    return found or create_macro(actor=SYSTEM, text=text, shared=True)


SEEDS: list[Seed] = [
    tickets_in_every_state,
    drafts,
    beside_the_ticket,
    mails,
    mail_received,
    domains,
    files,
    invitations,
    staff_invitation,
    tokens,
    reset_link,
    used_key,
    views,
    bulk,
    replayed,
    published,
    terms,
    incidents,
    maintenance,
    plans,  # after what it edits has been edited
]
