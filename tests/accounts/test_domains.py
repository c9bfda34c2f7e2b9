"""A mail domain counts once its DNS shows the token, for one organisation, and as long as it shows it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.urls import reverse

from helpdesk.accounts.models import Membership, User
from helpdesk.accounts.models.domains import OrganisationDomain
from helpdesk.accounts.operations import add_contact, add_domain, change_client_role, check_domain, confirm_contact
from helpdesk.accounts.operations.domain_upkeep import recheck_domains
from helpdesk.accounts.operations.domains import settle_domain
from helpdesk.accounts.queries import member_of, verified_domain
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.dns_records import DnsAway, txt_records
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import AccountNotice
from tests.support import actor_of, colombo

AT = colombo("2026-11-16 10:00")
DAY = timedelta(days=1)


@pytest.fixture
def everything(world) -> Iterator[None]:
    with system_scope("tests look at everything"):
        yield


@contextmanager
def name_server(records: dict[str, list[str]], *, away: bool = False) -> Iterator[str]:
    """A real one on a port of its own: TXT records by name; `away`: it says that it cannot answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    wire, asker = listening.recvfrom(4096)
                except TimeoutError:
                    continue
                answer = dns.message.make_response(dns.message.from_wire(wire))
                name = answer.question[0].name
                texts = records.get(name.to_text(omit_final_dot=True))
                answer.flags |= dns.flags.RA
                answer.set_rcode(dns.rcode.SERVFAIL if away else dns.rcode.NOERROR if texts else dns.rcode.NXDOMAIN)
                if texts and not away:
                    answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{one}"' for one in texts]))
                listening.sendto(answer.to_wire(), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def test_a_domain_counts_once_dns_shows_its_token_and_lapses_three_days_after_it_is_gone(world, settings, everything):
    admin, records = actor_of(world.admin), {}
    row = add_domain(organisation=world.acme, domain=" @Acme-Mail.org. ", actor=admin, at=AT)
    assert (row.domain, row.record_name, row.state) == ("acme-mail.org", "_helpdesk.acme-mail.org", "waiting")
    with name_server(records) as server, name_server(records, away=True) as broken:
        settings.DNS_SERVERS = [server]
        assert check_domain(domain=row, actor=admin, at=AT).state == "waiting"
        records[row.record_name] = ["v=spf1 -all", row.record_value[:-1]]
        assert check_domain(domain=row, actor=admin, at=AT).state == "waiting", "another token is none"
        assert verified_domain("acme-mail.org") is None
        records[row.record_name].append(row.record_value)
        assert check_domain(domain=row, actor=admin, at=AT).state == "verified"
        assert recheck_domains(at=AT + DAY) == 1
        settings.DNS_SERVERS = [broken]
        with pytest.raises(DnsAway):
            txt_records(row.record_name)
        with pytest.raises(Conflict):
            check_domain(domain=row, actor=admin)
        assert recheck_domains(at=AT + 2 * DAY) == 0, "silence proves nothing"
        settings.DNS_SERVERS = [server]
        records.clear()
        for day, state in ((3, "missing"), (5, "missing"), (6, "lapsed")):
            assert recheck_domains(at=AT + day * DAY) == 1
            row.refresh_from_db()
            assert row.state == state
        assert recheck_domains(at=AT + 9 * DAY) == 0
    assert verified_domain("acme-mail.org") is None
    told = AccountNotice.objects.filter(recipient=world.admin.user.email).order_by("pk")
    assert list(told.values_list("event", flat=True)) == ["domain_missing", "domain_lapsed"]
    acts = AuditEntry.objects.filter(action__startswith="domain.").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["domain.add", "domain.verified", "domain.missing", "domain.lapsed"]


def test_a_domain_is_one_organisations_and_what_anybody_may_write_from_is_nobodys(world, settings, everything):
    admin = actor_of(world.admin)
    settings.REPLY_ADDRESS = "support@ravingcrm.example"
    for bad in (
        "",
        "acme",
        "a b.org",
        "gmail.com",
        "x.hotmail.com",
        "me.onmicrosoft.com",
        "ravingcrm.example",
        "ä" * 300,
    ):
        with pytest.raises(DomainError):
            add_domain(organisation=world.acme, domain=bad, actor=admin)
    with pytest.raises(Forbidden):
        add_domain(organisation=world.acme, domain="acme-mail.org", actor=actor_of(world.agent))
    ours, theirs = (add_domain(organisation=one, domain="both.org", actor=admin) for one in (world.acme, world.globex))
    with pytest.raises(DomainError):
        add_domain(organisation=world.acme, domain="BOTH.org", actor=admin)
    settle_domain(domain=ours, found=True)
    with pytest.raises(Conflict):
        settle_domain(domain=theirs, found=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationDomain.objects.filter(pk=theirs.pk).update(verified_at=AT)
    below = settle_domain(domain=add_domain(organisation=world.globex, domain="g.both.org", actor=admin), found=True)
    found = {
        name: verified_domain(name) for name in ("both.org", "x.both.org", "x.g.both.org", "notboth.org", "org", "")
    }
    assert found == {
        "both.org": ours, "x.both.org": ours, "x.g.both.org": below, "notboth.org": None, "org": None, "": None,
    }  # fmt: skip
    world.acme.is_active = False
    world.acme.save()
    assert verified_domain("both.org") is None
    with scope({world.globex.pk}):
        assert set(OrganisationDomain.objects.values_list("organisation_id", flat=True)) == {world.globex.pk}


def test_who_comes_by_mail_sees_their_own_tickets_only_until_somebody_confirms_them(world, everything):
    admin = actor_of(world.admin)
    domain = settle_domain(domain=add_domain(organisation=world.acme, domain="acme.org", actor=admin), found=True)
    world.acme.members_see_all = True
    world.acme.save()
    carla = add_contact(domain=domain, email="carla@acme.org", name="Carla\n Perera", at=AT)
    assert (carla.user.name, carla.role, carla.may("ticket.read_organisation")) == (
        "Carla Perera",
        "client_user",
        False,
    )
    assert add_contact(domain=domain, email="CARLA@acme.org", name="", at=AT).user == carla.user
    with pytest.raises(Conflict):
        change_client_role(user=carla.user, role="admin", actor=admin)
    User.objects.filter(pk=carla.user.pk).update(is_active=False)
    for address in ("carla@acme.org", world.bob.email, world.agent.user.email):
        with pytest.raises(DomainError):
            add_contact(domain=domain, email=address, name="", at=AT)
    User.objects.filter(pk=carla.user.pk).update(is_active=True)
    with pytest.raises(Forbidden):
        confirm_contact(user=carla.user, actor=actor_of(world.agent))
    confirm_contact(user=carla.user, actor=admin)
    assert member_of(User.objects.get(pk=carla.user.pk)).may("ticket.read_organisation")
    settle_domain(domain=domain, found=False, at=AT)
    settle_domain(domain=domain, found=False, at=AT + 4 * DAY)
    with pytest.raises(DomainError):
        add_contact(domain=domain, email="new@acme.org", name="", at=AT)


def test_an_admin_asks_for_a_domain_checks_it_and_confirms_a_person_on_pages(world, signed_in, settings):
    browser, records = signed_in(world.admin), {}
    page = reverse("settings:domains", args=["ACME"])
    assert "No mail domain yet" in browser.get(page).content.decode()
    refused = browser.post(page, {"domain": "gmail.com"})
    assert refused.status_code == 422
    assert 'value="gmail.com"' in refused.content.decode()
    assert browser.post(page, {"domain": "acme.org"}).status_code == 302
    with scope({world.acme.pk}):
        row = OrganisationDomain.objects.get()
    check = reverse("settings:domain_check", args=["ACME", row.pk])
    with name_server(records) as server:
        settings.DNS_SERVERS = [server]
        waiting = browser.post(check, follow=True).content.decode()
        assert row.record_value in waiting
        assert "does not hold the record yet" in waiting
        records[row.record_name] = [row.record_value]
        assert "acme.org is verified." in browser.post(check, follow=True).content.decode()
    settings.DNS_SERVERS = ["off"]
    assert "No name server answered" in browser.post(check).content.decode()
    with scope({world.acme.pk}):
        carla = add_contact(domain=row, email="carla@acme.org", name="Carla").user
    person = reverse("settings:person", args=[carla.pk])
    assert "Unconfirmed" in browser.get(person).content.decode()
    assert "unconfirmed" in browser.get(reverse("settings:people"), {"organisation": "ACME"}).content.decode()
    browser.post(reverse("settings:confirm_person", args=[carla.pk]))
    assert "Unconfirmed" not in browser.get(person).content.decode()
    other = reverse("settings:domain_check", args=["GLOBEX", row.pk])
    assert browser.post(other).status_code == 404
    assert signed_in(world.agent).get(page).status_code == 403
    with scope({world.acme.pk}):
        OrganisationDomain.objects.update(verified_at=None, lapsed_at=AT)
    assert (
        "acme.org is no mail domain of Acme Trading any more" in browser.get(reverse("settings:index")).content.decode()
    )
    browser.post(reverse("settings:domain_removal", args=["ACME", row.pk]))
    with scope({world.acme.pk}):
        assert not OrganisationDomain.objects.exists()
        assert Membership.objects.filter(user=carla).exists(), "people who came by it stay"


def test_a_start_up_check_says_what_becomes_of_unproven_mail(settings):
    settings.LOCAL, settings.MAIL_AUTHENTICATORS = False, []
    for trusts, wanted in ((False, "helpdesk.W003"), (True, "helpdesk.W002")):
        settings.MAIL_TRUST_FROM = trusts
        assert wanted in [one.id for one in run_checks(tags=["security"])]
    settings.MAIL_AUTHENTICATORS = ["mx.ravingcrm.example"]
    assert not {"helpdesk.W002", "helpdesk.W003"} & {one.id for one in run_checks(tags=["security"])}
