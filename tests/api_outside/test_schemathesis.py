"""Every operation of the published document, asked by a machine that knows nothing else, in every role."""

import os

import pytest
from schemathesis.python import wsgi

from tests.api_outside.conftest import identity
from tests.api_outside.knowledge import knowledge
from tests.api_outside.runs import InProcess, run

EXAMPLES = int(os.environ.get("HELPDESK_API_EXAMPLES", "3"))
ROLES = {
    "client user": ("alice", "bob"),
    "client admin": ("amara", "gil"),
    "agent": ("agent", "bob"),
    "account manager": ("manager", "bob"),
    "admin": ("admin", "bob"),
}


@pytest.mark.parametrize("role", ROLES)
def test_the_document_is_kept_to_as(seeded, tmp_path, role, monkeypatch):
    mine, theirs = ROLES[role]
    monkeypatch.setattr(wsgi, "get_client", InProcess)
    import time; t = time.monotonic()
    found = run(
        tmp_path,
        identity(role, getattr(seeded, mine)),
        identity("stranger", getattr(seeded, theirs)),
        config={**knowledge(), "generation": {"max-examples": EXAMPLES, "deterministic": True},
        "phases": {p: {"enabled": p in os.environ.get("PH", "examples,coverage,fuzzing,stateful").split(",")} for p in ("examples", "coverage","fuzzing","stateful")}},
        canaries=["canary-globex"] if role.startswith("client") else [],
    )
    print(role, time.monotonic() - t, dict(found.cases), len(found.operations), sum(found.operations.values()), found.checks)
    for (label, status), n in sorted(found.answers.items()):
        print("  ", label, status, n)
    for key, text in sorted(found.failures.items()):
        print("--", key, "\n", text[:1500])
    assert found.failures == {}
