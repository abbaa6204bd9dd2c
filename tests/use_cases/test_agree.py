"""Connecting on the network's own page: the question and its answer belong together, and keys are renewed in time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from command_center.checking import Checking
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.four_eyes import Proposal
from command_center.errors import BadInput, CommandCenterError, NetworkTrouble, NotAllowed
from command_center.networks import Access, Begun
from command_center.use_cases.agree import begin_agreement, due_renewals, finish_agreement, renew_key
from command_center.use_cases.connect import disconnect
from command_center.use_cases.keys import open_access
from tests.fakes.networks import FakeNetwork
from tests.use_cases.conftest import Office
from tests.use_cases.second import agreed

APP = {"client_id": "app", "client_secret": "s3cret"}


@dataclass
class FakeSignIn:
    """Takes one code and hands out keys that end after two hours."""

    office: Office
    kind: KeyKind = KeyKind.OAUTH2
    asks: tuple[str, ...] = ("client_id", "client_secret")
    optional: tuple[str, ...] = ("client_secret",)
    wrong: Exception | None = None
    renewed: list[str] = field(default_factory=list)

    def begin(self, server: str, given: Mapping[str, str]) -> Begun:
        """Return a page."""
        return Begun(address="https://x.example/agree?state=st", kept={**given, "state": "st"})

    def finish(self, kept: Mapping[str, str], code: str) -> dict[str, str]:
        """Take the one code."""
        if code != "c0de" or kept["client_id"] != "app":
            raise NetworkTrouble("network.signed_out", network="X")
        return self._secret("first")

    def renew(self, access: Access) -> dict[str, str]:
        """Give the next key for the last one only."""
        if self.wrong is not None:
            raise self.wrong
        self.renewed.append(access.secret["access"])
        return self._secret(f"next-{len(self.renewed)}")

    def _secret(self, access: str) -> dict[str, str]:
        ends = self.office.moment + timedelta(hours=2)
        return {"access": access, "refresh": f"r-{access}", "client_id": "app", "expires_at": ends.isoformat()}


class AnyKey(FakeNetwork):
    """Knows every key."""

    def check(self, access: Access) -> tuple[str, tuple]:  # type: ignore[type-arg]
        """Say whose it is."""
        return self.handle, self.rights


@pytest.fixture
def way(office: Office) -> FakeSignIn:
    made = FakeSignIn(office)
    office.ctx = replace(office.ctx, networks={"x": AnyKey({})}, sign_ins={"x": made})
    return made


def begin(office: Office, **more: str) -> tuple[str, str]:
    given = {**APP, **more}
    return begin_agreement(office.ctx, office.says("administrator"), network="x", server="", given=given)


def finish(office: Office, sealed: str, answer: str, who: str = "administrator") -> str:
    return finish_agreement(office.ctx, office.says(who), sealed=sealed, answer=answer)


def one(office: Office, identity: str) -> Connection:
    """Return a key; one that still waits for a second person gets that word first."""
    with office.ctx.store.reading() as store:
        waits = store.get(Proposal, identity)
    identity = agreed(office.ctx, identity) if waits else identity
    with office.ctx.store.reading() as store:
        return store.find(Connection, id=identity)[0]


@pytest.mark.parametrize("answer", ["c0de", " c0de\n", "https://house.example/?state=st&code=c0de#_"])
def test_what_came_back_becomes_a_sealed_key(office: Office, way: FakeSignIn, answer: str) -> None:
    address, sealed = begin(office)
    assert address.startswith("https://x.example/")
    assert "s3cret" not in sealed
    made = one(office, finish(office, sealed, answer))
    assert (made.kind, made.expires_at) == (KeyKind.OAUTH2, office.moment + timedelta(hours=2))
    access = open_access(office.ctx, made.id)
    assert access is not None
    assert access.secret["access"] == "first"


@pytest.mark.parametrize("answer", ["", "two words", "https://house.example/?state=other&code=c0de", "https://a/?x=1"])
def test_an_answer_to_another_question_is_refused(office: Office, way: FakeSignIn, answer: str) -> None:
    _, sealed = begin(office)
    with pytest.raises(BadInput) as refused:
        finish(office, sealed, answer)
    assert refused.value.code == "connection.wrong_answer"


def test_nobody_finishes_what_another_began(office: Office, way: FakeSignIn) -> None:
    _, sealed = begin(office)
    with pytest.raises(CommandCenterError) as refused:
        finish(office, sealed, "c0de", "crisis_lead")
    assert refused.value.code == "vault.wrong_key"
    with pytest.raises(NotAllowed):
        finish(office, sealed, "c0de", "analyst")


def test_what_is_missing_is_named(office: Office, way: FakeSignIn) -> None:
    with pytest.raises(BadInput):
        begin(office, client_id=" ")
    begin(office, client_secret="")


def test_a_key_is_renewed_before_it_ends_and_kept_at_once(office: Office, way: FakeSignIn) -> None:
    _, sealed = begin(office)
    identity = agreed(office.ctx, finish(office, sealed, "c0de"))
    assert due_renewals(office.ctx) == []
    office.later(minutes=111)
    assert due_renewals(office.ctx) == [identity]
    way.wrong = NetworkTrouble("network.faulty", network="X", why="503")
    assert renew_key(office.ctx, identity) == "network.faulty"
    assert due_renewals(office.ctx) == [], "not at once again"
    office.later(minutes=3)
    way.wrong = None
    checking = Checking(office.ctx)
    checking.tend()
    checking.stop()
    access = open_access(office.ctx, identity)
    assert access is not None
    assert (way.renewed, access.secret["access"]) == (["first"], "next-1")
    assert (one(office, identity).trouble, due_renewals(office.ctx)) == ("", [])
    assert "connection.renewed" in office.actions()


def test_a_key_that_is_no_longer_taken_waits_for_a_person(office: Office, way: FakeSignIn) -> None:
    _, sealed = begin(office)
    identity = agreed(office.ctx, finish(office, sealed, "c0de"))
    office.later(hours=3)
    way.wrong = NetworkTrouble("network.signed_out", network="X")
    renew_key(office.ctx, identity)
    office.later(hours=3)
    assert due_renewals(office.ctx) == []
    disconnect(office.ctx, office.says("administrator"), connection_id=identity)
    assert due_renewals(office.ctx) == []
