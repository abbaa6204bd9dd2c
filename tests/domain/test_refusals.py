"""How often a refusal becomes an entry: once a minute with a count, the same click once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.refusals import ONE_ENTRY_A, Refused, Tries, after, why_refused

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(-90, 90), st.sampled_from("abcd"))))
def test_every_wish_is_counted_once_and_no_entry_follows_another_within_a_minute(steps: list[tuple[int, str]]) -> None:
    tries: Tries | None = None
    now, last, wishes, told, entries = NOON, "", 0, 0, list[datetime]()
    for seconds, wish in steps:
        now += timedelta(seconds=seconds)
        wishes += wish != last
        last = wish
        tries, count = after(tries, wish, now)
        told += count
        if count:
            assert not any(timedelta(0) <= now - at < ONE_ENTRY_A for at in entries[-1:])
            entries.append(now)
    assert told + (tries.more if tries else 0) == wishes


def test_a_refusal_is_one_of_four_words() -> None:
    assert why_refused("people.no_right") is Refused.NO_RIGHT
    assert why_refused("take_down.not_yours") is Refused.NO_RIGHT
    assert why_refused("lock.two_people_unlock") is Refused.OTHER_PERSON
    assert why_refused("statement.conflict_of_interest") is Refused.CONFLICT
