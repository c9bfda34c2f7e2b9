"""Every operation of the published document, asked by a machine that knows nothing else, in every role.

In the suite a run is short, from a fixed seed. `HELPDESK_API_EXAMPLES=50` asks for so many examples of each operation,
and for the systematic cases too: each boundary of each field, each missing header, each method that is not listed.
"""

import os

import pytest
from django.db import connections
from rest_framework.response import Response
from schemathesis.python import wsgi

from helpdesk.accounts.queries import member_of
from helpdesk.api.views.document import document
from helpdesk.lib.tenancy import system_scope
from tests.api_outside.conftest import identity
from tests.api_outside.knowledge import knowledge
from tests.api_outside.runs import Findings, InProcess, run
from tests.support import in_turn
from tickets.queries import get_ticket

WANTED = os.environ.get("HELPDESK_API_EXAMPLES", "")
FEW = 1
PHASES = ["examples", "fuzzing", "stateful", *(["coverage"] if WANTED else [])]
ROLES = {  # who asks, and who must get nothing of what is theirs alone
    "client user": ("alice", "bob"),
    "client admin": ("amara", "gil"),
    "agent": ("agent", "bob"),
    "account manager": ("manager", "bob"),
    "admin": ("admin", "bob"),
}
OF_CLIENTS = ("client user", "client admin")  # who must never read a word of the other organisation
# Where an object is read by its own id: only there can the tester tell that somebody else got the same one.
OBJECTS = r"/(tickets|attachments|invitations|people)/(\{\w+\}/)?$"
METHODS = {"get", "post", "patch", "delete"}
READ = "GET /api/v1/tickets/{public_id}/"


@pytest.fixture(autouse=True)
def _in_process(monkeypatch) -> None:
    """The application in this process, with one connection for a whole run."""
    monkeypatch.setattr(wsgi, "get_client", InProcess)
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 600)


def asked(
    seeded, tmp_path, role: str, *, examples: int, phases: list[str], only: str = "", known: bool = True
) -> Findings:
    mine, theirs = ROLES[role]
    config = {
        **(knowledge() if known else {}),
        "generation": {"max-examples": examples, "deterministic": True},
        "phases": {
            name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")
        },
    }  # fmt: skip
    owner, peer = identity(role, getattr(seeded, mine)), identity("peer", getattr(seeded, theirs))
    canaries = ["canary-globex"] if role in OF_CLIENTS else []
    return run(tmp_path, owner, peer, config=config, canaries=canaries, only=only)


@pytest.mark.parametrize("role", in_turn("client admin", "agent", also=("client user", "account manager", "admin")))
def test_the_document_is_kept_to_as(seeded, tmp_path, role):
    """First with ids that exist on both sides; then with what its own calls tell it, each shown to the peer as well."""
    found = asked(seeded, tmp_path, role, examples=int(WANTED or FEW), phases=PHASES)
    own = asked(seeded, tmp_path, role, examples=int(WANTED or 5), phases=["fuzzing"], only=OBJECTS, known=False)
    summary = f"{found.summary()}; from its own calls {own.summary()}"
    print(f"\n{role}: {summary}")  # noqa: T201 - the counts of a long run, shown with -s
    failures = found.failures | own.failures
    assert failures == {}, "\n\n".join(f"{key}\n{text}" for key, text in failures.items())
    assert len(found.operations) == sum(len(set(path) & METHODS) for path in document()["paths"].values())
    assert own.probes > 0, "nothing was asked as the peer"


@pytest.mark.parametrize("known", [True, False])
def test_an_answer_to_the_wrong_person_is_found(seeded, tmp_path, monkeypatch, known):
    """A planted leak: one address forgets whose ticket it is."""

    admin = member_of(seeded.admin.user)

    def anyones(_member, public_id):
        with system_scope("a planted leak"):
            return get_ticket(admin, public_id)

    monkeypatch.setattr("helpdesk.api.views.frame.get_ticket", anyones)
    only = r"/tickets/(\{public_id\}/)?$"
    found = asked(seeded, tmp_path, "client user", examples=25, phases=["fuzzing"], only=only, known=known)
    # With ids of both organisations to choose from, whether an own one is tried as well is the generator's affair.
    sure, possible = ("canary", "object_level_authorization") if known else ("object_level_authorization", "canary")
    kinds = {(check, label) for check, label, _ in found.failures}
    assert (sure, READ) in kinds
    assert kinds <= {(sure, READ), (possible, READ)}


def test_an_undocumented_answer_is_found(seeded, tmp_path, monkeypatch):
    """A planted fault: one address answers with a shape and a status of its own."""
    monkeypatch.setattr("helpdesk.api.views.me.one", lambda _data: Response({"me": "myself"}, status=203))
    found = asked(seeded, tmp_path, "agent", examples=1, phases=["fuzzing"], only="/me/")
    assert {(check, label) for check, label, _ in found.failures} == {("status_code_conformance", "GET /api/v1/me/")}
