"""A small house to ask the gate about: one account, one approved statement, and what changes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import House
from command_center.domain.plan_words import SlotType
from command_center.domain.statements import (
    Content,
    Slot,
    StatementState,
    StatementVersion,
    Variant,
    content_hash,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FACT = "ein Netzteil kann überhitzen"
GERMAN = "Bitte „{product}“ nicht benutzen: {risk}. Mehr: {link} – nächster Stand {at}. Danke für Ihr Vertrauen!"
ENGLISH = "Please don't use “{product}”: {risk}. More: {link} – next update {at}. Thank you for your trust!"
VALUES = {
    "product": "AirCrisp 2",
    "risk": FACT,
    "link": "https://nordwerk.example.com/r",
    "at": "16:30 Uhr",
}
APPROVED = (
    "Bitte „AirCrisp 2“ nicht benutzen: ein Netzteil kann überhitzen. "
    "Mehr: https://nordwerk.example.com/r – nächster Stand 16:30 Uhr. Danke für Ihr Vertrauen!"
)


def account(**changes: object) -> Account:
    """Return an account on X that ``anna`` co-manages."""
    made = Account(id="acc", network="x", handle="@nordwerk", name="X", co_managers=("anna",))
    return replace(made, **changes)  # type: ignore[arg-type]


def lock(posture: Posture, **changes: object) -> Lock:
    """Return a standing lock on the account."""
    made = Lock(
        id="lock",
        account_id="acc",
        plane=Plane.REAL,
        posture=posture,
        reason="storm",
        locked_by="lead",
        locked_at=NOW,
        review_by=NOW + timedelta(hours=4),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def content() -> Content:
    """Return the wording: German and English, four slots of different types."""
    return Content(
        title="Holding",
        kind="holding",
        variants=(Variant(language="de", text=GERMAN), Variant(language="en", text=ENGLISH)),
        slots=(
            Slot(name="product", type=SlotType.TEXT, label={}, max_length=30),
            Slot(name="risk", type=SlotType.FACT, label={}, max_length=60),
            Slot(name="link", type=SlotType.LINK, label={}, max_length=60, choices=("nordwerk.example.com",)),
            Slot(name="at", type=SlotType.DATETIME, label={}, max_length=30),
        ),
    )


def version(**changes: object) -> StatementVersion:
    """Return the wording as a valid version; its hash follows the content unless given."""
    made = StatementVersion(
        id="ver",
        statement_id="st",
        plane=Plane.REAL,
        number=1,
        content=content(),
        content_hash=content_hash(content()),
        author_id="author",
        created_at=NOW - timedelta(hours=2),
        quorum=2,
        approver_roles=(),
        valid_for=0,
        incident_id="inc",
        state=StatementState.VALID,
        valid_from=NOW - timedelta(hours=1),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def house(
    posture: Posture = Posture.ONE_VOICE,
    *,
    versions: Sequence[StatementVersion] | None = None,
    facts: Sequence[str] = (FACT,),
    said_elsewhere: Sequence[str] = (),
    may_use_all: bool = False,
    **changes: object,
) -> House:
    """Return what the gate looks at."""
    return House(
        account=account(**changes),
        locks=() if posture is Posture.OPEN else (lock(posture),),
        versions=[version()] if versions is None else list(versions),
        facts={"inc": list(facts)},
        said_elsewhere=said_elsewhere,
        may_use_all=may_use_all,
        now=NOW,
    )
