"""What a working request of one's own looks like at each page: one line for each route.

A route that is neither here nor in `fixtures_api` fails the proof, and so does a kwarg without a thing. `Of("ticket")`
stands for a thing of the asking organisation, by its name in `seeds`; in its place the walk puts the victim's, then one
that does not exist. Plain words stand for themselves.
"""

from collections.abc import Mapping

from helpdesk.proof.fixtures_api import API, TRAINING
from helpdesk.proof.shapes import PLAIN, Fixture, Of, Upload, on, to

A_KEY = "00000000-0000-4000-8000-00000000abcd"
NEW_TICKET = {
    "subject": "Printer on fire", "description": "It burns.", "severity": "P3", "organisation": Of("organisation"),
    "requester": Of("client"), "follows": "", "submission_key": A_KEY,
}  # fmt: skip
COMPONENT = {"component": "components are published, the same for everybody"}
ASKED = {"scope": "much", "workaround": "some", "data_risk": "no", "organisation": Of("organisation")}
HOLIDAY = {"date": "2031-06-03", "name": "A day off", "categories": "mercantile", "source": "A gazette"}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "08:00-17:00")
PASSWORDS = {"oldpassword": "proof-password-own", "password1": "another-proof-2", "password2": "another-proof-2"}
JOINS = {
    "key": "NEWONE", "name": "New one", "account_manager": Of("account_manager"), "deputy": Of("agent"),
    "calendar": Of("calendar"), "policy": Of("policy"),
}  # fmt: skip
MATRIX = {
    "reminder_minutes": "270", "reason": "Tried", "seen": "1", "organisation": Of("organisation.key"), "severity": "P1",
    "at": "2031-06-03 08:00", "levels-TOTAL_FORMS": "0", "levels-INITIAL_FORMS": "0", "rules-TOTAL_FORMS": "0",
    "rules-INITIAL_FORMS": "0",
}  # fmt: skip
# Months are everybody's: whose figure it is says the person who asks, and for staff the organisation that they name.
A_MONTH = frozenset({"month"})
MONTH = Fixture(ids={"month": "uptime_month"}, shared=A_MONTH)
OWN_UPTIME = Fixture(query={"organisation": Of("organisation")})
OWN_MONTH = Fixture(ids={"month": "uptime_month"}, shared=A_MONTH, query={"organisation": Of("organisation")})
AGREED = {
    "effective_from": "2031-06-01", "partial_weight": "1", "emergency_cap_minutes": "60", "min_outage_minutes": "0",
    "reason": "Agreed anew", "organisation": Of("organisation"),
}  # fmt: skip
LEFT_OUT = {
    "reason": "customer_network", "begins_at": "2026-01-05 10:00", "ends_at": "2026-01-05 11:00", "audience": "listed",
    "evidence": "They say so.",
}  # fmt: skip
TOLD = {"phase": "identified", "body": "We have found it.", "promise": "60"}
OWN_INCIDENT = {"title": "Mail is slow", "kind": "incident", "audience": "listed"}
WINDOW = {
    "title": "New disks", "impact": "major_outage", "audience": "listed", "organisations": Of("organisation"),
    "begins_at": "2031-06-03 22:00", "ends_at": "2031-06-04 02:00", "anyway": "1",
}  # fmt: skip
SERIES = {
    "title": "Weekly work", "impact": "major_outage", "audience": "listed", "organisations": Of("organisation"),
    "rule": "FREQ=YEARLY", "first_on": "2031-06-03", "opens": "22:00", "minutes": "60", "zone": "Asia/Colombo",
}  # fmt: skip
OTHER_TIMES = {"begins_at": "2031-06-03 22:00", "ends_at": "2031-06-04 02:00", "anyway": "1", "reason": "Later."}
WORDS = {"name": "Found", "phase": "identified", "body": "We have found it."}
PROBED = {
    "component": Of("component.pk"), "name": "Door", "kind": "http", "address": "http://127.0.0.1:9/",
    "timeout": "5", "connect_timeout": "5",
}  # fmt: skip
NAMED = {"name": "New person", "email": "new@elsewhere.example"}
RESET_MAIL = "whoever names an address has a reset mail sent there, to its owner alone"

INVITED_MAIL = "an address that has an account is told so by mail, and the inviter is not"
LEVEL_TWO = dict.fromkeys(("account_manager", "deputy"), "staff are the vendor's: who serves it may hold level 2")
TAKEN = "one address, one account: an admin who adds somebody is told that an address is taken"
RAW_MAIL = Fixture(
    ids={"mail_id": "raw_mail"}, refuses="a raw mail is of no organisation: for admins who serve every one alone"
)
NO_PROVIDER = "takes signed posts of mail providers, and here none is set up"
PROVIDER = frozenset({"provider"})
FOR_ALL_WHY = "what every organisation has is changed by admins who serve every one alone"
PK = frozenset({"pk"})
PLAN = Fixture(ids={"plan_id": "plan"})
# The parts of the service are everybody's.
NOBODYS = "subscribers are nobody's people: for admins who serve every organisation alone"
OF_COMPONENT = Fixture(ids={"public_id": "component"}, shared=frozenset({"public_id"}))
CALENDAR, POLICY = {"key": "calendar.key"}, {"key": "policy.key"}
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
    "policy": PLAIN,
    "policy_version": Fixture(ids={"number": "one"}, shared=frozenset({"number"})),
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
    **dict.fromkeys(("tickets:mail", "tickets:mail_frame"), Fixture(ids={"pk": "mailed_entry"})),
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
    "tickets:outside": to(reason=TRAINING, message="Not covered."),
    "tickets:covered": on("ticket_outside", reason="It is."),
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
    "tickets:mail_in": Fixture(refuses="takes signed mail from machines, and here no secret is set"),
    "tickets:provider_inbound": Fixture(ids={"provider": "mail_provider"}, refuses=NO_PROVIDER, shared=PROVIDER),
    "tickets:provider_tracking": Fixture(ids={"provider": "mail_provider"}, refuses=NO_PROVIDER, shared=PROVIDER),
    # Incidents and what they concern.
    "status:incident": Fixture(ids={"public_id": "incident"}),
    "status:page": PLAIN,
    "status:history": Fixture(query={"q": "looking"}),
    "status:history_of": Fixture(ids={"month": "told_month"}, shared=frozenset({"month"})),
    "status:day": Fixture(ids={"day": "told_day"}, shared=frozenset({"day"})),
    "status:subscribe": Fixture(body={"address": "reader@near.example", "extent": "all"}),
    "status:subscribe_sent": PLAIN,
    "status:confirm_subscription": Fixture(ids={"token": "confirm_token"}, shared=frozenset({"token"})),
    "status:subscription": Fixture(ids={"token": "manage_token"}, shared=frozenset({"token"}), body={"extent": "all"}),
    "status:unsubscribe": Fixture(ids={"token": "manage_token"}, shared=frozenset({"token"})),
    "status:v2": Fixture(ids={"name": "v2_document"}, shared=frozenset({"name"})),
    "status:atom": PLAIN,
    "status:rss": PLAIN,
    "status:calendar": PLAIN,
    "status:badge": PLAIN,
    "status:component_calendar": OF_COMPONENT,
    "status:component_badge": OF_COMPONENT,
    "status:banner": PLAIN,
    "status:put_away": Fixture(body={"mark": "0" * 36, "back": "/"}),
    "status:matches": Fixture(body={"subject": "Slow since nine", "description": "It is slow."}),
    "status:known": PLAIN,
    "status:uptime": PLAIN,
    **dict.fromkeys(("status:uptime_month", "status:uptime_json", "status:uptime_csv"), MONTH),
    "status:own_uptime": OWN_UPTIME,
    **dict.fromkeys(("status:own_uptime_month", "status:own_uptime_json", "status:own_uptime_csv"), OWN_MONTH),
    "status:uptime_now": PLAIN,
    "status:exclusions": PLAIN,
    "status:new_exclusion": Fixture(body={**LEFT_OUT, "organisations": Of("organisation")}),
    **dict.fromkeys(("status:exclusion", "status:exclusion_approval"), Fixture(ids={"public_id": "exclusion"})),
    "status:exclusion_refusal": Fixture(ids={"public_id": "exclusion"}, body={"why": "It was not."}),
    "status:me_too": Fixture(ids={"public_id": "incident"}, body={"subject": "It fails too"}),
    "status:of_ticket": to(),
    "status:incidents": PLAIN,
    # For one's own alone: what is for everybody is meant to reach everybody's banner.
    "status:new": Fixture(body={**TOLD, **OWN_INCIDENT, "organisations": Of("organisation")}),
    "status:surge_dismissal": Fixture(ids={"public_id": "surge"}),
    "status:manage": Fixture(ids={"public_id": "incident"}, body=TOLD),
    "status:publication": Fixture(ids={"public_id": "draft_incident"}),
    "status:in_app": Fixture(ids={"public_id": "incident"}, body={"wanted": "off"}),
    "status:retraction": Fixture(ids={"public_id": "incident"}, body={"reason": "It was none."}),
    "status:attachment": Fixture(ids={"public_id": "incident"}, body={"number": Of("ticket_p4.reference")}),
    "status:detachment": Fixture(ids={"public_id": "incident", "ticket_id": "ticket"}),
    "settings:uptime_terms": Fixture(body=AGREED),
    "settings:subscribers": Fixture(refuses=NOBODYS),
    "settings:subscriber_removal": Fixture(
        ids={"public_id": "subscriber"}, shared=frozenset({"public_id"}), refuses=NOBODYS
    ),
    # Maintenance, likewise.
    "status:window": Fixture(ids={"public_id": "window"}),
    "status:usual_windows": PLAIN,
    "status:windows": PLAIN,
    "status:new_window": Fixture(body=WINDOW),
    "status:window_preview": Fixture(body=WINDOW),
    "status:manage_window": Fixture(ids={"public_id": "window"}),
    "status:window_publication": Fixture(ids={"public_id": "draft_window"}),
    "status:window_work": Fixture(ids={"public_id": "window"}, body={"step": "start"}),
    "status:window_times": Fixture(ids={"public_id": "window"}, body=OTHER_TIMES),
    "status:window_words": Fixture(ids={"public_id": "window"}, body={"title": "Disks and fans", "body": "Both."}),
    "status:window_extension": Fixture(ids={"public_id": "window"}, body=OTHER_TIMES),
    "status:window_cancellation": Fixture(ids={"public_id": "window"}, body={"reason": "No disks came."}),
    "status:all_series": PLAIN,
    "status:new_series": Fixture(body=SERIES),
    "status:one_series": Fixture(ids={"public_id": "maintenance_series"}, body=SERIES),
    "status:series_end": Fixture(ids={"public_id": "maintenance_series"}),
    "settings:usual_windows": Fixture(body={"weekday": "6", "opens": "03:00", "closes": "05:00"}),
    "settings:usual_window_removal": Fixture(ids={"pk": "usual_window"}, shared=PK),
    "settings:components": PLAIN,
    "settings:new_component": Fixture(body={"name": "Another part", "core": "on", "position": "1"}),
    "settings:component": Fixture(ids={"pk": "component.pk"}, shared=PK, body={"name": "A part", "position": "1"}),
    "settings:component_retirement": Fixture(ids={"pk": "component.pk"}, shared=PK),
    "settings:probes": PLAIN,
    "settings:new_probe": Fixture(
        tells=COMPONENT, body={**PROBED, "interval": "600", "fail_threshold": "3", "success_threshold": "2"}
    ),
    "settings:probe": Fixture(ids={"pk": "probe"}, shared=PK),
    "settings:change_probe": Fixture(ids={"pk": "probe"}, shared=PK, tells=COMPONENT, body=PROBED),
    "settings:pause_probe": Fixture(ids={"pk": "probe"}, shared=PK),
    "settings:ask_probe": Fixture(ids={"pk": "probe"}, shared=PK),
    "settings:update_templates": PLAIN,
    "settings:new_update_template": Fixture(body=WORDS),
    "settings:update_template": Fixture(ids={"pk": "update_template"}, shared=PK, body=WORDS),
    "settings:update_template_removal": Fixture(ids={"pk": "update_template"}, shared=PK),
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
    "settings:calendars": Fixture(body={**WEEK, "key": "another", "name": "Another", "time_zone": "Asia/Colombo"}),
    "settings:calendar": Fixture(ids=CALENDAR, body={**HOLIDAY, "date": "2031-06-04"}),
    "settings:calendar_rule": Fixture(ids=CALENDAR, body={"closes_on": "public"}),
    "settings:year_confirmation": Fixture(ids=CALENDAR, body={"year": "2031"}),
    "settings:calendar_swap": Fixture(
        ids=CALENDAR, body={"closed": "2031-06-05", "worked": "2031-06-07", "note": "A long weekend."}
    ),
    "settings:calendar_day": Fixture(
        ids={**CALENDAR, "day": "holiday.date"},
        shared=frozenset({"day"}),
        body={"edit": "own", "own-kind": "half_day", "own-hours": "08:00-12:00", "own-note": "A half day."},
    ),
    "settings:organisation_calendar": Fixture(ids={"key": "organisation"}, body={"calendar": Of("calendar")}),
    "settings:holidays": PLAIN,
    "settings:calendar_import": Fixture(ids=CALENDAR, body={"kind": "package", "year": "2026", "country": "LK"}),
    "settings:calendar_taking": Fixture(
        ids=CALENDAR, refuses="takes what the page before it has signed; a made-up proposal is refused"
    ),
    "calendar_feed": Fixture(ids={**CALENDAR, "mark": "feed_mark"}, secrets=frozenset({"mark"})),
    "settings:plans": PLAIN,
    "settings:plan": PLAN,
    "settings:plan_confirmation": Fixture(ids={"plan_id": "ready_plan"}, body={"reach": "running"}),
    "settings:plan_leaving": PLAN,
    "settings:plan_recount": Fixture(ids={"plan_id": "ready_plan"}),
    "settings:hours": PLAIN,
    "settings:hours POST": Fixture(
        body={**WEEK, "effective_from": "2031-06-03", "reason": "Summer."}, refuses=FOR_ALL_WHY
    ),
    "settings:withdrawal": Fixture(ids={"pk": "future_hours"}, body={"reason": "A mistake."}),
    "settings:organisations": Fixture(body=JOINS, tells=LEVEL_TWO),
    "settings:organisation": Fixture(
        ids={"key": "organisation"},
        tells=LEVEL_TWO,
        body={"account_manager": Of("account_manager"), "deputy": Of("agent")},
    ),
    "settings:share": Fixture(ids={"key": "organisation"}, body={"wanted": "on"}),
    "settings:domains": Fixture(ids={"key": "organisation"}, body={"domain": "mail.proof-domain.org"}),
    "settings:domain_check": Fixture(
        ids={"key": "organisation", "pk": "domain"}, refuses="no name server answers for a domain that is nobody's"
    ),
    "settings:domain_removal": Fixture(ids={"key": "organisation", "pk": "domain"}),
    "settings:confirm_person": Fixture(ids={"pk": "newcomer"}),
    "settings:team_list": PLAIN,
    "settings:team_assignment": Fixture(
        ids={"key": "team.key"}, shared=frozenset({"key"}), body={"assignment": "round_robin"}
    ),
    "settings:policies": PLAIN,
    "settings:policy": Fixture(ids=POLICY, body={"reason": "Agreed."}),
    "settings:policy_edit": Fixture(ids=POLICY),
    "settings:policy_edit POST": Fixture(
        ids=POLICY, body={"seen": "1"}, refuses="takes a whole policy: the table of severities, the lists, the figures"
    ),
    "settings:matrix": PLAIN,
    "settings:matrix_edit": PLAIN,
    "settings:matrix_edit POST": Fixture(body=MATRIX, refuses=FOR_ALL_WHY),
    "settings:clock_check": PLAIN,
    "settings:clock_check_now": PLAIN,
    "settings:macros": PLAIN,
    "settings:new_macro": Fixture(body={"name": "Thanks", "body": "Hello {{requester.name}}.", "shared": "on"}),
    "settings:macro": Fixture(ids={"pk": "macro"}, shared=PK, body={"name": "Thanks again", "body": "Hello."}),
    "settings:macro_removal": Fixture(ids={"pk": "macro"}, shared=PK),
    "settings:fields": PLAIN,
    "settings:new_field": Fixture(body={"label": "Site", "kind": "text", "only_for": Of("organisation")}),
    "settings:field": Fixture(ids={"pk": "field"}, body={"label": "Another label", "position": "1"}),
    "settings:field_retirement": Fixture(ids={"pk": "field"}, body={"wanted": "on"}),
    **dict.fromkeys(
        ("settings:mails", "settings:mail_channels", "settings:mail_test"),
        Fixture(refuses="raw mails are of no organisation: for admins who serve every one alone"),
    ),
    **dict.fromkeys(
        (f"settings:mail{part}" for part in ("", "_source", "_release", "_block", "_unblock", "_reading")), RAW_MAIL
    ),
    "settings:mail_post_reading": Fixture(
        ids={"pk": "provider_post"}, refuses="a provider's post is of no organisation: for admins who serve every one"
    ),
    "settings:outbox": PLAIN,
    "settings:notice": Fixture(ids={"pk": "notice"}),
    "settings:retry": Fixture(ids={"pk": "dead_notice"}),
    **API,
}
