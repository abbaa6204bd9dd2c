"""Two people, in any team: never fewer, never the wrong ones, and never stuck while two could act."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.deputies import HANDED_ON, stands_in
from command_center.domain.four_eyes import still_counts, why_not_second
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, SYSTEM, Act, Person, Role, may
from command_center.domain.statements import (
    Approval,
    Content,
    StatementVersion,
    Variant,
    approvals_needed,
    approvals_that_count,
    content_hash,
    may_approve,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = ("ana", "ben", "cara", "dirk", "eva", "finn")
CONTENT = Content(title="Lage", kind="holding", variants=(Variant(language="de", text="Wir prüfen das."),))
CROWD = [Role.APPROVER, Role.CRISIS_LEAD, Role.ANALYST, Role.ADMINISTRATOR, Role.EMPLOYEE]


@st.composite
def teams(draw: st.DrawFn) -> list[Person]:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    roles = st.lists(st.sampled_from(CROWD), min_size=1, max_size=2, unique=True).map(tuple)
    return [
        Person(id=name, login=name, name=name, roles=draw(roles), active=draw(st.booleans()), created_at=NOON)
        for name in names
    ]


def version(author: str, quorum: int, **changes: Any) -> StatementVersion:
    made = StatementVersion(
        id="v",
        statement_id="s",
        plane=Plane.REAL,
        number=1,
        content=CONTENT,
        content_hash=content_hash(CONTENT),
        author_id=author,
        created_at=NOON,
        quorum=quorum,
        approver_roles=(),
        valid_for=0,
    )
    return replace(made, **changes)


def words(who: list[str], shown: str = "") -> list[Approval]:
    return [
        Approval(id=str(n), version_id="v", person_id=one, content_hash=shown or content_hash(CONTENT), at=NOON)
        for n, one in enumerate(who)
    ]


CONFLICTED = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)


@given(teams(), st.sampled_from((SYSTEM, *NAMES)), st.integers(1, 4), st.lists(st.sampled_from(NAMES)), CONFLICTED)
def test_what_is_valid_has_two_people_behind_it_who_may(
    team: list[Person], author: str, quorum: int, given_by: list[str], conflicted: tuple[str, ...]
) -> None:
    asked, people = version(author, quorum), {person.id: person for person in team}
    count = approvals_that_count(asked, words(given_by), team, conflicted)
    assert len(count) <= len(set(given_by))
    for one in count:
        assert may(people[one], Act.APPROVE)
        assert one not in conflicted
        assert one != author
    if len(count) >= approvals_needed(asked, team, conflicted):
        behind = count | (
            {author} if author in people and people[author].active and author not in conflicted else set()
        )
        assert len(behind) >= 2


@given(teams(), st.sampled_from((SYSTEM, *NAMES)), st.integers(1, 4), CONFLICTED)
def test_nobody_is_stuck_while_two_could_agree(
    team: list[Person], author: str, quorum: int, conflicted: tuple[str, ...]
) -> None:
    asked = version(author, quorum)
    able = [one.id for one in team if may(one, Act.APPROVE) and not may_approve(asked, one, conflicted=conflicted)]
    writes = [one.id for one in team if one.id == author and one.active and author not in conflicted]
    if len({*able, *writes}) < 2:
        return
    count = approvals_that_count(asked, words(able), team, conflicted)
    assert len(count) >= approvals_needed(asked, team, conflicted), "everybody agreed and it is not valid"


@given(teams(), st.lists(st.sampled_from(NAMES), min_size=1), st.integers(1, 3))
def test_an_approval_dies_with_the_content_it_was_for(team: list[Person], given_by: list[str], quorum: int) -> None:
    other = content_hash(replace(CONTENT, title="Anders"))
    asked = version(SYSTEM, quorum)
    assert approvals_that_count(asked, words(given_by, other), team) == frozenset()
    elsewhere = [replace(one, version_id="older") for one in words(given_by)]
    assert approvals_that_count(asked, elsewhere, team) == frozenset()


@given(teams(), st.lists(st.sampled_from(NAMES), min_size=1, unique=True), st.sampled_from(NAMES))
def test_an_approval_goes_with_whoever_leaves_or_loses_the_role(
    team: list[Person], given_by: list[str], who: str
) -> None:
    asked = version(SYSTEM, 2)
    before = approvals_that_count(asked, words(given_by), team)
    for change in ({"active": False}, {"roles": (Role.EMPLOYEE,)}):
        left = [replace(one, **change) if one.id == who else one for one in team]
        assert approvals_that_count(asked, words(given_by), left) == before - {who}


def test_a_drills_partner_is_no_part_of_a_real_team() -> None:
    partner = Person(id=DRILL_PARTNER, login="p", name="p", roles=(Role.APPROVER,), created_at=NOON)
    ana, ben = (Person(id=name, login=name, name=name, roles=(Role.APPROVER,), created_at=NOON) for name in ("a", "b"))
    assert approvals_needed(version("a", 2), [ana, ben, partner]) == 1, "ana wrote it, only ben is left"
    assert approvals_needed(version("a", 2, plane=Plane.PRACTICE), [ana, ben, partner]) == 2


@given(teams(), st.sampled_from(NAMES), st.sampled_from(NAMES), CONFLICTED, st.sampled_from(list(Act)))
def test_two_are_two_and_the_case_is_about_neither(
    team: list[Person], first: str, second: str, conflicted: tuple[str, ...], act: Act
) -> None:
    people = {person.id: person for person in team}
    if why_not_second(first, second, conflicted=conflicted):
        assert first == second or second in conflicted
        return
    assert first != second
    if still_counts(people.get(first), act, conflicted=conflicted):
        assert may(people[first], act)
        assert not {first, second} & {*conflicted}


@given(
    teams(),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.sampled_from(NAMES),
)
def test_a_deputy_gets_no_more_than_those_who_are_away_had(
    team: list[Person], deputies: dict[str, str], away: set[str], who: str
) -> None:
    people = {person.id: person for person in team}
    found = stands_in(who, deputies, people, away)
    had = {role for one in away for role in (people[one].roles if one in people and people[one].active else ())}
    assert found.away <= had & HANDED_ON
    assert Role.ADMINISTRATOR not in found.named
    assert bool(found.away) <= (who in deputies.values())
    for person in team:
        assert set(found.as_now(person).roles) >= set(person.roles)
    for one, deputy in deputies.items():
        if deputy == who and one != who and one in away and one in people and people[one].active:
            assert found.away >= HANDED_ON & set(people[one].roles), "whoever is away has their deputy"
