"""The production files agree with each other and keep the powerful credentials where they belong."""

import re
import subprocess
import sys

import pytest
import yaml

from helpdesk.embedded.provision import APP, DATABASE, OWNER
from helpdesk.events import app
from tests.platform.image import COMPOSE, FILLED_IN, ROOT, SERVICES, command_of, interpolated

APPS = ("migrate", "web", "events", "worker", "beat", "mail")


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


@pytest.mark.parametrize("name", ["web", "events", "worker", "beat", "mail"])
def test_nothing_serves_before_the_migrations_are_through(name):
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_compose_file_is_valid_by_its_schema():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def test_the_schema_finds_a_mistake(tmp_path):
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.replace("stop_grace_period:", "stop_grace_periods:", 1))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 1


def test_the_app_believes_the_network_that_it_shares_with_the_proxy_alone():
    network = yaml.safe_load(COMPOSE)["networks"]["front"]["ipam"]["config"][0]["subnet"]
    believed = SERVICES["web"]["environment"]["HELPDESK_TRUSTED_PROXIES"]
    assert interpolated(network, FILLED_IN) == interpolated(believed, FILLED_IN)
    on_front = {name for name, service in SERVICES.items() if "front" in service.get("networks", [])}
    assert on_front == {"web", "events", "proxy"}
    assert SERVICES["proxy"]["networks"] == ["front"]


def test_a_stopped_service_is_given_longer_than_it_needs_to_finish():
    from helpdesk.web import server

    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > server.graceful_timeout
    assert SERVICES["worker"]["stop_grace_period"] == "60s"


def test_nothing_in_the_image_believes_whoever_asks():
    assert "--forwarded-allow-ips" not in command_of("web") + command_of("events")


def test_what_people_attach_outlives_the_container():
    for name in APPS:
        assert SERVICES[name]["volumes"] == ["files:/files", "incoming:/incoming", "status:/status"]
        assert SERVICES[name]["environment"]["HELPDESK_FILES"] == "/files"
    assert "install --directory --owner helpdesk --mode 0700 /files /incoming \\\n" in (ROOT / "Dockerfile").read_text()


def test_what_comes_in_lies_on_a_disk_and_not_in_memory():
    for name in APPS:
        assert SERVICES[name]["tmpfs"] == ["/tmp"]
        assert SERVICES[name]["environment"]["HELPDESK_INCOMING"] == "/incoming"
        assert SERVICES[name]["environment"]["HELPDESK_STATUS_FOLDER"] == "/status"
    assert {"files", "incoming", "status"} <= set(yaml.safe_load(COMPOSE)["volumes"])


def test_the_proxy_waits_for_nobody_for_ever_and_takes_no_more_than_the_largest_message(settings):
    told = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()
    found = dict(re.findall(r"^\s+(read_header|read_body|idle|max_size) (\S+)$", told, re.MULTILINE))
    assert found == {"read_header": "15s", "read_body": "10m", "idle": "2m", "max_size": "270MB"}
    largest = settings.ATTACHMENT_BYTES * settings.ATTACHMENTS_PER_MESSAGE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert largest <= 270_000_000


def test_the_proxy_leads_streams_to_the_process_that_speaks_them_and_holds_no_word_back():
    told = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()
    streams = re.search(r"@events path (\S+)\n\thandle @events \{\n\t\treverse_proxy events:(\d+) \{([^}]*)\}", told)
    assert streams
    assert streams.groups() == (app.PATH, "8001", "\n\t\t\tflush_interval -1\n\t\t")
    assert "0.0.0.0:8001" in command_of("events")


def test_the_first_start_loads_the_policy_for_the_vendors_domain():
    command = SERVICES["migrate"]["command"][-1]
    assert command.endswith("python manage.py seed_policy --domain ${HELPDESK_VENDOR_DOMAIN:-ravingcrm.com}")


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["mail", "proxy"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["mail"]["ports"]), (
        "for this machine's mail server only"
    )


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
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "e2e", "faults", "tests"}
    assert copied == packages | {"templates"}
