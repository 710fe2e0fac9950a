"""The embedded servers: started, joined, killed and brought back, on a real PostgreSQL and Valkey."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from backend.kernel.embedded import (
    MajorVersionMismatch,
    PostgresServer,
    StateUnreachable,
    ValkeyServer,
    free_port,
)
from backend.kernel.embedded.account import Account, can_enter, reachable_copy, server_home
from tests.support.servers import Servers, running_servers

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    return folder


@pytest.fixture
def postgres(state: Path) -> Iterator[PostgresServer]:
    with PostgresServer(state) as server:
        yield server


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


async def scalar(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_postgres_listens_on_loopback_only_and_commits_durably(postgres: PostgresServer) -> None:
    """The server takes no connection from outside and loses no acknowledged commit."""
    assert await scalar(postgres.url, "SHOW listen_addresses") == "127.0.0.1"
    assert await scalar(postgres.url, "SHOW unix_socket_directories") == ""
    assert await scalar(postgres.url, "SHOW synchronous_commit") == "on"
    assert await scalar(postgres.url, "SHOW fsync") == "on"
    assert await scalar(postgres.url, "SHOW server_encoding") == "UTF8"


async def test_postgres_wants_its_password(postgres: PostgresServer) -> None:
    """A wrong password is refused, and the right one is readable for its owner only."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://gemba_admin:wrong@127.0.0.1:{postgres.port}/postgres")
    assert (postgres.home / "password").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not AS_ROOT, reason="only root changes the user")
def test_servers_of_root_do_not_run_as_root(postgres: PostgresServer, state: Path) -> None:
    """Started by root, both servers run as an ordinary user."""
    with ValkeyServer(state) as valkey:
        for server in (postgres, valkey):
            assert Path(f"/proc/{server.pid}").stat().st_uid != 0


async def test_a_killed_postgres_comes_back_with_its_rows_and_its_port(postgres: PostgresServer) -> None:
    """After kill -9 the same URL works again, without a hand's help, and a committed row is there."""
    postgres.supervise()
    await execute(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    url, pid = postgres.url, postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: postgres.pid not in (None, pid) and postgres.is_alive())
    assert postgres.url == url
    eventually(lambda: postgres.restarts == 1)
    assert await scalar(url, "SELECT answer FROM kept") == 42


async def test_a_start_after_kill_and_a_reused_pid_clears_the_old_pid_file(postgres: PostgresServer) -> None:
    """A pid file that names a living stranger does not keep the server from starting."""
    pid = postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: postgres.pid is None)
    stale = (postgres.data / "postmaster.pid").read_text().replace(str(pid), str(os.getpid()), 1)
    (postgres.data / "postmaster.pid").write_text(stale)
    postgres.start()
    assert await scalar(postgres.url, "SELECT 1") == 1


async def test_a_second_start_keeps_data_and_port(state: Path) -> None:
    """Stopped and started again, the server has its rows and listens where it did."""
    with PostgresServer(state) as first:
        await execute(first.url, "CREATE TABLE kept AS SELECT 7 AS answer")
        url = first.url
    with PostgresServer(state) as second:
        assert second.url == url
        assert await scalar(url, "SELECT answer FROM kept") == 7


def test_a_second_object_joins_the_running_server_and_does_not_stop_it(
    postgres: PostgresServer, state: Path
) -> None:
    """A tool run beside the app uses the app's server and leaves it running; here the keeper is another live process."""
    record = postgres.home / "run.json"
    keeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        record.write_text(record.read_text().replace(f'"keeper": {os.getpid()}', f'"keeper": {keeper.pid}'))
        with PostgresServer(state) as joined:
            assert joined.pid == postgres.pid
        assert postgres.is_alive()
    finally:
        keeper.kill()
        keeper.wait()


def test_a_server_whose_keeper_was_killed_is_taken_over(state: Path) -> None:
    """A start finds the server of a process killed with -9, uses it, and stops it in the end."""
    program = "import os, sys; from pathlib import Path; from backend.kernel.embedded import ValkeyServer; "
    program += "ValkeyServer(Path(sys.argv[1])).start(); os._exit(9)"
    subprocess.run([sys.executable, "-c", program, str(state)], cwd=Path(__file__).parents[3], check=False)
    orphan = ValkeyServer(state)
    pid = orphan.pid
    assert pid is not None
    with orphan:
        assert orphan.pid == pid
    assert orphan.pid is None


def test_stop_is_fast_and_leaves_nothing(state: Path) -> None:
    """A fast stop ends both servers within fifteen seconds and frees their ports."""
    with PostgresServer(state) as postgres, ValkeyServer(state) as valkey:
        begun = time.monotonic()
    assert time.monotonic() - begun < 15
    assert postgres.pid is None
    assert valkey.pid is None


def test_data_of_another_major_version_is_refused_untouched(state: Path) -> None:
    """Data made by another PostgreSQL is named with both versions and not started on."""
    server = PostgresServer(state)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(MajorVersionMismatch, match="made by PostgreSQL 9"):
        server.start()
    assert (server.data / "PG_VERSION").read_text() == "9\n"


def test_a_given_port_is_used(state: Path) -> None:
    """The port asked for is the port listened on."""
    port = free_port()
    with ValkeyServer(state, port) as valkey:
        assert valkey.port == port


def test_valkey_wants_its_password_and_comes_back_empty(state: Path) -> None:
    """Without the password nothing is answered; after kill -9 it is back on the same URL, and empty."""
    with ValkeyServer(state) as valkey:
        valkey.supervise()
        with redis.Redis(port=valkey.port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        with redis.Redis.from_url(valkey.url) as client:
            client.set("a", "1")
        pid = valkey.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: valkey.pid not in (None, pid) and valkey.is_alive())
        with redis.Redis.from_url(valkey.url) as client:
            assert client.get("a") is None


def test_programs_out_of_reach_are_copied(state: Path, tmp_path: Path) -> None:
    """Programs under a folder that the server's user cannot enter are copied to where it can."""
    account = Account(uid=65534, gid=65534, switch=True)
    tree = tmp_path / "closed" / "programs"
    tree.mkdir(parents=True)
    (tree / "postgres").write_text("binary")
    tree.parent.chmod(0o700)
    if not AS_ROOT:
        pytest.skip("only root can give files away")
    assert not can_enter(tree, account)
    copy = reachable_copy(tree, state, account)
    assert (copy / "postgres").read_text() == "binary"
    assert (copy / "postgres").stat().st_uid == 65534


@pytest.mark.skipif(not AS_ROOT, reason="only root changes the user")
def test_a_state_folder_out_of_reach_moves_its_servers_elsewhere(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under root's closed home the data stands elsewhere, linked from the state folder; old data in there is refused."""
    monkeypatch.setattr("backend.kernel.embedded.account.ROOT_STATE", state / "elsewhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = Account(uid=65534, gid=65534, switch=True)
    home = server_home(closed, "postgres", account)
    assert home.is_relative_to(state)
    assert (closed / "postgres").resolve() == home
    assert server_home(closed, "postgres", account) == home
    (closed / "valkey").mkdir()
    (closed / "valkey" / "data").touch()
    with pytest.raises(StateUnreachable, match="cannot enter"):
        server_home(closed, "valkey", account)


def test_given_servers_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """With DATABASE_URL and REDIS_URL set nothing is started."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/gemba")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/0")
    with running_servers() as servers:
        assert isinstance(servers, Servers)
        assert servers.admin_url == "postgresql://somebody@db.example/gemba"
        assert servers.postgres is None
        assert servers.valkey is None
