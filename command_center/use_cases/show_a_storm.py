"""The demonstration drill: a made-up brand, four sealed accounts, three quiet weeks and a storm.

Everything is in the practice plane; its accounts can only rehearse, so nothing reaches a network.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from command_center.domain.accounts import Account
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Act, Role
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context
from command_center.use_cases.command import Work, command, need
from command_center.use_cases.drill_partner import invite_partner
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.keep_accounts import name_hosts
from command_center.use_cases.lock_late import lock_late
from command_center.use_cases.replay import start_replay

BRAND = "Nordwerk AirCrisp 2"
HOSTS = ("nordwerk.example.com",)
STORM_BREAKS = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
SPEED = 120
_ACCOUNTS = (
    ("x", "@nordwerk", "Nordwerk auf X", "de", True),
    ("bluesky", "@nordwerk.example", "Nordwerk auf Bluesky", "de", False),
    ("mastodon", "@nordwerk@social.example", "Nordwerk auf Mastodon", "de", False),
    ("linkedin", "Nordwerk", "Nordwerk auf LinkedIn", "", False),
)


def show_a_storm(ctx: Context, caller: Caller, *, raws: Iterable[RawMention], speed: int = SPEED) -> str:
    """Set the demonstration up and let it run from just before the storm; returns the replay's id."""

    def step(name: str) -> Caller:
        return Caller(caller.person_id, f"{caller.request_id}:{name}")

    invite_partner(ctx, step("partner"))
    open_accounts(ctx, step("accounts"))
    report = import_mentions(
        ctx, step("import"), raws=raws, topic_name=BRAND, source_name="storm.ndjson.gz", plane=Plane.PRACTICE
    )
    with ctx.store.reading() as store:
        topic = need(store, Topic, report.topic_id)
    return start_replay(
        ctx,
        step("replay"),
        topic_id=topic.id,
        speed=speed,
        play_from=STORM_BREAKS - timedelta(minutes=30),
    )


@command(Act.REPLAY)
def open_accounts(work: Work) -> str:
    """Store the made-up accounts that are not there yet, and where links of the practice plane may lead."""
    name_hosts(work, HOSTS, Plane.PRACTICE)
    for network, handle, name, language, primary in _ACCOUNTS:
        if work.store.find(Account, plane=Plane.PRACTICE, network=network, handle=handle):
            continue
        made = Account(
            id=work.ctx.new_id(),
            network=network,
            handle=handle,
            name=name,
            plane=Plane.PRACTICE,
            tags=("corporate", "comanaged"),
            languages=(language,) if language else (),
            co_managers=(work.who.id,) if Role.CO_MANAGER in work.who.roles else (),
            primary=primary,
            publisher="rehearsal",
        )
        work.store.add(made)
        lock_late(work, made)
    return BRAND
