"""What leaves the house: read once, sorted by how honest we can be about it, shown as cards.

Four states are named as they are: held, on its way, out, not in our hands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.accounts import Account, Lock
from command_center.domain.people import Act, Person
from command_center.domain.publications import AT_WORK, Publication, PublicationState
from command_center.domain.removals import Removal
from command_center.domain.statements import StatementVersion
from command_center.ports import Reading
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page
from command_center.ui.off_voices import Overheard, read_overheard
from command_center.ui.parts import person_name, post_link, time_html
from command_center.ui.queue_words import because
from command_center.ui.ways import e
from command_center.ui.wordings import length_of, network_name
from command_center.use_cases.command import looking

STEP: Final = 20
# Every state stands in one group; a group has a sign and a tone beside its word.
GROUPS: Final[dict[str, tuple[PublicationState, ...]]] = {
    "waiting": (PublicationState.AWAITING_REVIEW, PublicationState.QUEUED),
    "held": (PublicationState.HELD, PublicationState.QUARANTINED),
    "on_way": (PublicationState.INTENDED,),
    "lost": (PublicationState.UNKNOWN,),
    "out": (PublicationState.SENT, PublicationState.VERIFIED),
    "not_out": (PublicationState.REFUSED, PublicationState.FAILED, PublicationState.DISCARDED),
}
SIGNS: Final = {
    "waiting": ("◔", "wait"),
    "held": ("■", "wait"),
    "on_way": ("➤", "way"),
    "lost": ("?", "lost"),
    "out": ("✓", "out"),
    "not_out": ("✕", "no"),
}
_GROUP_OF: Final = {state: group for group, states in GROUPS.items() for state in states}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Everything asked of this plane's accounts, by group; the newest first where it is over."""

    groups: Mapping[str, tuple[Publication, ...]]
    counts: Mapping[str, int]
    accounts: Mapping[str, Account]
    people: Mapping[str, Person]
    versions: Mapping[str, StatementVersion]
    locked: frozenset[str]
    removals: Mapping[str, Removal]
    heard: Overheard


def read_queue(page: Page, *, steps: int = 1) -> Queue:
    """Read what waits, is held, on its way, out and refused; ``steps`` says how much of the past."""
    with looking(page.ctx, page.person.id, Act.PUBLISH) as store:
        groups = {group: _group(store, page, states, steps) for group, states in GROUPS.items()}
        named = {item.version_id for found in groups.values() for item in found if item.version_id}
        versions = store.find(StatementVersion, id=tuple(named)) if named else []
        return Queue(
            groups={group: tuple(found[: STEP * steps]) for group, found in groups.items()},
            counts={
                group: len(store.find(Publication, plane=page.plane, state=states)) for group, states in GROUPS.items()
            },
            accounts={account.id: account for account in store.find(Account, plane=page.plane)},
            people={person.id: person for person in store.find(Person)},
            versions={version.id: version for version in versions},
            locked=frozenset(lock.account_id for lock in store.find(Lock, plane=page.plane, lifted_at=None)),
            removals={item.publication_id: item for item in store.find(Removal, plane=page.plane, order="asked_at")},
            heard=read_overheard(store, page),
        )


def _group(store: Reading, page: Page, states: Sequence[PublicationState], steps: int) -> list[Publication]:
    over = PublicationState.SENT in states or PublicationState.REFUSED in states
    order, limit = ("asked_at", STEP * steps) if over else ("due_at", None)
    return store.find(Publication, plane=page.plane, state=tuple(states), order=order, descending=over, limit=limit)


def look(page: Page) -> object:
    """Return what must not change unseen: which posts there are, and where they stand."""
    queue = read_queue(page)
    posts = [(item.id, item.state, item.attempts, item.taken_down_at) for item in _all(queue)]
    return posts, dict(queue.counts), [(item.id, item.state) for item in queue.removals.values()], queue.heard.look()


def _all(queue: Queue) -> Iterator[Publication]:
    return (item for found in queue.groups.values() for item in found)


def tally_html(page: Page, queue: Queue) -> str:
    """Return how many posts are held, on their way, out and not in our hands."""
    cells = []
    for group in ("held", "on_way", "out", "lost"):
        sign, tone = SIGNS[group]
        cells.append(
            f'<div class="cc-tone-{tone}"><dt><i aria-hidden="true">{sign}</i>{_say(page, f"queue.{group}")}</dt>'
            f"<dd>{page.number(queue.counts[group])}</dd><p>{_say(page, f'queue.{group}.means')}</p></div>"
        )
    return f'<dl class="cc-tally">{"".join(cells)}</dl>'


def state_html(page: Page, state: PublicationState) -> str:
    """Return a post's state as sign, word and tone."""
    sign, tone = SIGNS[_GROUP_OF[state]]
    return f'<span class="cc-badge cc-tone-{tone}"><i aria-hidden="true">{sign}</i>{e(page.word(state))}</span>'


def post_html(page: Page, queue: Queue, item: Publication) -> str:
    """Return one post: account, state, text, why, who and when."""
    account = queue.accounts.get(item.account_id)
    where = (
        f"<b>{e(account.name)}</b> <span class='cc-quiet'>{e(network_name(account.network))}</span>" if account else ""
    )
    version = queue.versions.get(item.version_id)
    at_work = item.state in AT_WORK
    asked = (person_name if at_work else doer_name)(page, queue.people, item.asked_by)
    notes = [page.say("queue.asked", name=asked, when=page.moment(item.asked_at))]
    if item.reviewed_by:
        notes.append(page.say("queue.reviewed", name=doer_name(page, queue.people, item.reviewed_by)))
    if version:
        notes.append(page.say("queue.statement", title=version.content.title, number=version.number))
    if item.reply_to:
        notes.append(page.say("queue.is_reply"))
    footer = "".join(f"<span>{e(note)}</span>" for note in notes)
    return (
        f'<article class="cc-post"><header>{where}{state_html(page, item.state)}</header>'
        f'<div class="cc-wording">{e(item.text)}</div>{_because(page, queue, item)}'
        f"<footer>{footer}{_link(page, item)}</footer></article>"
    )


def _because(page: Page, queue: Queue, item: Publication) -> str:
    words = because(page, item, queue.accounts.get(item.account_id), queue.removals.get(item.id))
    return f'<p class="cc-because">{e(words)}</p>' if words else ""


def _link(page: Page, item: Publication) -> str:
    ended = f"<span>{time_html(page, item.ended_at)}</span>" if item.ended_at else ""
    return ended if item.taken_down_at is not None else ended + post_link(page, item.url)


def _say(page: Page, code: str) -> str:
    return e(page.say(code))


def local_moment(day: date, at: time, zone: str) -> datetime | None:
    """Return the moment a clock in this zone shows; None when the clocks jump over it."""
    local = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    shown = moment.astimezone(local.tzinfo)
    return moment if shown.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def schedule_fault(text: str, due: datetime | None, now: datetime, network: str) -> str:
    """Name what keeps a text from being scheduled; empty when nothing does."""
    used, limit = length_of(network, text)
    faults: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: not text.strip(), "queue.plan.no_text"),
        (lambda: bool(limit) and used > limit, "queue.plan.too_long"),
        (lambda: due is None, "queue.plan.no_such_time"),
        (lambda: due is not None and due <= now + timedelta(seconds=30), "queue.plan.past"),
    )
    return next((code for holds, code in faults if holds()), "")
