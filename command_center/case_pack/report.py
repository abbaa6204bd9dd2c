"""The readable report of a case: one HTML page that needs no other file, in German or English."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from command_center.case_pack.curve import curve
from command_center.domain.response_log import LogEntry
from command_center.texts import moment, number, say
from command_center.use_cases.command import SHELL, SYSTEM
from command_center.use_cases.pack_case import Case

_BEFORE: Final = timedelta(hours=24)
_AFTER: Final = timedelta(hours=2)
_SHORT: Final = 90
_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}"
    "h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccd}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;"
    "border-bottom:1px solid #e3e6ee}td:first-child{white-space:nowrap;color:#567}code,pre{overflow-wrap:anywhere;"
    "white-space:pre-wrap;font-size:.85em}svg text{font:11px sans-serif;fill:#567}blockquote{margin:.3rem 0;"
    "padding-left:.8rem;border-left:3px solid #ccd;white-space:pre-wrap}"
    "@media print{h2{break-after:avoid}tr{break-inside:avoid}}"
)


def report(case: Case, language: str, zone: str) -> str:
    """Return the report's HTML; everything people or networks wrote is escaped."""
    page = _Report(case, language, zone)
    title = escape(case.incident.title)
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{''.join(page.parts())}</html>\n"
    )


class _Report:
    def __init__(self, case: Case, language: str, zone: str) -> None:
        self._case, self._language, self._zone = case, language, zone
        self._people = {row["id"]: row["name"] for row in case.tables["people"]}
        self._people |= {SYSTEM: self._say("frame.system"), SHELL: self._say("log.shell")}
        self._things = dict(self._titles())

    def parts(self) -> Iterator[str]:
        """Yield the report's parts in order."""
        incident = self._case.incident
        closed = self._moment(incident.closed_at) if incident.closed_at else self._say("report.still_open")
        yield f"<p>{escape(self._say('report.span', first=self._moment(incident.opened_at), last=closed))}</p>"
        yield self._part("report.proof", self._proof())
        drawn = self._curve()
        if drawn:
            yield self._part("report.curve", f"<p>{escape(self._say('report.curve_lead'))}</p>{drawn}")
        yield self._part("report.timeline", self._timeline())
        yield self._part("report.statements", "".join(self._statements()))
        yield self._part("report.posts", "".join(self._posts()))
        yield self._part("report.check", self._check())

    def _say(self, code: str, **values: object) -> str:
        return say(self._language, code, **values)

    def _moment(self, at: datetime | str) -> str:
        when = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment(self._language, self._zone, when)

    def _part(self, code: str, inside: str) -> str:
        return f"<h2>{escape(self._say(code))}</h2>{inside or escape(self._say('report.nothing'))}"

    def _proof(self) -> str:
        case = self._case
        if not case.heads:
            return escape(self._say("report.no_head"))
        head = case.heads[-1]
        size, count = number(self._language, head.size), number(self._language, len(case.entries))
        told = self._say("report.covered", entries=count, size=size, when=self._moment(head.made_at))
        places = _table((self._moment(each.at), f"{each.place} · {each.size}") for each in case.deposits[-20:])
        outside = places or f"<p>{escape(self._say('log.heads.nowhere'))}</p>"
        return f"<p>{escape(told)}</p><pre>{escape(head.note)}</pre>{outside}"

    def _curve(self) -> str:
        case = self._case
        entries = [each.at for each in case.entries] or [case.incident.opened_at]
        first, last = entries[0] - _BEFORE, entries[-1] + _AFTER
        buckets = sorted(case.tables["judged_buckets"], key=lambda row: str(row["at"]))
        shown = [row for row in buckets if first <= datetime.fromisoformat(str(row["at"])) <= last]
        if not shown:
            return ""
        ends = [self._moment(str(shown[at]["at"])) for at in (0, -1)]
        return curve(shown, first=ends[0], last=ends[1], title=self._say("report.curve"))

    def _timeline(self) -> str:
        return _table((f"{each.number} · {self._moment(each.at)}", self._sentence(each)) for each in self._case.entries)

    def _sentence(self, entry: LogEntry) -> str:
        details = entry.details
        known = self._people.get(entry.subject) or details.get("title") or self._things.get(entry.subject)
        said = _short(str(known or details.get("text") or details.get("name") or entry.subject[:12]))
        concerned = str(details.get("person", ""))
        sentence = self._say(
            f"action.{entry.action.value}",
            who=self._people.get(entry.actor, entry.actor),
            subject=f"„{said}“" if self._language == "de" else f"“{said}”",
            person=self._people.get(concerned, concerned),
        )
        reason = str(details.get("reason") or "")
        return f"{sentence} ({_short(reason)})" if " " in reason else sentence

    def _titles(self) -> Iterator[tuple[str, str]]:
        tables = self._case.tables
        for name, field in (("accounts", "name"), ("statements", "title"), ("publications", "text"), ("facts", "text")):
            yield from ((row["id"], str(row[field])) for row in tables[name])
        for name in ("tasks", "clocks"):
            for row in tables[name]:
                yield row["id"], str(json.loads(row["title"]).get(self._language, ""))
        for row in tables["statement_versions"]:
            yield row["id"], str(json.loads(row["content"]).get("title", ""))

    def _statements(self) -> Iterator[str]:
        for row in self._case.tables["statement_versions"]:
            content = json.loads(row["content"])
            state = self._say(f"statementstate.{row['state']}")
            yield f"<h3>{escape(content['title'])} · {row['number']} · {escape(state)}</h3>"
            approvals = [each for each in self._case.tables["approvals"] if each["version_id"] == row["id"]]
            yield _table((self._moment(each["at"]), self._people.get(each["person_id"], "")) for each in approvals)
            yield "".join(f"<blockquote>{escape(variant['text'])}</blockquote>" for variant in content["variants"])
            yield f"<p><code>{escape(row['content_hash'])}</code></p>"

    def _posts(self) -> Iterator[str]:
        rows = sorted(self._case.tables["publications"], key=lambda row: str(row["asked_at"]))
        for row in rows:
            account, state = self._things.get(row["account_id"], ""), self._say("publicationstate." + row["state"])
            yield f"<h3>{escape(account)} · {escape(state)}</h3>"
            yield f"<p>{escape(self._moment(row['intended_at'] or row['asked_at']))} {escape(row['url'])}</p>"
            yield f"<blockquote>{escape(row['text'])}</blockquote>"

    def _check(self) -> str:
        keys = "".join(f"<pre>{escape(key)}</pre>" for key in self._case.keys)
        stamps = "openssl ts -verify -data heads/N.txt -in time_stamps/N.tsr -CAfile CA"
        how = f"<pre>python verify.py --key KEY --checkpoint FILE\n{stamps}</pre>"
        return f"<p>{escape(self._say('report.how'))}</p>{how}{keys}"


def _table(rows: Iterable[Sequence[str]]) -> str:
    cells = (f"<tr>{''.join(f'<td>{_lines(cell)}</td>' for cell in row)}</tr>" for row in rows)
    inside = "".join(cells)
    return f"<table>{inside}</table>" if inside else ""


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHORT else f"{words[: _SHORT - 1].rstrip()}…"
