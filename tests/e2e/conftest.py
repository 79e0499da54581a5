"""One house for all end-to-end tests that a worker runs, one browser for each file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import CHROMIUM, chromium
from tests.e2e.house import House, own_database
from tests.e2e.people import Desk, Someone, citizen, staff


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stories: they need a browser and take their time."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if not CHROMIUM.exists():
                reason = (
                    f"NO CHROMIUM at {CHROMIUM}: the end-to-end story was NOT tested (Debian: apt install chromium)"
                )
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house with the demo city, on a working morning."""
    with own_database(os.environ["BANGBAN_DATABASE_URL"]) as url:
        built = House(tmp_path_factory.mktemp("house"), url)
        try:
            built.start()
            yield built
        finally:
            built.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, for one file: while it runs, this thread has an event loop, and Django refuses the database."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of each step go: BANGBAN_PICTURES, or a temporary folder."""
    folder = Path(os.environ.get("BANGBAN_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def people(browser: Browser, house: House, pictures: Path) -> Iterator[Callable[..., Someone]]:
    """Bring in people; at the end nobody's page may have had an error."""
    present: list[Someone] = []

    def bring(name: str = "citizen", username: str = "", address: str = "") -> Someone:
        at = address or house.address
        one = staff(browser, at, pictures, username, name) if username else citizen(browser, at, pictures, name)
        present.append(one)
        return one

    try:
        yield bring
    except BaseException:
        raise
    finally:
        for one in present:
            one.picture("end")
            one.context.close()
    assert [(one.name, wrong) for one in present for wrong in one.wrong] == []


@pytest.fixture
def desk(people: Callable[..., Someone]) -> Callable[[str, str], Desk]:
    """Bring in members of staff."""

    def bring(name: str, username: str) -> Desk:
        one = people(name, username)
        assert isinstance(one, Desk)
        return one

    return bring
