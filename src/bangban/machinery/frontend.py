"""Install the front-end packages of package.json: npm fetches them, the few files we serve are copied.

Uses the standard library only and no other module of the house, so that set-up can run it. What is copied stands in
package.json (package: files): under `bangban.vendor` what is served from our own origin, under `bangban.fonts` what
official documents are set with, which no browser gets.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

VENDOR = Path("src/bangban/surfaces/ui/static/vendor")
FONTS = Path("src/bangban/foundation/documents/fonts")
ORDERS = ("package.json", "package-lock.json", ".npmrc")
# In seconds. npm's own patience of several minutes is too long for a machine without a network.
LONGEST_INSTALL = 180


class FrontendError(RuntimeError):
    """The packages could not be installed; the message says why."""


def install(root: Path, npm: Sequence[str]) -> None:
    """Fetch the packages with the command `npm` and replace the copies as a whole; raises `FrontendError`."""
    with tempfile.TemporaryDirectory(prefix="bangban-npm-") as scratch:
        place = Path(scratch)
        for name in ORDERS:
            shutil.copy2(root / name, place / name)
        _fetch(place, npm)
        wanted = json.loads((root / "package.json").read_text())["bangban"]
        _replace_copies(root / VENDOR, place / "node_modules", wanted["vendor"])
        _replace_copies(root / FONTS, place / "node_modules", wanted.get("fonts", {}))


def _fetch(place: Path, npm: Sequence[str]) -> None:
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    try:
        done = subprocess.run(  # noqa: S603 - npm, and words of our own
            [*npm, *words], cwd=place, capture_output=True, text=True, timeout=LONGEST_INSTALL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FrontendError(f"npm could not install the packages: {error}") from None
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith(("npm error", "npm ERR!"))]
        raise FrontendError("npm could not install the packages:\n" + "\n".join(said[:4] or [done.stderr.strip()]))


def _replace_copies(target: Path, packages: Path, wanted: dict[str, list[str]]) -> None:
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    files: dict[str, str] = {}
    versions: dict[str, str] = {}
    for package, names in wanted.items():
        versions[package] = json.loads((packages / package / "package.json").read_text())["version"]
        (draft / package).mkdir(parents=True)
        for name in names:
            copy = draft / package / Path(name).name
            shutil.copyfile(packages / package / name, copy)
            files[f"{package}/{copy.name}"] = hashlib.sha256(copy.read_bytes()).hexdigest()
    manifest = {"versions": versions, "files": files}
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=1))
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def main(npm: Sequence[str]) -> int:
    """Install with the given npm command; 0 when that worked."""
    try:
        install(Path(__file__).resolve().parents[3], npm or ["npm"])
    except FrontendError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
