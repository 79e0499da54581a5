"""Commands on data: migrate, import, backup, restore."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from pathlib import Path

from bangban.cli.database import data_dir, with_database
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


def backup(given: argparse.Namespace) -> int:
    """Write a restorable copy: database dump, uploaded files, keys."""
    from bangban.machinery.postgres import binaries

    folder = Path(given.folder).resolve()
    folder.mkdir(parents=True, exist_ok=False)
    with with_database() as url:
        subprocess.run(
            [str(binaries().pg_dump), "--format=custom", "--file", str(folder / "database.dump"), url], check=True
        )
    for name in ("uploads", "field-keys.json", "secret-key"):
        source = data_dir() / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy2(source, folder / name)
    (folder / "MANIFEST.json").write_text(
        json.dumps({"format": 1, "contents": sorted(p.name for p in folder.iterdir())})
    )
    print(f"Backup written to {folder}. It contains the keys to personal data: keep it safe.")
    return 0


def restore(given: argparse.Namespace) -> int:
    """Bring a backup back into an empty database and data folder."""
    from bangban.machinery.postgres import binaries

    folder = Path(given.folder).resolve()
    if not (folder / "database.dump").exists():
        raise FileNotFoundError(f"{folder} holds no database.dump.")
    for name in ("uploads", "field-keys.json", "secret-key"):
        source, target = folder / name, data_dir() / name
        if target.exists() and source.exists():
            raise FileExistsError(f"{target} exists; restore into an empty data folder.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    with with_database() as url:
        command = [str(binaries().pg_restore), "--exit-on-error", "--no-owner", "--dbname", url]
        subprocess.run([*command, str(folder / "database.dump")], check=True)
    print("Restored. Check it with: bangban ledger verify")
    return 0
