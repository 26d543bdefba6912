"""One county, one round, for every test here."""

from __future__ import annotations

import pytest

from tests.scenarios.county import County, tell_county


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    told = tell_county(tmp_path_factory.mktemp("county"))
    assert told.round.returncode == 0, told.round.stderr
    return told
