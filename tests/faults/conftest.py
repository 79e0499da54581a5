"""One house for each file of tests; what a test kills it starts again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a house with the test city and its database up."""
    built = House(Path(tmp_path_factory.mktemp("house")))
    yield built
    built.stop()


@pytest.fixture(autouse=True)
def _processes_end_with_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    if "house" not in request.fixturenames:
        yield
        return
    house: House = request.getfixturevalue("house")
    yield
    for child in house.processes:
        if child.poll() is None:
            child.terminate()
            child.wait(60)
    house.processes.clear()
