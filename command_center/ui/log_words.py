"""Log entries in words: who did what to what, and the details that matter, names instead of ids."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert
from command_center.domain.clients import Client
from command_center.domain.incidents import Clock, Fact, Incident, Task
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Person
from command_center.domain.publications import Publication
from command_center.domain.response_log import Action, LogEntry
from command_center.domain.sources import Source
from command_center.domain.statements import StatementVersion
from command_center.domain.topics import Topic
from command_center.ports import Reading
from command_center.texts import knows
from command_center.ui.frame import Page
from command_center.ui.parts import person_name
from command_center.ui.wordings import gate_words
from command_center.use_cases.command import SHELL, client_person
from command_center.use_cases.unseal import sealed_people

_SHORT: Final = 80
# Said by the sentence itself, or meaningful to machines only: these stand in the entry's own text.
_LEFT_OUT: Final = frozenset(
    {"title", "text_hash", "content_hash", "lock", "why", "by", "source_id", "person_id", "replay", "code"}
)
_ENUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "posture": ("posture",),
    "base_posture": ("posture",),
    "state": ("factstate", "triagestate", "statementstate", "publicationstate"),
    "before": ("factstate", "triagestate", "triage"),
    "answer": ("triage",),
    "was": ("publicationstate",),
    "kind": ("offvoicekind", "leftoverkind"),
    "roles": ("role",),
    "form": ("log.form",),
    "way": ("way",),
    "needed_for": ("secondfactorrule",),
    "outcome": ("noticeoutcome", "leftoverstate"),
    "disturb_from": ("urgency",),
    "act": ("act",),
    "refused": ("refused",),
    "matter": ("matter",),
    "glass": ("glass",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the ids in some entries are called."""

    people: Mapping[str, Person]
    things: Mapping[str, str]
    incidents: Mapping[str, Incident]


def read_names(page: Page, store: Reading, entries: Sequence[LogEntry], *, incident_id: str = "") -> Names:
    """Read what the entries speak of; things that are gone keep their id, people may stand under a pseudonym."""
    incidents = {incident.id: incident for incident in store.find(Incident)}
    things = {incident.id: incident.title for incident in incidents.values()}
    things |= {account.id: account.name for account in store.find(Account)}
    things |= {topic.id: topic.name for topic in store.find(Topic)}
    subjects = tuple({entry.subject for entry in entries} - things.keys())
    if subjects:
        things |= {item.id: item.content.title for item in store.find(StatementVersion, id=subjects)}
        things |= {item.id: _short(item.text) for item in store.find(Publication, id=subjects)}
        things |= {item.id: _short(item.text) for item in store.find(Fact, id=subjects)}
        things |= {item.id: _short(item.text) for item in store.find(OffVoice, id=subjects)}
        things |= {item.id: item.title.get(page.language, "") for item in store.find(Task, id=subjects)}
        things |= {item.id: item.title.get(page.language, "") for item in store.find(Clock, id=subjects)}
        things |= {item.id: item.name for item in store.find(Source, id=subjects)}
        topics = {item.id: things.get(item.topic_id, "") for item in store.find(Alert, id=subjects)}
        things |= {identity: name for identity, name in topics.items() if name}
        found = (store.mention(identity) for identity in subjects if identity not in things)
        things |= {mention.id: _short(mention.text) for mention in found if mention is not None}
    people = {person.id: person for person in sealed_people(page.ctx, store, page.person.id, incident_id=incident_id)}
    people |= {client.actor: client_person(client) for client in store.find(Client)}
    return Names(people=people, things=things, incidents=incidents)


def actor(page: Page, names: Names, identity: str) -> str:
    """Name who acted: a person, the house itself, or whoever holds the machine's shell."""
    return page.say("log.shell") if identity == SHELL else person_name(page, names.people, identity)


def sentence(page: Page, names: Names, entry: LogEntry) -> str:
    """Say in one sentence what an entry records."""
    concerned = str(entry.details.get("person", ""))
    hosts = entry.action is Action.ACCOUNT_CHANGED and "link_hosts" in entry.details
    return page.say(
        "log.hosts_changed" if hosts else f"action.{entry.action.value}",
        who=actor(page, names, entry.actor),
        subject=_subject(page, names, entry),
        person=actor(page, names, concerned) if concerned else page.say("log.nobody_yet"),
    )


def _subject(page: Page, names: Names, entry: LogEntry) -> str:
    if entry.subject in names.people:
        return actor(page, names, entry.subject)
    if entry.action is Action.SIGN_IN_SLOWED:
        return page.say("log.unknown_login")
    details = entry.details
    said = details.get("title") or names.things.get(entry.subject) or details.get("text") or details.get("name")
    if said:
        return f"„{_short(str(said))}“" if page.language == "de" else f"“{_short(str(said))}”"
    return page.say("log.all") if entry.subject in {"log", ""} else entry.subject[:12]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHORT else f"{words[: _SHORT - 1].rstrip()}…"


def details(
    page: Page, names: Names, entry: LogEntry, *, only: frozenset[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the details worth reading, as label and value; ``only`` these where given."""
    found = entry.details
    if "login" in found and entry.subject in names.people:
        found["login"] = names.people[entry.subject].login
    for name, value in found.items():
        if name in _LEFT_OUT or (only is not None and name not in only) or value in ("", None, [], {}):
            continue
        label = page.say(f"log.detail.{name}") if knows(page.language, f"log.detail.{name}") else name
        yield label, _value(page, names, name, value, str(found.get("why", "")))
    for text in entry.texts:
        if text.erased_at is not None and (only is None or text.field in only):
            label = page.say(f"log.detail.{text.field}") if knows(page.language, f"log.detail.{text.field}") else ""
            yield (
                label or text.field,
                page.say("log.erased", when=page.moment(text.erased_at), why=_why(page, text.erased_why)),
            )


def _why(page: Page, why: str) -> str:
    return page.say(why) if knows(page.language, why) else why


def _value(page: Page, names: Names, name: str, value: Any, why: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(page, names, name, item, why) for item in value)
    if isinstance(value, bool):
        return page.say("log.yes" if value else "log.no")
    if isinstance(value, int):
        return page.number(value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _text(page, names, name, value, why)


def _text(page: Page, names: Names, name: str, value: str, why: str) -> str:
    if value in names.people:
        return actor(page, names, value)
    if value in names.things:
        return _short(names.things[value])
    if value.startswith("gate."):
        return gate_words(page, value, why)
    for kind in _ENUMS.get(name, ()):
        if knows(page.language, f"{kind}.{value}"):
            return page.say(f"{kind}.{value}")
    return _moment(page, value) or value


def _moment(page: Page, value: str) -> str:
    if len(value) < 20 or value[4:5] != "-" or not value.endswith("Z"):
        return ""
    try:
        return page.moment(datetime.fromisoformat(value))
    except ValueError:
        return ""
