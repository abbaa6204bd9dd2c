"""Tell people about alerts by the duty plan until somebody acknowledges, and keep also who was not told and why.

``domain/duty.py`` says whom to tell now, ``domain/digests.py`` when many alerts become one message.
Telling and keeping are two things: a crash in between may tell somebody twice, but never loses an alert.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.alerts import Alert, AlertState, Ear, Notice, NoticeOutcome
from command_center.domain.digests import WITHIN, bundle
from command_center.domain.duty import Roster, Step, Way, next_step
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person, may
from command_center.domain.reachability import MOST_SINGLE
from command_center.domain.response_log import Action
from command_center.domain.topics import Topic
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, housework
from command_center.use_cases.duty_roster import channels, read_roster, to_call

_ACTIONS: Final = {
    NoticeOutcome.SENT: Action.PERSON_NOTIFIED,
    NoticeOutcome.PRACTICE: Action.PERSON_NOTIFIED,
    NoticeOutcome.FAILED: Action.NOTICE_FAILED,
    NoticeOutcome.NO_CHANNEL: Action.NOTICE_FAILED,
    NoticeOutcome.NO_ADDRESS: Action.NOTICE_FAILED,
    NoticeOutcome.NOBODY: Action.ALERT_REACHED_NOBODY,
}


def tell_everybody(ctx: Context) -> int:
    """Do what the duty plan asks for now, for every alert nobody has acknowledged; returns how many alerts that were.

    A step that reaches nobody makes the next one due at once, so it is asked again until nothing is left.
    """
    touched: set[str] = set()
    while True:
        scene = _look(ctx)
        kept: set[str] = set()
        for alert_id in scene.steps:
            kept |= _keep_not_told(ctx, scene, alert_id)
        for person_id in scene.persons():
            kept |= _tell_person(ctx, scene, scene.roster.people[person_id])
        if not kept:
            return len(touched)
        touched |= kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """Everything one round of telling looks at; ``places`` remembers what a shared place was told already."""

    at: datetime
    roster: Roster
    alerts: Mapping[str, Alert]
    topics: Mapping[str, Topic]
    notices: Sequence[Notice]
    steps: Mapping[str, Step]
    places: dict[tuple[object, ...], str] = field(default_factory=dict)

    def topic(self, alert: Alert) -> Topic:
        """Return what an alert is about; a source that listens for every topic has none of its own."""
        return self.topics.get(alert.topic_id) or Topic(id="", name="", plane=alert.plane)

    def persons(self) -> list[str]:
        """Return who is to be told anything, the earlier alerts' people first."""
        return list(dict.fromkeys(way.person_id for step in self.steps.values() for way in step.tell))

    def ways(self, person_id: str) -> dict[str, Way]:
        """Return the alerts due for a person, each with the channels left for it."""
        return {
            alert_id: way for alert_id, step in self.steps.items() for way in step.tell if way.person_id == person_id
        }

    def digest(self, person_id: str) -> tuple[int, timedelta]:
        """Return how many alerts a person wants one by one, and within which time."""
        said = self.roster.reach.get(person_id)
        return (said.digest_after, timedelta(minutes=said.digest_minutes)) if said else (MOST_SINGLE, WITHIN)


def _look(ctx: Context) -> _Scene:
    now = ctx.now()
    with ctx.store.reading() as store:
        alerts = {alert.id: alert for alert in store.find(Alert, state=AlertState.RAISED, order="raised_at")}
        notices = store.find(Notice, alert_id=tuple(alerts)) if alerts else []
        roster = read_roster(ctx, store)
        topics = {topic.id: topic for topic in store.find(Topic)} if alerts else {}
        by_alert: dict[str, list[Notice]] = {}
        for notice in notices:
            by_alert.setdefault(notice.alert_id, []).append(notice)
        found = {alert.id: next_step(roster, alert, by_alert.get(alert.id, ()), now) for alert in alerts.values()}
        steps = {
            alert_id: step
            for alert_id, step in found.items()
            if step is not None and not _overtaken(store, alerts[alert_id])
        }
    return _Scene(at=now, roster=roster, alerts=alerts, topics=topics, notices=notices, steps=steps)


def _overtaken(store: Reading, alert: Alert) -> bool:
    """Tell whether an alert belongs to a replay that was played again since: nobody needs to hear of it."""
    ear = store.get(Ear, alert.topic_id) if alert.replayed else None
    return ear is not None and ear.state.get("run") != alert.evidence.get("run")


def _keep_not_told(ctx: Context, scene: _Scene, alert_id: str) -> set[str]:
    step = scene.steps[alert_id]
    notices = []
    for one in step.not_told:
        at_step = [str(step.number)] if one.reason is NoticeOutcome.NOBODY else []
        notices.append(
            Notice(
                id=":".join((alert_id, *at_step, one.person_id, one.channel, one.reason)),
                alert_id=alert_id,
                plane=scene.alerts[alert_id].plane,
                person_id=one.person_id,
                channel=one.channel,
                at=scene.at,
                outcome=one.reason,
                step=step.number,
            )
        )
    return _keep(ctx, notices)


def _tell_person(ctx: Context, scene: _Scene, person: Person) -> set[str]:
    """Tell one person what is due for them: one by one, or together when it is many."""
    ways = scene.ways(person.id)
    due = [scene.alerts[alert_id] for alert_id in ways]
    practice = [alert for alert in due if alert.plane is Plane.PRACTICE]
    told = [notice for notice in scene.notices if notice.person_id == person.id]
    single, within = scene.digest(person.id)
    bundled = bundle([a for a in due if a.plane is Plane.REAL], told, scene.at, most_single=single, within=within)
    kept = _keep_held(ctx, scene, person, bundled.held)
    for alert in (*practice, *bundled.single):
        kept |= _post(ctx, scene, person, [alert])
    if bundled.together:
        kept |= _post(ctx, scene, person, bundled.together, digest=ctx.new_id())
    return kept


def _keep_held(ctx: Context, scene: _Scene, person: Person, held: Iterable[Alert]) -> set[str]:
    known = {(notice.alert_id, notice.person_id) for notice in scene.notices if notice.outcome is NoticeOutcome.DIGEST}
    notices = [
        replace(
            _notice(scene, alert.id, person, "", NoticeOutcome.DIGEST),
            id=f"{alert.id}:{person.id}:{NoticeOutcome.DIGEST}",
        )
        for alert in held
        if (alert.id, person.id) not in known
    ]
    return _keep(ctx, notices)


def _post(ctx: Context, scene: _Scene, person: Person, due: Sequence[Alert], *, digest: str = "") -> set[str]:
    """Tell a person one message on their channels, asking before each whether somebody has acknowledged."""
    ways = [scene.ways(person.id)[alert.id] for alert in due]
    kept: set[str] = set()
    for channel in dict.fromkeys(channel for way in ways for channel in way.channels):
        waiting = _still_waiting(ctx, due)
        if not waiting:
            break
        outcome, detail = _send(ctx, scene, person, channel, waiting, digest)
        kept |= _keep(
            ctx,
            [
                replace(_notice(scene, alert.id, person, channel, outcome), at=ctx.now(), detail=detail, digest=digest)
                for alert in waiting
            ],
        )
        if outcome is not NoticeOutcome.FAILED and not any(way.every for way in ways):
            break
    return kept


def _still_waiting(ctx: Context, alerts: Iterable[Alert]) -> list[Alert]:
    with ctx.store.reading() as store:
        return [alert for alert in alerts if _raised(store, alert)]


def _raised(store: Reading, alert: Alert) -> bool:
    now = store.get(Alert, alert.id)
    return now is not None and now.state is AlertState.RAISED


def _send(
    ctx: Context, scene: _Scene, person: Person, channel: str, waiting: Sequence[Alert], digest: str
) -> tuple[NoticeOutcome, str]:
    if waiting[0].plane is Plane.PRACTICE:
        # A drill never pages anybody outside the app.
        return NoticeOutcome.PRACTICE, ""
    teller = channels(ctx)[channel]
    place = (channel, teller.address(person), may(person, Act.ACKNOWLEDGE), *(alert.id for alert in waiting))
    if place not in scene.places:
        title, body = _words(ctx, scene, person, waiting, digest)
        scene.places[place] = teller.tell(person, title=title, body=body)
    detail = scene.places[place]
    return (NoticeOutcome.FAILED if detail else NoticeOutcome.SENT), detail


def _words(ctx: Context, scene: _Scene, person: Person, waiting: Sequence[Alert], digest: str) -> tuple[str, str]:
    words, language = ctx.alert_words, person.language
    _, within = scene.digest(person.id)
    call = to_call(scene.roster, person, max(scene.steps[alert.id].number for alert in waiting))
    if digest:
        told = {
            notice.alert_id
            for notice in scene.notices
            if notice.person_id == person.id and notice.outcome is NoticeOutcome.SENT and scene.at - notice.at < within
        }
        listed = [alert for alert in scene.alerts.values() if alert in waiting or alert.id in told]
        return words.digest([(alert, scene.topic(alert)) for alert in listed], language, call)
    alert = waiting[0]
    topic = scene.topic(alert)
    body = words.body(alert, topic, language, call)
    if scene.steps[alert.id].number:
        minutes = (scene.at - alert.raised_at) // timedelta(minutes=1)
        body = f"{words.overdue(minutes, language)}\n{body}"
    return words.title(alert, topic, language), body


def _notice(scene: _Scene, alert_id: str, person: Person, channel: str, outcome: NoticeOutcome) -> Notice:
    step = scene.steps[alert_id].number
    return Notice(
        id=f"{alert_id}:{step}:{person.id}:{channel}",
        alert_id=alert_id,
        plane=scene.alerts[alert_id].plane,
        person_id=person.id,
        channel=channel,
        at=scene.at,
        outcome=outcome,
        step=step,
    )


def _keep(ctx: Context, notices: Sequence[Notice]) -> set[str]:
    if not notices:
        return set()
    kept = keep_notices(ctx, f"tell:{ctx.new_id()}", notices=notices)
    return set(kept.split())


@housework
def keep_notices(work: Work, *, notices: Sequence[Notice]) -> str:
    """Keep what became of telling somebody, once and logged; returns the ids of the alerts that was news for."""
    news = [notice for notice in notices if work.store.get(Notice, notice.id) is None]
    for notice in news:
        work.store.add(notice)
        work.log(
            _ACTIONS.get(notice.outcome, Action.NOTICE_WITHHELD),
            notice.alert_id,
            plane=notice.plane,
            person=notice.person_id,
            channel=notice.channel,
            outcome=notice.outcome.value,
            detail=notice.detail,
            step=notice.step + 1,
        )
    return " ".join(sorted({notice.alert_id for notice in news}))
