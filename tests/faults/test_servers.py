"""What a fault run does to its servers: PostgreSQL comes back with all that was committed, Redis with nothing."""

from contextlib import closing

import psycopg2
import pytest
import redis

from helpdesk.embedded.places import throw_away_folder
from helpdesk.embedded.provision import connect
from helpdesk.embedded.servers import Servers


@pytest.fixture(scope="module")
def servers():
    own = Servers(data=throw_away_folder(), durable=True, throw_away=True)
    own.start()
    yield own
    own.stop()


def asked(servers: Servers, statement: str) -> list[tuple]:
    with closing(connect(servers.sockets)) as admin:
        cursor = admin.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_durable_servers_wait_for_the_disk(servers):
    names = ("fsync", "synchronous_commit", "full_page_writes")
    assert [asked(servers, f"SHOW {name}") for name in names] == [[("on",)]] * 3


def test_a_crashed_postgresql_comes_back_with_what_was_committed_and_ends_every_connection(servers):
    asked(servers, "CREATE TABLE kept (what text)")
    asked(servers, "INSERT INTO kept VALUES ('committed')")
    with closing(connect(servers.sockets)) as open_before:
        open_before.autocommit = False
        open_before.cursor().execute("INSERT INTO kept VALUES ('not committed')")
        servers.crash_postgres()
        with pytest.raises(psycopg2.DatabaseError):
            open_before.cursor().execute("SELECT 1")
    assert asked(servers, "SELECT what FROM kept") == [("committed",)]
    log = (servers.data / "postgres.log").read_text()
    assert "automatic recovery in progress" in log, "it was no orderly shutdown"


def test_a_killed_redis_answers_nobody_and_comes_back_empty(servers):
    with redis.Redis(unix_socket_path=str(servers.sockets / "redis.sock")) as client:
        client.set("bell", "rung")
        servers.kill_redis()
        with pytest.raises(redis.ConnectionError):
            client.get("bell")
        servers.start_redis()
        assert client.get("bell") is None
