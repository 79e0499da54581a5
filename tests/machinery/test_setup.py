"""Set-up: pinned, without the name of any host, repeatable, and alive without npm's registry."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bangban.machinery.frontend import FONTS, VENDOR, FrontendError, install

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json")
PARTS = ("bootstrap.py", "package.json", ".npmrc", "src/bangban/machinery/frontend.py", *LOCKS)

# Stands where npm stands: leaves what `npm ci` leaves.
NPM = """#!/bin/sh
mkdir -p node_modules/charts/dist
echo 'export {}' > node_modules/charts/dist/charts.js
echo '{"version": "1.2.3"}' > node_modules/charts/package.json
"""


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_host(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links|resolved", (ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS[:3])
def test_every_python_package_is_pinned_with_its_digests(lock: str) -> None:
    packages = re.split(r"\n(?=\w)", (ROOT / lock).read_text().strip())
    assert packages
    for package in packages:
        assert re.match(r"[\w.-]+==\S+( ; .+)? \\\n", package) and "--hash=sha256:" in package, package


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= dev.items()


def test_every_package_of_pyproject_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = pins("requirements.lock")
    wanted = {re.split(r"[\[<>=!~]", name)[0] for name in project["project"]["dependencies"]}
    assert wanted <= locked.keys()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(json.dumps({"bangban": {"vendor": {"charts": ["dist/charts.js"]}}}))
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / ".npmrc").write_text("")
    return tmp_path


def npm(project: Path, script: str) -> list[str]:
    command = project / "npm"
    command.write_text(script)
    command.chmod(0o755)
    return [str(command)]


def test_only_the_named_files_are_copied_with_a_list_of_what_they_are(project: Path) -> None:
    install(project, npm(project, NPM))
    copies = project / VENDOR
    manifest = json.loads((copies / "manifest.json").read_text())
    assert sorted(path.name for path in copies.rglob("*") if path.is_file()) == ["charts.js", "manifest.json"]
    assert manifest["versions"] == {"charts": "1.2.3"}
    assert list(manifest["files"]) == ["charts/charts.js"]


def test_fonts_of_documents_are_copied_beside_them_and_never_where_browsers_reach(project: Path) -> None:
    wanted = {"bangban": {"vendor": {}, "fonts": {"charts": ["dist/charts.js"]}}}
    (project / "package.json").write_text(json.dumps(wanted))
    install(project, npm(project, NPM))
    assert (project / FONTS / "charts" / "charts.js").exists()
    assert [path.name for path in (project / VENDOR).rglob("*")] == ["manifest.json"]


def test_a_failed_renewal_leaves_the_copies_that_were_there(project: Path) -> None:
    install(project, npm(project, NPM))
    with pytest.raises(FrontendError, match="npm error network"):
        install(project, npm(project, "#!/bin/sh\necho npm error network >&2\nexit 1\n"))
    assert (project / VENDOR / "charts" / "charts.js").exists()


def test_a_machine_without_npm_is_told_so(project: Path) -> None:
    with pytest.raises(FrontendError, match="No such file"):
        install(project, [str(project / "nowhere")])


def set_up(folder: Path, *words: str) -> tuple[float, str]:
    """Run it; returns the seconds of computing that it cost, which no other program adds to, and what it said."""
    began = os.times()
    done = subprocess.run(
        [sys.executable, "bootstrap.py", *words], cwd=folder, capture_output=True, text=True, check=True
    )
    ended = os.times()
    return sum(ended[2:4]) - sum(began[2:4]), done.stdout


@pytest.mark.slow
def test_set_up_works_in_a_fresh_folder_and_costs_nothing_the_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "a fresh 帮办"
    for name in PARTS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    (folder / "src/bangban/__init__.py").touch()
    (folder / "src/bangban/cli.py").write_text("def main():\n    import django\n    print('here', django.VERSION)\n")
    set_up(folder)
    said = subprocess.run([folder / ".venv/bin/bangban"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("here (5, 2")
    seconds, said = set_up(folder)
    assert said == ""
    assert seconds < 2
    (folder / "requirements.lock").write_text((folder / "requirements.lock").read_text() + "\n")
    assert "Installing the Python packages" in set_up(folder)[1]


def test_the_command_runs_only_when_it_is_the_program() -> None:
    """Processes that a measurement spawns load the command again as a module: it must not begin anew in them."""
    text = (ROOT / "bootstrap.py").read_text(encoding="utf-8")
    command = text[text.index('COMMAND = """') :].partition('"""\n')[0]
    assert 'if __name__ == "__main__":' in command
