"""Commands on data: migrate, import, backup, restore."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from bangban.cli.database import data_dir, with_database
from bangban.machinery.durable import sync_tree
from bangban.upkeep import migrate_now, open_house


def migrate(given: argparse.Namespace) -> int:
    """Bring the database to this version."""
    with with_database():
        open_house()
        migrate_now()
    return 0


def bring(given: argparse.Namespace) -> int:
    """Import a file; bad rows are named with line and reason, good rows land."""
    with with_database():
        open_house()
        from bangban.cli.importing import run_import

        return run_import(given.what, Path(given.file))


def kept() -> dict[str, Path]:
    """Return what a backup holds beside the database, by its name there: where the variables or the data folder put it."""
    return {
        "uploads": Path(os.environ.get("BANGBAN_UPLOADS") or data_dir() / "uploads"),
        "recordings": data_dir() / "recordings",
        "documents": data_dir() / "documents",
        "field-keys.json": Path(os.environ.get("BANGBAN_KEY_FILE") or data_dir() / "field-keys.json"),
        "secret-key": data_dir() / "secret-key",
    }


def backup(given: argparse.Namespace) -> int:
    """Write a restorable copy: database dump, uploaded files, keys; that it was written is kept in the security log."""
    from bangban.machinery.postgres import binaries

    began = time.monotonic()
    folder = Path(given.folder).resolve()
    if folder.exists():
        raise FileExistsError(f"{folder} exists; name a folder that does not.")
    folder.mkdir(mode=0o700, parents=True)
    with with_database() as url:
        subprocess.run(
            [str(binaries().pg_dump), "--format=custom", "--file", str(folder / "database.dump"), url], check=True
        )
        for name, source in kept().items():
            _copy(source, folder / name)
        digests = {str(path.relative_to(folder)): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
        (folder / "MANIFEST.json").write_text(json.dumps({"format": 2, "digests": digests}, indent=1))
        sync_tree(folder)
        open_house()
        from bangban.foundation.access.security_log import note

        note("backed_up", detail=f"{time.monotonic() - began:.0f} s", subject=f"backup:{folder.name}")
    print(f"Backup written to {folder}. It contains the keys to personal data: keep it safe.")
    return 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_backup(folder: Path) -> None:
    """Compare every file of a backup with its manifest; ValueError names the first that is missing or changed.

    A backup of an earlier version has no digests and passes (GB33358-4.2.4-i).
    """
    manifest = folder / "MANIFEST.json"
    digests = json.loads(manifest.read_text()).get("digests", {}) if manifest.exists() else {}
    for name, digest in digests.items():
        path = folder / name
        if not path.is_file():
            raise FileNotFoundError(f"The backup is not whole: {name} is missing.")
        if _digest(path) != digest:
            raise OSError(f"The backup is not whole: {name} was changed after it was written.")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy2(source, target)


def restore(given: argparse.Namespace) -> int:
    """Bring a checked backup back into an empty database and data folder; how long it took is kept in the security log."""
    from bangban.machinery.postgres import binaries

    began = time.monotonic()
    folder = Path(given.folder).resolve()
    if not (folder / "database.dump").exists():
        raise FileNotFoundError(f"{folder} holds no database.dump.")
    check_backup(folder)
    for name, target in kept().items():
        if target.exists() and (folder / name).exists():
            raise FileExistsError(f"{target} exists; restore into an empty data folder.")
    with with_database() as url:
        command = [str(binaries().pg_restore), "--single-transaction", "--no-owner", "--dbname", url]
        subprocess.run([*command, str(folder / "database.dump")], check=True)
        for name, target in kept().items():
            _copy(folder / name, target)
            if target.exists():
                sync_tree(target)
        seconds = time.monotonic() - began
        open_house()
        from bangban.foundation.access.security_log import note

        note("restored", detail=f"{seconds:.0f} s", subject=f"backup:{folder.name}")
    print(f"Restored in {seconds:.0f} s. Check it with: bangban ledger verify")
    return 0
