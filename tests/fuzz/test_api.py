"""The gate's addresses do what their description says, with a key and without."""

from pathlib import Path

import pytest

from tests.fuzz.api import try_api
from tests.fuzz.house import whole_house


@pytest.mark.parametrize("with_key", [True, False])
def test_the_gate_does_what_its_description_says(tmp_path: Path, *, with_key: bool) -> None:
    with whole_house(tmp_path) as house:
        done = try_api(house, examples=8, seed=1, with_key=with_key)
    assert list(done.failures.values()) == []
    assert done.requests > 100
