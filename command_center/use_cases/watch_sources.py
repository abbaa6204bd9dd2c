"""Watch the sources themselves: what they owe, what came, and an alert of its own when one falls silent."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from command_center.domain.alerts import Alert
from command_center.domain.blindness import Delivered, Look, Supplier, delivered, sight, with_fetch
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.rules import RuleKind
from command_center.domain.sources import Source
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.command import Work, housework, looking
from command_center.use_cases.keep_rules import rules_for
from command_center.use_cases.raise_alerts import sight_evidence

LEASE: Final = "worker.lease"
_SILENT: Final = "silent:"


def suppliers(store: Reading, topic_id: str) -> list[Supplier]:
    """Return a topic's sources as blindness sees them; one without a topic of its own serves every topic."""
    return [_supplier(source) for source in store.find(Source, topic_id=(topic_id, ""), active=True)]


def _supplier(source: Source) -> Supplier:
    return Supplier(
        id=source.id,
        name=source.name,
        kind=source.kind,
        since=source.created_at,
        last=source.last_success_at,
        delivery=source.delivery,
    )


def sight_of(ctx: Context, person_id: str, topic_id: str) -> Look:
    """Say how far a topic's picture can be trusted now."""
    with looking(ctx, person_id, Act.READ_PICTURE) as store:
        return sight(suppliers(store, topic_id), ctx.now())


def note_fetch(work: Work, source: Source, *, at: datetime) -> Source:
    """Return a source that remembers a successful fetch; the monitor's verb stores it with its figures."""
    delivery = with_fetch(source.delivery, at) if source.delivery else None
    noted = replace(source, last_success_at=at, delivery=delivery)
    work.store.put(noted)
    return noted


def watch_sources(ctx: Context) -> int:
    """Raise an alert for every source that has fallen silent since it was last whole; returns how many."""
    now = ctx.now()
    with ctx.store.reading() as store:
        sources = [source for source in store.find(Source, active=True) if source.delivery is not None]
        known = {source.id: store.get(Setting, _SILENT + source.id) for source in sources}
        limits = {source.id: rules_for(store, source.topic_id).rules.silence for source in sources}
    raised = 0
    for source in sources:
        found, rule, setting = delivered(_supplier(source), now), limits[source.id], known[source.id]
        silent = bool(rule.active and found and found.share < rule.share)
        was_silent = bool(setting and setting.value.get("silent"))
        if silent != was_silent:
            note_silence(ctx, f"silence:{source.id}:{now.isoformat()}", source_id=source.id, found=found, silent=silent)
            raised += silent
    return raised


@housework
def note_silence(work: Work, *, source_id: str, found: Delivered | None, silent: bool) -> str:
    """Keep that a source fell silent, with an alert, or that it speaks again."""
    source = work.need(Source, source_id)
    work.store.put(Setting(id=_SILENT + source_id, value={"silent": silent}))
    if not silent or found is None:
        return ""
    look = sight(suppliers(work.store, source.topic_id), work.now)
    rules = rules_for(work.store, source.topic_id)
    alert = Alert(
        id=work.ctx.new_id(),
        plane=source.plane,
        topic_id=source.topic_id,
        at=work.now,
        raised_at=work.now,
        evidence={
            "kind": RuleKind.SILENCE.value,
            "key": source.id,
            "source": source.name,
            "fetches_expected": found.expected,
            "fetches": found.came,
            "last_success_at": source.last_success_at.isoformat() if source.last_success_at else "",
            **sight_evidence(look),
            "rule_set": rules.id,
            "rule_version": rules.version,
        },
    )
    work.store.add(alert)
    work.log(
        Action.ALERT_RAISED,
        alert.id,
        plane=alert.plane,
        kind=RuleKind.SILENCE.value,
        source=source.name,
        fetches_expected=found.expected,
        fetches=found.came,
        sight=look.state.value,
        rule_set=rules.id,
        rule_version=rules.version,
    )
    return alert.id


def worker_works(store: Reading, now: datetime) -> bool:
    """Tell whether somebody does the background work now; without it nothing listens."""
    lease = store.get(Setting, LEASE)
    return lease is not None and now < datetime.fromisoformat(lease.value["until"])
