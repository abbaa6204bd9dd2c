"""Somebody who isn't signed in learns that the store is away, and nothing about it."""

import pytest

from command_center.errors import BadInput, StoreUnavailable
from command_center.texts import say_error
from command_center.web.strangers import for_strangers


def test_where_the_store_stands_goes_to_the_servers_output_only(caplog: pytest.LogCaptureFixture) -> None:
    told = for_strangers(StoreUnavailable("store.unreachable", where="voice@db.intern", reason="connection refused"))
    for language in ("de", "en"):
        assert "db.intern" not in say_error(language, told)
        assert "refused" not in say_error(language, told)
    assert "db.intern" in caplog.text


def test_every_other_error_is_told_as_it_is() -> None:
    error = BadInput("people.no_name")
    assert for_strangers(error) is error
    assert for_strangers(None) is None
