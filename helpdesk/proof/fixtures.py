"""What a working request of one's own looks like at each page: one line for each route.

A route that is neither here nor in `fixtures_api` fails the proof, and so does a kwarg without a thing. `Of("ticket")`
stands for a thing of the asking organisation, by its name in `seeds`; in its place the walk puts the victim's, then one
that does not exist. Plain words stand for themselves.
"""

from collections.abc import Mapping

from helpdesk.proof.fixtures_api import API
from helpdesk.proof.shapes import PLAIN, Fixture, Of, Upload, on, to

A_KEY = "00000000-0000-4000-8000-00000000abcd"
NEW_TICKET = {
    "subject": "Printer on fire", "description": "It burns.", "severity": "P3", "organisation": Of("organisation"),
    "requester": Of("client"), "follows": "", "submission_key": A_KEY,
}  # fmt: skip
ASKED = {"scope": "much", "workaround": "some", "data_risk": "no", "organisation": Of("organisation")}
HOLIDAY = {"date": "2031-06-03", "name": "A day off", "categories": "mercantile", "source": "A gazette"}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-17:00")
PASSWORDS = {"oldpassword": "proof-password-own", "password1": "another-proof-2", "password2": "another-proof-2"}
JOINS = {
    "key": "NEWONE", "name": "New one", "account_manager": Of("account_manager"), "deputy": Of("agent"),
    "calendar": Of("calendar"), "policy": Of("policy"),
}  # fmt: skip
NAMED = {"name": "New person", "email": "new@elsewhere.example"}
RESET_MAIL = "whoever names an address has a reset mail sent there, to its owner alone"

INVITED_MAIL = "an address that has an account is told so by mail, and the inviter is not"
LEVEL_TWO = dict.fromkeys(("account_manager", "deputy"), "staff are the vendor's: who serves it may hold level 2")
TAKEN = "one address, one account: an admin who adds somebody is told that an address is taken"
PK = frozenset({"pk"})
# Staff are the vendor's own, whom every admin administers: what must not be reached there is the victim's client.
AGENT, CLIENT = {"pk": "agent.user.pk"}, {"pk": "client"}

ROUTES: Mapping[str, Fixture] = {
    # The front door and health.
    "home": PLAIN,
    "inbox": PLAIN,
    "design": PLAIN,
    "inbox_read": Fixture(body={"upto": "999999999"}),
    "inbox_opened": Fixture(ids={"pk": "client_notice"}),
    "away": Fixture(body={"away_from": "2031-06-03 08:00"}),
    "notices": Fixture(body={"events": []}),
    "healthz": PLAIN,
    "readyz": Fixture(refuses="says how the machine stands, the same to everybody; here nothing runs that it asks for"),
    "robots": PLAIN,
    # Signing in.
    "account_login": Fixture(body={"login": Of("client.email"), "password": "proof-password-own"}),
    "account_logout": PLAIN,
    "account_change_password": Fixture(body=PASSWORDS),
    "account_reset_password": Fixture(body={"email": Of("client.email")}, mails_the_named=RESET_MAIL),
    "account_reset_password_done": PLAIN,
    "account_reset_password_from_key": Fixture(
        ids={"uidb36": "reset_uid", "key": "reset_key"}, secrets=frozenset({"key"})
    ),
    "account_reset_password_from_key_done": PLAIN,
    # Tickets.
    "tickets:list": PLAIN,
    "tickets:new": Fixture(body=NEW_TICKET),
    "tickets:proposal": Fixture(body=ASKED),
    "tickets:form_draft": Fixture(body={**ASKED, "subject": "Trouble so far"}),
    "tickets:queue": PLAIN,
    "tickets:bulk": Fixture(body={"verb": "reply", "ticket": Of("ticket")}),
    "tickets:bulk_runs": Fixture(
        body={"verb": "assign", "assignee": Of("agent"), "ticket": Of("ticket"), "submission_key": A_KEY}
    ),
    "tickets:bulk_run": Fixture(ids={"run_id": "bulk_run"}),
    "tickets:bulk_stop": Fixture(ids={"run_id": "bulk_run"}),
    "tickets:queue_counts": PLAIN,
    "tickets:views": Fixture(
        body={"name": "Urgent", "shared": "on", "severity": "P1", "organisation": Of("organisation")}
    ),
    "tickets:view": Fixture(ids={"pk": "saved_view"}, body={"name": "Another name"}),
    "tickets:view_sharing": Fixture(ids={"pk": "saved_view"}, body={"wanted": "off"}),
    "tickets:view_place": Fixture(ids={"pk": "saved_view"}, body={"to": "later"}),
    "tickets:view_removal": Fixture(ids={"pk": "saved_view"}),
    "tickets:escalations": PLAIN,
    "tickets:search": Fixture(query={"q": "trouble looking psst"}),
    "tickets:detail": PLAIN,
    "tickets:clocks": PLAIN,
    "tickets:confirm_severity": Fixture(
        ids={"public_id": "ticket_by_mail", "signed": "severity_link"},
        secrets=frozenset({"signed"}),
        body={**ASKED, "severity": "P2"},
    ),
    "tickets:reply": to(body="Hello."),
    "tickets:note": to(body="Psst."),
    "tickets:reply_preview": to(body="**Hello**."),
    "tickets:note_preview": to(body="**Psst**."),
    "tickets:put_macro": to(body="Hello.", macro=Of("macro")),
    "tickets:reply_draft": to(body="Hello so far.", seen="1"),
    "tickets:note_draft": to(body="Psst so far.", seen="1"),
    "tickets:mentions": Fixture(query={"q": "a"}),
    "tickets:stage_file": to(file=Upload("A file so far.")),
    "tickets:presence": to(seen="1", writing="reply"),
    "tickets:waiting": to(question="Which one?"),
    "tickets:resumption": on("ticket_waiting", reason="They rang."),
    "tickets:resolution": to(message="Done."),
    "tickets:withdrawal": to(reason="No need."),
    "tickets:reopening": on("ticket_resolved", reason="Still wrong."),
    "tickets:closure": on("ticket_resolved"),
    "tickets:following": to(person=Of("client_admin")),
    "tickets:unfollowing": to(person=Of("client_admin")),
    "tickets:rating": on("ticket_resolved", helped="partly", comment="It came late."),
    "tickets:assignment": to(assignee=Of("agent")),
    "tickets:severity": to(severity="P3", reason="Less urgent."),
    "tickets:plan": on("ticket_p4", planned_on="2031-06-03", reason="Next release."),
    "tickets:escalation": on("ticket_fresh", reason="Nobody answers."),
    "tickets:clients": PLAIN,
    "tickets:client": Fixture(ids={"key": "organisation"}),
    "tickets:taking": Fixture(ids={"pk": "escalation"}),
    "tickets:handing": Fixture(ids={"pk": "escalation"}, body={"reason": "I am away."}),
    "tickets:acknowledgement": Fixture(ids={"pk": "escalation"}),
    "tickets:merging": to(into=Of("ticket_fresh.reference")),
    "tickets:links": to(kind="blocks", number=Of("ticket_fresh.reference")),
    "tickets:unlink": Fixture(ids={"pk": "link"}),
    "tickets:tags": to(tags="Invoices, vip"),
    "tickets:untag": to(tags="proof"),
    "tickets:fields": to(),
    "tickets:file": Fixture(ids={"file_id": "file"}),
    # People of one's own organisation, and oneself.
    "account": Fixture(body={"name": "A new name", "time_zone": "Asia/Colombo"}),
    "tokens": Fixture(body={"name": "Script", "scopes": "read", "days": "90"}),
    "revoke_token": Fixture(ids={"pk": "client_token"}),
    "colleagues": Fixture(body={**NAMED, "role": "user"}, mails_the_named=INVITED_MAIL),
    "resend_colleague": Fixture(ids={"pk": "invitation"}),
    "revoke_colleague": Fixture(ids={"pk": "invitation"}),
    "share_own": Fixture(body={"wanted": "on"}),
    "no_invitation": Fixture(refuses="a link without its token opens nothing"),
    "invitation": Fixture(
        ids={"token": "invitation_token"},
        secrets=frozenset({"token"}),
        body={"name": "New person", "password": "another-proof-2", "again": "another-proof-2"},
    ),
    # The admins' rooms.
    "settings:audit": PLAIN,
    "settings:audit_export": PLAIN,
    "settings:account_outbox": PLAIN,
    "settings:retry_account_mail": Fixture(ids={"pk": "dead_account_mail"}),
    "settings:answer": Fixture(ids={"pk": "notice"}, refuses="the demo alone answers its own mails"),
    "settings:suppressed": PLAIN,
    "settings:lift_suppression": Fixture(ids={"pk": "suppression"}, body={"reason": "Their server works again."}),
    "settings:role": Fixture(ids={"pk": "client"}, body={"role": "admin", "reason": "Promoted."}),
    "settings:served": Fixture(ids=AGENT, theirs=CLIENT, body={"serves": Of("organisation")}),
    "settings:person_tokens": Fixture(ids={"pk": "client"}),
    "settings:revoke_token": Fixture(ids={"pk": "client", "token_id": "client_token"}),
    "settings:resend_client": Fixture(ids={"pk": "invitation"}),
    "settings:revoke_client": Fixture(ids={"pk": "invitation"}),
    "settings:resend_staff": Fixture(ids={"pk": "staff_invitation"}, shared=frozenset({"pk"})),
    "settings:revoke_staff": Fixture(ids={"pk": "staff_invitation"}, shared=frozenset({"pk"})),
    "settings:index": PLAIN,
    "settings:people": Fixture(query={"organisation": Of("organisation")}),
    "settings:new_client": Fixture(
        tells={"email": TAKEN}, body={**NAMED, "organisation": Of("organisation"), "role": "user"}
    ),
    "settings:new_staff": Fixture(
        tells={"email": TAKEN}, body={**NAMED, "role": "agent", "serves": Of("organisation")}
    ),
    "settings:person": Fixture(ids={"pk": "client"}),
    "settings:person POST": Fixture(ids=AGENT, theirs=CLIENT, body={"away_from": "2031-06-03 08:00"}),
    "settings:access": Fixture(ids={"pk": "client"}, body={"wanted": "off"}),
    "settings:teams": Fixture(ids=AGENT, theirs=CLIENT, body={"teams": "support"}),
    "settings:holidays": Fixture(body=HOLIDAY),
    "settings:confirmation": Fixture(body={"year": "2031"}),
    "settings:removal": Fixture(ids={"pk": "holiday"}, shared=frozenset({"pk"}), body={"reason": "A mistake."}),
    "settings:hours": Fixture(body={**WEEK, "effective_from": "2031-06-03", "reason": "Summer."}),
    "settings:withdrawal": Fixture(ids={"pk": "future_hours"}, shared=frozenset({"pk"}), body={"reason": "A mistake."}),
    "settings:organisations": Fixture(body=JOINS, tells=LEVEL_TWO),
    "settings:organisation": Fixture(
        ids={"key": "organisation"},
        tells=LEVEL_TWO,
        body={"account_manager": Of("account_manager"), "deputy": Of("agent")},
    ),
    "settings:share": Fixture(ids={"key": "organisation"}, body={"wanted": "on"}),
    "settings:team_list": PLAIN,
    "settings:team_assignment": Fixture(
        ids={"key": "team.key"}, shared=frozenset({"key"}), body={"assignment": "round_robin"}
    ),
    "settings:matrix": PLAIN,
    "settings:macros": PLAIN,
    "settings:new_macro": Fixture(body={"name": "Thanks", "body": "Hello {{requester.name}}.", "shared": "on"}),
    "settings:macro": Fixture(ids={"pk": "macro"}, shared=PK, body={"name": "Thanks again", "body": "Hello."}),
    "settings:macro_removal": Fixture(ids={"pk": "macro"}, shared=PK),
    "settings:fields": PLAIN,
    "settings:new_field": Fixture(body={"label": "Site", "kind": "text", "only_for": Of("organisation")}),
    "settings:field": Fixture(ids={"pk": "field"}, body={"label": "Another label", "position": "1"}),
    "settings:field_retirement": Fixture(ids={"pk": "field"}, body={"wanted": "on"}),
    "settings:outbox": PLAIN,
    "settings:notice": Fixture(ids={"pk": "notice"}),
    "settings:retry": Fixture(ids={"pk": "dead_notice"}),
    **API,
}
