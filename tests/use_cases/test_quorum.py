"""Never fewer than two, never the wrong two, never stuck: random teams do what takes two people, in random order."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from command_center.domain.people import Role
from tests.use_cases.quorum_mutants import MUTANTS, Patch
from tests.use_cases.quorum_world import APPROVES, Matter, QuorumWorld

A_WALK = 24
MOST_WALKS = 300


def walk(world: QuorumWorld, steps: int = A_WALK) -> None:
    """Let the team act, and look at each effect when it comes."""
    for _ in range(steps):
        move = world.choose(("act",) * 6 + ("approve",) * 2 + ("come_and_go",))
        who = world.choose(tuple(world.team))
        if move == "come_and_go":
            world.come_and_go()
        elif move == "approve":
            approve(world, who)
        else:
            act(world, world.choose(world.matters), who)
    for matter in world.matters:
        must_not_be_stuck(world, matter)
    must_become_valid(world)


def act(world: QuorumWorld, matter: Matter, who: str) -> None:
    done = matter.done()
    step = world.choose(("begin", "agree", "agree", "edit"))
    if step == "edit":
        matter.edit()
        if matter.name != "plan":  # an edited plan may go back to what was agreed
            assert matter.done() == done
        return
    first = matter.begun_by() if matter.name not in {"plan", "key", "unseal"} else ""
    (matter.begin if step == "begin" else matter.agree)(who)
    if matter.done() and not done:
        first = first or matter.begun_by()
        assert first != who, f"{matter.name}: one person"
        assert world.eligible(matter, who, matter.second), f"{matter.name}: the second may not"
        if not matter.fixed:
            assert world.eligible(matter, first, matter.first), f"{matter.name}: the first may not any more"


def approve(world: QuorumWorld, who: str) -> None:
    valid = world.is_valid()
    given_before = len(world.office.actions())
    world.approve(who)
    if world.is_valid() and not valid:
        with world.office.ctx.store.reading() as store:
            said = {entry.actor for entry in store.log(action="statement.approved")}
        count = {one for one in said if world.may(one, APPROVES) and one not in {*world.conflicted, world.author}}
        here = world.team[world.author].active and world.author not in world.conflicted
        assert len(count) + here >= 2, "approved by fewer than two"
        assert len(world.office.actions()) > given_before


def must_not_be_stuck(world: QuorumWorld, matter: Matter) -> None:
    """Let every pair that could do it try; where there is one, it must get done."""
    if matter.done():
        return
    firsts = (
        [matter.begun_by()]
        if matter.fixed
        else [one for one in world.team if world.eligible(matter, one, matter.first)]
    )
    pairs = [
        (first, second)
        for first in firsts
        for second in world.team
        if first != second and world.eligible(matter, second, matter.second)
    ]
    if matter.name == "stand_down" or not pairs:
        pairs = [pair for pair in pairs if world.may(pair[0], frozenset({Role.CRISIS_LEAD}))]
    for first, second in pairs:
        world.choose = lambda options: options[0]
        matter.begin(first)
        matter.agree(second)
    assert matter.done() or not pairs, f"{matter.name}: two could and nothing happened"


def must_become_valid(world: QuorumWorld) -> None:
    """Let everybody approve who can, those who did before too; where two people are behind it, it is valid."""
    world.choose = lambda options: options[0]
    able = [one for one in world.team if world.may(one, APPROVES) and one not in {*world.conflicted, world.author}]
    here = world.team[world.author].active and world.author not in world.conflicted
    for who in able:
        world.approve(who)
    assert world.is_valid() or len(able) + here < 2 or not able, "two could approve and nothing happened"


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(st.data(), st.integers(1, 6))
def test_two_people_always_and_never_stuck(data: st.DataObject, size: int) -> None:
    def choose(options):  # type: ignore[no-untyped-def]
        return options[data.draw(st.integers(0, len(options) - 1))] if len(options) > 1 else options[0]

    walk(QuorumWorld(choose, size))


@pytest.mark.parametrize("breaks", MUTANTS, ids=lambda breaks: breaks.__name__)
def test_a_broken_rule_of_two_is_noticed(breaks, monkeypatch: Patch) -> None:  # type: ignore[no-untyped-def]
    breaks(monkeypatch)
    for seed in range(MOST_WALKS):
        dice = Random(seed)  # noqa: S311
        try:
            walk(QuorumWorld(dice.choice, dice.randint(2, 6)))
        except AssertionError:
            return
    pytest.fail(f"{breaks.__name__} was not noticed in {MOST_WALKS} walks")
