"""The embedded PostgreSQL: nothing committed is lost, nobody else is harmed, nothing is left running."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from processes_seen import PATIENCE, python, read_until, servers, soon, start

from bangban.machinery import postgres
from bangban.machinery.postgres import (
    AlreadyRunning,
    EmbeddedPostgres,
    PostgresError,
    binaries,
    fresh_test_server,
    running_url,
)

SUPERVISOR = """
import sys, time
from pathlib import Path
from bangban.machinery.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False).start()
print("up", server.url, flush=True)
time.sleep(600)
"""


def ask(url: str, sql: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(sql.encode()).fetchone()
    return row[0] if row and len(row) == 1 else row


def do(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One for the tests that leave it standing, or let it come back."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("data"), durable=False) as server:
        yield server


def test_what_was_committed_is_on_the_disk_and_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        do(server.url, "create table t as select generate_series(1, 1000) as n")
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "jit", "TimeZone")
        settings = [ask(server.url, f"show {name}") for name in names]
        listening = ask(server.url, "show listen_addresses")
    assert settings == ["on", "on", "on", "on", "off", "UTC"]
    assert listening == ""
    assert not servers(tmp_path)
    with EmbeddedPostgres(tmp_path) as server:
        assert ask(server.url, "select count(*) from t") == 1000


def test_text_is_utf8_and_sorted_the_same_on_every_machine(server: EmbeddedPostgres) -> None:
    facts = "pg_encoding_to_char(encoding), datlocprovider, datlocale"
    assert ask(server.url, f"select {facts} from pg_database where datname = current_database()") == (
        "UTF8",
        "b",
        "C.UTF-8",
    )
    assert ask(server.url, "select upper('é') || '帮办'") == "É帮办"


def test_a_killed_server_comes_back_by_itself_with_every_committed_row(server: EmbeddedPostgres) -> None:
    do(server.url, "create table t (n int)")
    do(server.url, "insert into t select generate_series(1, 5000)")
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: server.pid not in (None, first)) and server.wait_until_running(PATIENCE)
    assert server.running()
    assert ask(server.url, "select count(*) from t") == 5000


def test_a_server_killed_under_a_busy_query_comes_back(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("set max_parallel_workers_per_gather = 0")
        busy = start([str(binaries().psql), "-c", "select count(*) from generate_series(1, 100000000000)", server.url])
        others = "select string_agg(query, ' ') from pg_stat_activity where pid <> pg_backend_pid()"
        assert soon(lambda: "generate_series" in str(ask(server.url, others)))
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: server.pid not in (None, first)) and server.wait_until_running(PATIENCE)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    busy.communicate(timeout=PATIENCE)
    assert ask(server.url, "select 1") == 1


def test_the_server_ends_cleanly_with_its_killed_supervisor(tmp_path: Path) -> None:
    supervisor = python(SUPERVISOR, str(tmp_path))
    read_until(supervisor, "up")
    assert servers(tmp_path)
    supervisor.kill()
    supervisor.communicate()
    assert soon(lambda: not servers(tmp_path))
    assert "database system is shut down" in (tmp_path / "postgres" / "server.log").read_text()


def test_a_second_supervisor_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    supervisor = python(SUPERVISOR, str(tmp_path))
    address = read_until(supervisor, "up").split()[1]
    try:
        with pytest.raises(AlreadyRunning, match=f"Process {supervisor.pid} already runs .* DATA="):
            EmbeddedPostgres(tmp_path).start()
        assert running_url(tmp_path) == EmbeddedPostgres(tmp_path).url == address
        assert ask(address, "select 1") == 1
    finally:
        supervisor.kill()
        supervisor.communicate()
    assert running_url(tmp_path) is None


def test_a_start_right_after_a_kill_waits_for_the_old_server(tmp_path: Path) -> None:
    supervisor = python(SUPERVISOR, str(tmp_path))
    read_until(supervisor, "up")
    old = servers(tmp_path)[0]
    supervisor.kill()
    # Until it is dead it holds the folder; its server takes longer to go.
    supervisor.wait()
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert server.pid != old
        assert ask(server.url, "select 1") == 1
    supervisor.communicate()


def test_a_stranger_named_in_postmaster_pid_is_never_touched(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path, durable=False).start().stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        note = tmp_path / "postgres" / "cluster" / "postmaster.pid"
        note.write_text(f"{stranger.pid}\n/nowhere\n1700000000\n5432\n\n\n0 0\nready\n")
        with EmbeddedPostgres(tmp_path, durable=False) as server:
            assert ask(server.url, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_first_start_cut_short_leaves_nothing_that_hinders_the_next(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "cluster.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert ask(server.url, "select 1") == 1
    assert not half.exists()


def test_when_it_cannot_start_the_reason_is_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(PostgresError, match='invalid value for parameter "work_mem"'):
        EmbeddedPostgres(tmp_path, durable=False, settings={"work_mem": "much"}).start()
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert server.running()


def test_the_caller_s_own_database_settings_do_not_lead_it_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "example.invalid", "LC_ALL": "xx_XX"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert ask(server.url, "select current_database()") == "bangban"


def test_a_long_path_puts_the_socket_into_a_short_folder_that_goes_with_it(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 20) / ("帮办" * 20)
    with EmbeddedPostgres(data, durable=False) as server:
        assert ask(server.url, "select 1") == 1
        short = Path((data / "postgres" / "socket-elsewhere").read_text())
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert not short.exists()


def test_the_folders_of_data_and_socket_are_closed_to_others(server: EmbeddedPostgres) -> None:
    room = server.room.path
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (room, room / "cluster", room / "socket")}
    assert modes == {"postgres": 0o700, "cluster": 0o700, "socket": 0o700}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
def test_under_root_the_server_has_no_rights_and_no_folder_is_opened_for_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "data", durable=False) as server:
        status = Path(f"/proc/{server.pid}/status").read_text().splitlines()
        users = next(line for line in status if line.startswith("Uid:")).split()[1:]
        rights = next(line for line in status if line.startswith("CapEff:")).split()[1]
        assert set(users) == {str(pwd.getpwnam("nobody").pw_uid)}
        assert int(rights, 16) == 0
        assert ask(server.url, "select 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes owners")
def test_a_cluster_that_root_copied_is_handed_over_whole(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path, durable=False).start().stop()
    subprocess.run(["chown", "-R", "root", str(tmp_path)], check=True)
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert ask(server.url, "select 1") == 1


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that others can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="bangban-public-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_another_user_is_refused_even_where_he_reaches_the_socket(public_folder: Path) -> None:
    question = [str(binaries().psql), "-c", "select 1"]
    if subprocess.run([question[0], "--version"], user="daemon", capture_output=True, check=False).returncode != 0:
        pytest.skip("others cannot run the client here")
    with EmbeddedPostgres(public_folder, durable=False) as server:
        server.room.path.chmod(0o711)
        (server.room.path / "socket").chmod(0o711)
        refused = subprocess.run([*question, server.url], user="daemon", capture_output=True, text=True, check=False)
    assert "Peer authentication failed" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs every other test of this file")
def test_an_ordinary_user_runs_the_server_as_himself(public_folder: Path) -> None:
    somebody = pwd.getpwnam("nobody")
    os.chown(public_folder, somebody.pw_uid, somebody.pw_gid)
    interpreter = "/usr/bin/python3.11"
    reach = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": "/"}
    probe = [interpreter, "-c", "import bangban.machinery.postgres"]
    if subprocess.run(probe, env=reach, user=somebody.pw_uid, capture_output=True, check=False).returncode != 0:
        pytest.skip("others cannot reach this installation")
    process = start([interpreter, "-c", SUPERVISOR, str(public_folder)], env=reach, user=somebody.pw_uid)
    assert ask(read_until(process, "up").split()[1], "select 1") == 1
    process.kill()
    process.communicate()
    assert soon(lambda: not servers(public_folder))


def test_a_test_server_is_gone_with_its_folder() -> None:
    server = fresh_test_server()
    folder = server.room.path.parent
    assert ask(server.url, "show fsync") == "off"
    server.stop()
    assert not folder.exists()


def test_a_folder_that_goes_while_remains_are_looked_for_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{postgres.TEST_PREFIX}gone").symlink_to(tmp_path / "nowhere")
    postgres._sweep_killed_tests()


@pytest.mark.slow
def test_no_acknowledged_row_is_lost_when_the_server_is_killed_again_and_again(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        do(server.url, "create table t (n int primary key)")
        acknowledged = 0
        for _ in range(5):
            victim, enough = server.pid, acknowledged + 25
            killer = None
            with pytest.raises(psycopg.OperationalError), psycopg.connect(server.url, autocommit=True) as connection:
                while True:
                    connection.execute("insert into t values (%s)", [acknowledged + 1])
                    acknowledged += 1
                    if acknowledged == enough:
                        killer = subprocess.Popen(["sh", "-c", f"sleep 0.2; kill -9 {victim}"])
            assert killer is not None
            killer.wait()
            assert soon(lambda victim=victim: server.pid not in (None, victim)) and server.wait_until_running(PATIENCE)
            # The one row whose answer was cut off may be there or not.
            stored = ask(server.url, "select count(*) from t")
            assert stored in (acknowledged, acknowledged + 1)
            acknowledged = int(str(stored))
        assert acknowledged > 100


def test_a_server_that_was_halted_does_not_outlive_the_next_start(tmp_path: Path) -> None:
    supervisor = python(SUPERVISOR, str(tmp_path))
    read_until(supervisor, "up")
    postmaster = int((tmp_path / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    supervisor.kill()
    supervisor.communicate()
    assert postmaster in servers(tmp_path)
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        assert ask(server.url, "select 1") == 1
    assert postmaster not in servers(tmp_path)
