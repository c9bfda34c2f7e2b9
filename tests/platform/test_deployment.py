"""The production files agree with each other and keep the powerful credentials where they belong."""

import re
from pathlib import Path

import pytest
import yaml

from helpdesk.embedded.provision import APP, DATABASE, OWNER

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
APPS = ("migrate", "web", "worker", "beat")


def test_the_services_are_those_of_the_design():
    assert set(SERVICES) == {"db", "valkey", "proxy", *APPS}


@pytest.mark.parametrize("name", APPS)
def test_only_the_migrations_know_the_owners_password(name):
    environment = SERVICES[name]["environment"]
    knows_owner = "HELPDESK_OWNER_PASSWORD:?" in environment["DATABASE_OWNER_URL"]
    assert knows_owner is (name == "migrate")
    assert environment["HELPDESK_OWNER_PASSWORD"] == ""
    assert environment["POSTGRES_PASSWORD"] == ""


@pytest.mark.parametrize("name", APPS)
def test_the_app_connects_as_its_own_plain_role(name):
    assert f"//{APP}:" in SERVICES[name]["environment"]["DATABASE_URL"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_serves_before_the_migrations_are_through(name):
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_app_trusts_the_one_proxy_for_the_visitors_address():
    assert SERVICES["web"]["environment"]["HELPDESK_TRUSTED_PROXIES"] == "${HELPDESK_TRUSTED_PROXIES:-1}"


def test_the_first_start_loads_the_policy_for_the_vendors_domain():
    command = SERVICES["migrate"]["command"][-1]
    assert command.endswith("python manage.py seed_policy --domain ${HELPDESK_VENDOR_DOMAIN:-ravingcrm.com}")


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_every_variable_of_the_compose_file_is_in_the_example():
    example = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) <= example


def test_the_first_start_makes_the_names_that_the_addresses_use():
    script = (ROOT / "deploy" / "postgres" / "10-roles.sh").read_text()
    assert f"CREATE ROLE {OWNER} LOGIN" in script
    assert f"CREATE ROLE {APP} LOGIN" in script
    assert f"CREATE DATABASE {DATABASE} OWNER {OWNER}" in script
    assert "SUPERUSER" not in script


def test_every_package_of_the_product_is_copied_into_the_image():
    copied = set(re.findall(r"^COPY (\w+) \./", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"}
    assert copied == packages | {"templates"}
