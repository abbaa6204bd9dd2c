"""What every store promises to those who listen: distinct authors, hard words, far-reaching voices."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from command_center.domain.mentions import Mention
from command_center.ports import Store
from tests.contracts.factories import NOON, mention
from tests.contracts.test_store_mentions import FAR_AHEAD, ids, ingest


def test_any_of_several_words_any_author_or_a_reach_can_be_asked_for(store: Store) -> None:
    ingest(
        store,
        mention(1, text="Großer RÜCKRUF!", author="anna", reach=10),
        mention(2, text="Product recalled", author="@bert", reach=500),
        mention(3, text="Alles gut", author="bert", reach=501),
    )
    one, two, three = (mention(number).id for number in range(1, 4))
    assert ids(store, any_of=("Rückruf", "recall")) == [two, one]
    assert ids(store, any_of=("100%", "_")) == []
    assert ids(store, any_author=("bert", "@bert")) == [three, two]
    assert ids(store, topic_id="bahn", any_author=("anna",), least_reach=11) == []
    assert ids(store, least_reach=501) == [three]
    assert ids(store, any_of=("recall",), words="gut") == []


def test_distinct_authors_are_counted_per_bucket(store: Store) -> None:
    def said(number: int, minutes: float, author: str, **more: Any) -> Mention:
        return mention(number, created_at=NOON + timedelta(minutes=minutes), author=author, **more)

    ingest(
        store,
        said(1, 0, "anna"),
        said(2, 1, "anna"),
        said(3, 4.99, "bert"),
        said(4, 5, "anna"),
        said(5, 6, ""),
        said(6, 11, ""),
        said(7, 60, "carl"),
        said(8, 0, "dora", topic_id="other"),
        mention(9, created_at=None, author="emil"),
    )

    def authors(seconds: int, until: datetime = FAR_AHEAD) -> dict[datetime, int]:
        with store.reading() as reading:
            return reading.authors("bahn", since=NOON, until=until, bucket_seconds=seconds)

    five, hour = timedelta(minutes=5), timedelta(hours=1)
    assert authors(300) == {NOON: 2, NOON + five: 1, NOON + hour: 1}
    assert authors(300, until=NOON + five) == {NOON: 2}
    assert authors(60)[NOON + timedelta(minutes=1)] == 1
    assert authors(3600) == {NOON: 2, NOON + hour: 1}
    assert list(authors(300)) == sorted(authors(300))
    with pytest.raises(ValueError, match="whole minutes"):
        authors(90)
