from helpdesk.demo.people import make_cast
from helpdesk.lib.tenancy import system_scope
from tests.support import colombo
def test_cast(db):
    with system_scope("t"):
        assert sorted(make_cast(at=colombo("2026-03-02 10:00")).organisations) == ["ACME","GLOBEX","HOOLI","INITECH","STARK","WAYNE"]
