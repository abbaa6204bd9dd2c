"""Fill a dossier from a case: what is proven and how to check it first, then what happened and what was said."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from command_center.case_pack.curve import MOST, curve
from command_center.case_pack.dossier import Dossier, Pair, Part, Reader, Table
from command_center.case_pack.entry_words import Words
from command_center.case_pack.what_was_said import in_order, off_voices, posts, refusals, statements
from command_center.domain.checkpoints import read_note
from command_center.domain.mentions import Plane
from command_center.texts import number
from command_center.use_cases.pack_case import Case

_BEFORE: Final = timedelta(hours=24)
_AFTER: Final = timedelta(hours=2)
_PLACES: Final = 20
COMMANDS: Final = (
    "python verify.py --key KEY --checkpoint FILE",
    "openssl pkeyutl -verify -pubin -inkey openssl/key.pem -rawin -in openssl/head.txt -sigfile openssl/head.sig",
    "openssl ts -verify -data heads/N.txt -in time_stamps/N-….tsr -CAfile AUTHORITY.pem",
)
_FILES: Final = (
    ("report.html, report.pdf", "report.file.report"),
    ("entries.jsonl", "report.file.entries"),
    ("proofs.json, heads/, keys.txt", "report.file.proofs"),
    ("openssl/", "report.file.openssl"),
    ("deposits.json, time_stamps/", "report.file.deposits"),
    ("statements.json, posts.json", "report.file.texts"),
    ("case.sqlite", "report.file.case"),
    ("pack.json, manifest.json, verify.py", "report.file.rest"),
)


def fill(case: Case, reader: Reader) -> Dossier:
    """Return the report of a case for a reader, in plain text."""
    words = Words(case, reader)
    say, incident = words.say, case.incident
    practice = say(f"plane.{incident.plane.value}") if incident.plane is Plane.PRACTICE else ""
    parts = (
        _involved(case, words),
        _check(case, words),
        _proof(case, words),
        *_curve(case, words),
        _timeline(case, words),
        _facts(case, words),
        _decisions(case, words),
        statements(case, words),
        posts(case, words),
        refusals(case, words),
        *off_voices(case, words),
        _locks(case, words),
        _files(words),
    )
    notes = [say("report.note_names" if case.sealed else "report.note_real_names"), say("report.note_times")]
    return Dossier(
        language=reader.language,
        kind=say("report.kind"),
        house=reader.house,
        title=incident.title,
        practice=practice,
        terms=tuple(_terms(case, words)),
        notes=tuple(notes),
        parts=parts,
        page=say("report.page"),
        contents=say("report.contents"),
    )


def _terms(case: Case, words: Words) -> Iterator[Pair]:
    say, incident = words.say, case.incident
    yield Pair(say("report.house"), words.reader.house)
    yield Pair(say("report.period"), words.span(incident.opened_at, incident.closed_at))
    level = say("incident.level_named", level=incident.level, name=say(f"incident.level_{incident.level}"))
    yield Pair(say("report.level"), level)
    yield Pair(say("report.state"), say(f"incidentstate.{incident.state.value}"))
    yield Pair(say("report.plan"), f"{incident.plan_id} · {incident.plan_version}")
    yield Pair(say("report.plane"), say(f"plane.{incident.plane.value}"))
    yield Pair(say("report.incident_id"), incident.id)
    if case.heads:
        head = case.heads[-1]
        yield Pair(say("report.made"), words.moment(head.made_at))
        yield Pair(say("report.size"), number(words.reader.language, head.size))
        yield Pair(say("report.root"), read_note(head.note).checkpoint.root.hex())


def _proof(case: Case, words: Words) -> Part:
    say, language = words.say, words.reader.language
    if not case.heads:
        return Part(name="proof", title=say("report.proof"), lead=say("report.no_head"))
    head = case.heads[-1]
    size, count = number(language, head.size), number(language, len(case.entries))
    places = tuple(
        (words.moment(each.at), each.place, number(language, each.size)) for each in case.deposits[-_PLACES:]
    )
    heads = (say("report.when"), say("report.place"), say("report.entries"))
    return Part(
        name="proof",
        title=say("report.proof"),
        lead=say("report.covered", entries=count, size=size, when=words.moment(head.made_at)),
        codes=(Pair(say("report.head"), head.note),),
        table=Table(head=heads, widths=(3, 5, 2), rows=places) if places else None,
        after=say("report.not_proven") if places else f"{say('log.heads.nowhere')} {say('report.not_proven')}",
    )


def _check(case: Case, words: Words) -> Part:
    labels = ("report.how_pack", "report.how_head", "report.how_stamp")
    codes = [Pair(words.say(label), command) for label, command in zip(labels, COMMANDS, strict=True)]
    if case.keys:
        codes.append(Pair(words.say("report.keys"), "\n".join(map(str, case.keys))))
    return Part(name="check", title=words.say("report.check"), lead=words.say("report.how"), codes=tuple(codes))


def _involved(case: Case, words: Words) -> Part:
    acted = {entry.actor for entry in case.entries} | {str(entry.details.get("person", "")) for entry in case.entries}
    acted |= {str(row["person_id"]) for row in case.tables["approvals"]}
    rows = [
        (str(row["name"]), ", ".join(words.say(f"role.{role}") for role in json.loads(row["roles"])) or "–")
        for row in case.tables["people"]
        if row["id"] in acted
    ]
    head = (words.say("report.who"), words.say("report.roles"))
    return _tabled(words, "involved", head, (2, 5), sorted(rows))


def _curve(case: Case, words: Words) -> Iterator[Part]:
    first, last = _span(case)
    buckets = sorted(case.tables["judged_buckets"], key=lambda row: str(row["at"]))
    shown = [row for row in buckets if first <= datetime.fromisoformat(str(row["at"])) <= last]
    if len(shown) < 2:
        return
    shown = shown[-MOST:]
    steps = [shown[(len(shown) - 1) * part // 4]["at"] for part in range(5)]
    title, highest = words.say("report.curve"), max(int(row["count"]) for row in shown)
    first_at, last_at = words.moment(str(shown[0]["at"])), words.moment(str(shown[-1]["at"]))
    said = words.say("report.curve_said", first=first_at, last=last_at, count=highest)
    drawing = curve(shown, times=[words.hour(str(step)) for step in steps], title=said)
    yield Part(name="curve", title=title, lead=words.say("report.curve_lead"), drawing=drawing, said_of_drawing=said)


def _span(case: Case) -> tuple[datetime, datetime]:
    """Return when the curve begins and ends; a replay's mentions are from another time than what was done."""
    alert = next(iter(case.tables["alerts"]), None)
    if alert is not None and alert["replayed"]:
        peak = datetime.fromisoformat(str(alert["at"]))
        return peak - _BEFORE, peak + _BEFORE
    entries = [each.at for each in case.entries] or [case.incident.opened_at]
    return entries[0] - _BEFORE, entries[-1] + _AFTER


def _timeline(case: Case, words: Words) -> Part:
    rows = [
        (str(each.number), words.moment(each.at), "\n".join([words.sentence(each), *words.beyond(each)]))
        for each in case.entries
    ]
    head = (words.say("report.number"), words.say("report.when"), words.say("report.what"))
    return _tabled(words, "timeline", head, (2, 8, 18), rows)


def _facts(case: Case, words: Words) -> Part:
    rows = [
        (words.moment(row["recorded_at"]), words.say(f"factstate.{row['state']}"), str(row["text"]), str(row["source"]))
        for row in in_order(case, "facts", "recorded_at")
    ]
    head = ("report.when", "report.state", "report.fact", "report.source")
    return _tabled(words, "facts", tuple(map(words.say, head)), (9, 5, 11, 7), rows)


def _decisions(case: Case, words: Words) -> Part:
    rows = [
        (words.moment(row["decided_at"]), str(row["text"]), str(row["reason"]), words.who(row["decided_by"]))
        for row in in_order(case, "decisions", "decided_at")
    ]
    head = ("report.when", "report.decision", "report.reason", "report.by")
    return _tabled(words, "decisions", tuple(map(words.say, head)), (9, 11, 8, 5), rows)


def _locks(case: Case, words: Words) -> Part:
    rows = []
    for row in in_order(case, "locks", "locked_at"):
        lifted = f"{words.moment(row['lifted_at'])}\n{words.who(row['lifted_by'])}" if row["lifted_at"] else "–"
        locked = f"{words.moment(row['locked_at'])}\n{words.who(row['locked_by'])}"
        account = f"{words.thing(row['account_id'])}\n{words.say('posture.' + str(row['posture']))}"
        rows.append((account, locked, words.moment(row["sealed_at"]) or "–", lifted))
    head = ("report.account", "report.locked", "report.sealed", "report.lifted")
    return _tabled(words, "locks", tuple(map(words.say, head)), (4, 5, 5, 5), rows)


def _files(words: Words) -> Part:
    rows = [(name, words.say(code)) for name, code in _FILES]
    return _tabled(words, "files", (words.say("report.file"), words.say("report.holds")), (3, 7), rows)


def _tabled(
    words: Words, name: str, head: tuple[str, ...], widths: tuple[int, ...], rows: Sequence[tuple[str, ...]]
) -> Part:
    title = words.say(f"report.{name}")
    if not rows:
        return Part(name=name, title=title, lead=words.say("report.nothing"))
    return Part(name=name, title=title, table=Table(head=head, widths=widths, rows=tuple(rows)))
