"""Rules for every test: no sockets, except to this machine where a test says so."""

import pytest

HERE = ["127.0.0.1", "::1", "localhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test marked ``sockets`` or ``browser`` talk to this machine, and to nothing else."""
    for item in items:
        if item.get_closest_marker("sockets") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.allow_hosts(HERE))
