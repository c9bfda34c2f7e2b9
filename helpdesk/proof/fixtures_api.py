"""What a working request of one's own looks like at each operation of the API: one line for each change.

A line named by the route alone stands for its GET; `NAME METHOD` is one change with its body.
"""

from collections.abc import Mapping

from helpdesk.proof.shapes import ANY_VERSION, PLAIN, Fixture, Of, Upload

WHY = {"reason": "Because."}
WAITING, RESOLVED = {"public_id": "ticket_waiting"}, {"public_id": "ticket_resolved"}

API: Mapping[str, Fixture] = {
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
    "api:resolution": Fixture(body={"message": "Done."}),
    "api:withdrawal": Fixture(body=WHY),
    "api:reopening": Fixture(ids=RESOLVED, body=WHY),
    "api:closure": Fixture(ids=RESOLVED),
    # Files.
    "api:attachments": PLAIN,
    "api:attachments POST": Fixture(is_form=True, body={"file": Upload("hello"), "organisation": Of("organisation")}),
}
