"""The weekly rota: nights, exchanges, absences with deputies, gaps, and the nights the clock changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from command_center.domain.rota import Exchange, Rota, Shift, turns

MONDAY = datetime(2026, 7, 6, tzinfo=UTC)  # 02:00 in Berlin
DAY = Shift(person_id="kim", days=(0, 1, 2, 3, 4), begins="08:00", ends="18:00")
NIGHT = Shift(person_id="jana", days=tuple(range(7)), begins="18:00", ends="08:00")


def rota(*shifts: Shift, exchanges: tuple[Exchange, ...] = (), **deputies: str) -> Rota:
    return Rota(shifts=shifts, exchanges=exchanges, deputies=deputies, zone="Europe/Berlin")


def there(_person: str, _at: datetime) -> bool:
    return False


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    friday_night = rota(Shift(person_id="jana", days=(4,), begins="22:00", ends="06:00"))
    assert friday_night.planned(at("2026-07-10T23:00+02:00")) == ("jana",)
    assert friday_night.planned(at("2026-07-11T05:59+02:00")) == ("jana",)
    assert friday_night.planned(at("2026-07-11T06:00+02:00")) == ()
    assert friday_night.planned(at("2026-07-10T05:00+02:00")) == ()


def test_a_shift_that_ends_when_it_begins_is_a_whole_day() -> None:
    whole = rota(Shift(person_id="kim", days=(0,), begins="08:00", ends="08:00"))
    assert whole.planned(at("2026-07-06T08:00+02:00")) == ("kim",)
    assert whole.planned(at("2026-07-07T07:59+02:00")) == ("kim",)
    assert whole.planned(at("2026-07-07T08:00+02:00")) == ()


def test_the_turns_of_a_week_have_no_holes_and_name_the_gaps() -> None:
    found = turns(rota(DAY, NIGHT), there, since=MONDAY, until=MONDAY + timedelta(days=7))
    assert found[0].begins == MONDAY
    assert all(one.ends == other.begins for one, other in pairwise(found))
    gaps = [(turn.begins, turn.ends) for turn in found if not turn.present]
    saturday, sunday = (
        (at(f"2026-07-{day}T08:00+02:00").astimezone(UTC), at(f"2026-07-{day}T18:00+02:00").astimezone(UTC))
        for day in (11, 12)
    )
    assert gaps == [saturday, sunday]


def test_an_exchange_puts_one_in_anothers_place_or_adds_somebody() -> None:
    noon = at("2026-07-06T12:00+02:00")
    swap = Exchange(person_id="ana", begins=noon, ends=noon + timedelta(hours=1), instead_of="kim")
    extra = Exchange(person_id="leo", begins=noon, ends=noon + timedelta(hours=1))
    both = rota(DAY, exchanges=(swap, extra))
    assert both.planned(noon) == ("ana", "leo")
    assert both.planned(noon + timedelta(hours=1)) == ("kim",)
    night = rota(NIGHT, exchanges=(swap,))
    assert night.planned(noon) == (), "whoever is replaced was not on duty then"


def test_a_deputy_stands_in_for_somebody_away_and_without_one_there_is_a_gap() -> None:
    noon = at("2026-07-06T12:00+02:00")
    assert rota(DAY, kim="ana").present(noon, lambda one, _at: one == "kim") == ("ana",)
    assert rota(DAY, kim="ana", ana="leo").present(noon, lambda one, _at: one != "leo") == ("leo",)
    assert rota(DAY, kim="ana", ana="kim").present(noon, lambda _one, _at: True) == ()


def test_an_absence_within_a_shift_parts_it() -> None:
    begins, ends = at("2026-07-06T10:00+02:00"), at("2026-07-06T12:00+02:00")

    def away(_one: str, moment: datetime) -> bool:
        return begins <= moment < ends

    since = at("2026-07-06T08:00+02:00")
    found = turns(rota(DAY), away, since=since, until=since + timedelta(hours=10), absences=(begins, ends))
    assert [bool(turn.present) for turn in found] == [True, False, True]


def test_clock_times_hold_on_the_days_the_clock_changes() -> None:
    whole_week = rota(Shift(person_id="kim", days=tuple(range(7)), begins="00:00", ends="00:00"))
    for day in ("2026-03-29", "2026-10-25"):
        since = at(f"{day}T00:00+00:00")
        found = turns(whole_week, there, since=since, until=since + timedelta(days=2))
        assert [turn.present for turn in found] == [("kim",)]
