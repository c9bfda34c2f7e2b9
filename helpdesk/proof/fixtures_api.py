"""What a working request of one's own looks like at each operation of the API: one line for each change.

A line named by the route alone stands for its GET; `NAME METHOD` is one change with its body.
"""

from collections.abc import Mapping
from dataclasses import replace

from helpdesk.proof.shapes import ANY_VERSION, PLAIN, Fixture, Of, Upload

WHY = {"reason": "Because."}
TRAINING = "Training"  # one of the seeded policy's reasons
WAITING, RESOLVED = {"public_id": "ticket_waiting"}, {"public_id": "ticket_resolved"}

LEVEL_TWO = dict.fromkeys(("account_manager", "deputy"), "staff are the vendor's: who serves it may hold level 2")
TAKEN = "one address, one account: an admin who invites somebody is told that an address is taken"
NAMED = {"email": "new@elsewhere.example", "name": "New person"}
FILE = Fixture(ids={"file_id": "file"})
INVITATION = Fixture(ids={"pk": "invitation"})
# Staff are the vendor's: there is no victim's one to put in their place.
STAFF_INVITATION = Fixture(ids={"pk": "staff_invitation"}, shared=frozenset({"pk"}))
CALENDAR = Fixture(ids={"key": "calendar.key"})
POLICY = Fixture(ids={"key": "policy.key"})
TEAM = Fixture(ids={"key": "team.key"}, shared=frozenset({"key"}))

API: Mapping[str, Fixture] = {
    "api:page": PLAIN,
    "api:schema": PLAIN,
    "api:me": PLAIN,
    "api:nothing": Fixture(refuses="whatever is no address of the API is answered with 404"),
    "api:tickets": PLAIN,
    "api:tickets POST": Fixture(
        body={
            "subject": "Printer on fire",
            "description": "It burns.",
            "severity": "P3",
            "requester": Of("client"),
            "organisation": Of("organisation"),
            "attachments": [Of("staged")],
        }
    ),
    "api:ticket": PLAIN,
    "api:ticket PATCH": Fixture(headers=ANY_VERSION, body={"assignee": Of("agent.user.pk")}),
    "api:messages": PLAIN,
    "api:messages POST": Fixture(body={"body": "Hello.", "attachments": [Of("staged")]}),
    "api:message": Fixture(ids={"pk": "message"}),
    "api:timeline": PLAIN,
    "api:clocks": PLAIN,
    "api:escalations": PLAIN,
    "api:escalations POST": Fixture(ids={"public_id": "ticket_fresh"}, body=WHY),
    "api:escalation": Fixture(ids={"pk": "escalation"}),
    "api:acknowledgement": Fixture(ids={"pk": "escalation"}),
    "api:waiting": Fixture(body={"question": "Which one?"}),
    "api:resumption": Fixture(ids=WAITING, body=WHY),
    "api:outside": Fixture(body={"reason": TRAINING, "message": "Not covered."}),
    "api:covered": Fixture(ids={"public_id": "ticket_outside"}, body=WHY),
    "api:resolution": Fixture(body={"message": "Done."}),
    "api:withdrawal": Fixture(body=WHY),
    "api:reopening": Fixture(ids=RESOLVED, body=WHY),
    "api:closure": Fixture(ids=RESOLVED),
    "api:unacknowledged": PLAIN,
    # Files.
    "api:attachments POST": Fixture(is_form=True, body={"file": Upload("hello"), "organisation": Of("organisation")}),
    "api:attachment": Fixture(ids={"file_id": "staged"}),
    "api:ticket_attachments": PLAIN,
    "api:ticket_attachment": FILE,
    "api:content": FILE,
    # People and organisations.
    "api:organisations": PLAIN,
    "api:organisations POST": Fixture(
        tells=LEVEL_TWO,
        body={
            "key": "NEWONE",
            "name": "New one",
            "account_manager": Of("account_manager.user.pk"),
            "deputy": Of("agent.user.pk"),
            "calendar": "sri-lanka",
            "policy": "standard",
        },
    ),
    "api:organisation": Fixture(ids={"key": "organisation"}),
    "api:organisation PATCH": Fixture(headers=ANY_VERSION, tells=LEVEL_TWO, body={"deputy": Of("agent.user.pk")}),
    "api:people": PLAIN,
    "api:person": Fixture(ids={"pk": "client"}),
    "api:person PATCH": Fixture(headers=ANY_VERSION, body={"role": "client_admin", **WHY}),
    "api:teams": PLAIN,
    "api:team": TEAM,
    "api:invitations": PLAIN,
    "api:invitations POST": Fixture(
        mails_the_named="an address that has an account is told so by mail",
        tells={"email": TAKEN},
        body={**NAMED, "role": "client_user", "organisation": Of("organisation")},
    ),
    "api:invitation": INVITATION,
    "api:resending": INVITATION,
    "api:staff_invitations": PLAIN,
    "api:staff_invitations POST": Fixture(
        tells={"email": TAKEN}, body={**NAMED, "role": "agent", "serves": [Of("organisation")]}
    ),
    "api:staff_invitation": STAFF_INVITATION,
    "api:staff_resending": STAFF_INVITATION,
    # What is published.
    "api:calendars": PLAIN,
    "api:calendar": CALENDAR,
    "api:confirmation": Fixture(ids={**CALENDAR.ids, "year": "a_year"}, shared=frozenset({"year"})),
    "api:exceptions": CALENDAR,
    "api:holidays": CALENDAR,
    "api:holidays POST": replace(
        CALENDAR, body={"date": "2031-06-03", "name": "A day", "categories": ["mercantile"], "source": "A gazette"}
    ),
    "api:holiday": Fixture(ids={**CALENDAR.ids, "pk": "holiday"}),
    "api:holiday DELETE": Fixture(query=WHY),
    "api:support_hours": CALENDAR,
    "api:support_hours POST": replace(
        CALENDAR, body={"effective_from": "2031-06-03", "hours": {"mon": [["08:00", "17:00"]]}, "reason": "Summer."}
    ),
    "api:one_support_hours": Fixture(ids={**CALENDAR.ids, "pk": "future_hours"}),
    "api:one_support_hours DELETE": Fixture(query=WHY),
    "api:policies": PLAIN,
    "api:policy": POLICY,
    "api:policy_versions": POLICY,
    "api:policy_version": Fixture(ids={**POLICY.ids, "number": "one"}, shared=frozenset({"number"})),
    "api:matrix": PLAIN,
}
