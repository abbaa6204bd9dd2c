"""A case's log entries in words: who did what to what, and what they wrote about it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from command_center.case_pack.dossier import Reader
from command_center.domain.response_log import LogEntry
from command_center.gate_texts import verdict
from command_center.texts import knows, moment, say, weekday_clock
from command_center.use_cases.command import SHELL, SYSTEM
from command_center.use_cases.pack_case import Case

_SHORT: Final = 90
_LONG: Final = 400
# What a reader of the timeline wants to know beyond who did what to whom; the entries have the rest.
_TOLD: Final = ("reason", "text", "evidence", "note", "source")


class Words:
    """Says what the ids in a case mean, for one reader."""

    def __init__(self, case: Case, reader: Reader) -> None:
        """Read the names of the case's people and things."""
        self.reader = reader
        self._people = {row["id"]: str(row["name"]) for row in case.tables["people"]}
        self._people |= {SYSTEM: self.say("frame.system"), SHELL: self.say("log.shell")}
        self._things = dict(self._titles(case.tables))

    def say(self, code: str, /, **values: object) -> str:
        """Return the sentence for a code."""
        return say(self.reader.language, code, **values)

    def moment(self, at: datetime | str | None) -> str:
        """Write a moment to the second with its zone; nothing for none."""
        if not at:
            return ""
        when = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment(self.reader.language, self.reader.zone, when, seconds=True)

    def hour(self, at: str) -> str:
        """Write a moment as short as an axis needs it."""
        return weekday_clock(self.reader.language, self.reader.zone, datetime.fromisoformat(at))

    def span(self, first: datetime | str, last: datetime | str | None) -> str:
        """Write from when to when; without an end, since when."""
        if last:
            return self.say("report.from_to", first=self.moment(first), last=self.moment(last))
        return self.say("report.since", first=self.moment(first))

    def who(self, identity: object) -> str:
        """Name a person, the house or whoever holds the shell."""
        return self._people.get(str(identity), str(identity))

    def thing(self, identity: object) -> str:
        """Name an account, statement, post, fact, task or clock; nothing for what is unknown."""
        return self._things.get(str(identity), "")

    def quoted(self, text: str) -> str:
        """Put a text between the language's quotation marks."""
        return f"„{text}“" if self.reader.language == "de" else f"“{text}”"

    def sentence(self, entry: LogEntry) -> str:
        """Say in one sentence what an entry records."""
        concerned = str(entry.details.get("person", ""))
        return self.say(
            f"action.{entry.action.value}",
            who=self.who(entry.actor),
            subject=self._subject(entry),
            person=self.who(concerned) if concerned else self.say("log.nobody_yet"),
        )

    def beyond(self, entry: LogEntry) -> Iterator[str]:
        """Yield what people wrote about it, each with its label."""
        found = entry.details
        for name in _TOLD:
            said = str(found.get(name) or "")
            if said.startswith("gate."):
                said = verdict(self.reader.language, said, str(found.get("why", "")))
            if said and (" " in said or name in {"text", "evidence", "source"}) and said != self._said(entry):
                yield f"{self.say(f'log.detail.{name}')}: {short(said, _LONG)}"
        for text in entry.texts:
            if text.erased_at is not None:
                why = text.erased_why
                why = self.say(why) if knows(self.reader.language, why) else why
                yield self.say("log.erased", when=self.moment(text.erased_at), why=why)
            elif text.withheld:
                yield self.say("report.withheld")

    def _subject(self, entry: LogEntry) -> str:
        if entry.subject in self._people:
            return self._people[entry.subject]
        said = self._said(entry)
        if said:
            return self.quoted(short(said, _SHORT))
        return self.say("log.all") if entry.subject in {"log", ""} else entry.subject[:12]

    def _said(self, entry: LogEntry) -> str:
        found = entry.details
        return str(found.get("title") or self.thing(entry.subject) or found.get("text") or found.get("name") or "")

    def _titles(self, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, field in (("accounts", "name"), ("statements", "title"), ("incidents", "title")):
            yield from ((row["id"], str(row[field])) for row in tables[name])
        for name in ("publications", "facts", "off_voices"):
            yield from ((row["id"], str(row["text"])) for row in tables[name])
        for name in ("tasks", "clocks"):
            yield from (
                (row["id"], str(json.loads(row["title"]).get(self.reader.language, ""))) for row in tables[name]
            )
        for row in tables["statement_versions"]:
            yield row["id"], str(json.loads(row["content"]).get("title", ""))
        names = {row["id"]: str(row["name"]) for row in tables["topics"]}
        yield from ((row["id"], names.get(row["topic_id"], "")) for row in tables["alerts"])


def short(text: str, length: int) -> str:
    """Return a text on one line, cut where it is too long to be told in passing."""
    words = " ".join(text.split())
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
