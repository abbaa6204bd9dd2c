"""Coming back from the identity provider: who that is here, with which roles, and who stays out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from command_center.domain.identities import Claims, read_groups
from command_center.domain.people import DoorStep, Person, Role
from command_center.domain.response_log import Action
from command_center.domain.second_factor import SecondFactorRule
from command_center.errors import NotAllowed
from command_center.networks import Elsewhere
from command_center.ports import Context
from command_center.use_cases.people import disable_person
from command_center.use_cases.second_factor import need_second_factor
from command_center.use_cases.sign_in import who_is
from command_center.use_cases.sign_in_elsewhere import Answer, Entered, come_back, leave
from tests.use_cases.door import Clock, actions, by, code_of, empty_house, first_person

BACK = "https://voice.example/login/provider/back"
ISSUER = "https://id.example"


@dataclass
class Provider:
    """A provider that believes every code and remembers what it was asked."""

    says: Claims = field(default_factory=lambda: Claims(issuer=ISSUER, subject="u1", login="ada", groups=("Presse",)))
    asked: list[dict[str, str]] = field(default_factory=list)

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        self.asked.append({"redirect_uri": redirect_uri, "state": state, "nonce": nonce, "verifier": verifier})
        return f"{ISSUER}/auth"

    def claims(self, *, code: str, issuer: str, redirect_uri: str, nonce: str, verifier: str, now: datetime) -> Claims:
        wish = self.asked[-1]
        assert (redirect_uri, nonce, verifier) == (wish["redirect_uri"], wish["nonce"], wish["verifier"])
        return self.says


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def ctx(tmp_path: Path, clock: Clock, provider: Provider) -> Iterator[Context]:
    roles = read_groups(("Presse=analyst", "Leitung=crisis_lead"))
    house = replace(empty_house(tmp_path, clock), elsewhere=Elsewhere(provider=provider, roles=roles))
    yield house
    house.store.close()


@pytest.fixture
def kim(ctx: Context) -> Person:
    return first_person(ctx)


def enter(ctx: Context, provider: Provider) -> Entered:
    _, step = leave(ctx, redirect_uri=BACK, wanted="/log")
    return come_back(ctx, step, Answer(state=provider.asked[-1]["state"], code="c"))


def test_a_newcomer_gets_the_roles_of_their_groups_and_a_session_of_ours(
    kim: Person, ctx: Context, provider: Provider
) -> None:
    entered = enter(ctx, provider)
    ada = who_is(ctx, entered.token)
    assert ada is not None
    assert (ada.login, ada.roles, entered.wanted) == ("ada", (Role.ANALYST,), "/log")
    assert who_is(ctx, enter(ctx, provider).token) == ada


def test_a_lost_group_is_a_lost_role_and_the_last_one_ends_every_session(
    kim: Person, ctx: Context, provider: Provider
) -> None:
    provider.says = replace(provider.says, groups=("Presse", "Leitung"))
    first = enter(ctx, provider).token
    provider.says = replace(provider.says, groups=("Presse",))
    enter(ctx, provider)
    now = who_is(ctx, first)
    assert now is not None
    assert now.roles == (Role.ANALYST,)
    provider.says = replace(provider.says, groups=())
    assert code_of(partial(enter, ctx, provider)) == "oidc.no_role"
    assert who_is(ctx, first) is None
    assert actions(ctx).count(Action.PERSON_CHANGED) == 2


def test_who_is_disabled_here_stays_so_whatever_the_provider_says(
    kim: Person, ctx: Context, provider: Provider
) -> None:
    ada = who_is(ctx, enter(ctx, provider).token)
    assert ada is not None
    disable_person(ctx, by(kim), person_id=ada.id)
    provider.says = replace(provider.says, groups=("Leitung",))
    assert code_of(partial(enter, ctx, provider)) == "oidc.disabled"
    with ctx.store.reading() as store:
        assert store.get(Person, ada.id) == replace(ada, active=False)


@pytest.mark.parametrize("said", [{"login": "kim"}, {"login": "", "email": "kim@example.org"}, {"login": "KIM "}])
def test_nobody_becomes_somebody_else_by_name(
    kim: Person, ctx: Context, provider: Provider, said: dict[str, Any]
) -> None:
    provider.says = replace(provider.says, **said)
    found = who_is(ctx, enter(ctx, provider).token)
    assert found is not None
    assert found.id != kim.id
    assert found.roles == (Role.ANALYST,)


def test_another_issuer_with_the_same_subject_is_another_person(kim: Person, ctx: Context, provider: Provider) -> None:
    one = who_is(ctx, enter(ctx, provider).token)
    provider.says = replace(provider.says, issuer="https://other.example")
    two = who_is(ctx, enter(ctx, provider).token)
    assert one is not None
    assert two is not None
    assert (one.login, two.login) == ("ada", "ada-2")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "other"}, "sign_in.step_over"),
        ({"state": ""}, "sign_in.step_over"),
        ({"state": "ü"}, "sign_in.step_over"),
        ({"error": "access_denied"}, "oidc.refused"),
        ({"code": ""}, "oidc.refused"),
    ],
)
def test_a_wrong_answer_uses_the_step_up(
    kim: Person, ctx: Context, provider: Provider, change: dict[str, str], code: str
) -> None:
    _, step = leave(ctx, redirect_uri=BACK, wanted="/")
    right = Answer(state=provider.asked[-1]["state"], code="c")
    assert code_of(lambda: come_back(ctx, step, replace(right, **change))) == code
    assert code_of(lambda: come_back(ctx, step, right)) == "sign_in.step_over"


def test_an_answer_comes_once_and_within_ten_minutes(
    kim: Person, ctx: Context, provider: Provider, clock: Clock
) -> None:
    _, step = leave(ctx, redirect_uri=BACK, wanted="/")
    right = Answer(state=provider.asked[-1]["state"], code="c")
    assert come_back(ctx, step, right)
    assert code_of(lambda: come_back(ctx, step, right)) == "sign_in.step_over"
    _, late = leave(ctx, redirect_uri=BACK, wanted="/")
    clock.pass_by(minutes=11)
    again = Answer(state=provider.asked[-1]["state"], code="c")
    assert code_of(lambda: come_back(ctx, late, again)) == "sign_in.step_over"
    leave(ctx, redirect_uri=BACK, wanted="/")
    with ctx.store.reading() as store:
        assert len(store.find(DoorStep)) == 1  # what nobody came back to is forgotten


def test_the_providers_second_factor_is_enough(kim: Person, ctx: Context, provider: Provider) -> None:
    need_second_factor(ctx, by(kim), rule=SecondFactorRule.EVERYBODY)
    assert who_is(ctx, enter(ctx, provider).token)


def test_without_a_provider_there_is_no_way(kim: Person, ctx: Context) -> None:
    with pytest.raises(NotAllowed, match=r"oidc\.not_set_up"):
        leave(replace(ctx, elsewhere=None), redirect_uri=BACK, wanted="/")
