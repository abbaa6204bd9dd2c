"""What was said in a case: statements in every version, posts that went out, and what did not."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from command_center.case_pack.dossier import Card, Pair, Part
from command_center.case_pack.entry_words import Words
from command_center.gate_texts import network_name, noted, verdict
from command_center.use_cases.pack_case import Case

_REFUSED: Final = frozenset({"refused", "quarantined", "held", "discarded", "failed", "awaiting_review"})
_LATER: Final = frozenset({"held", "quarantined", "discarded"})


def statements(case: Case, words: Words) -> Part:
    """Return every version of every statement with who approved it."""
    rows = sorted(case.tables["statement_versions"], key=lambda row: _place(words, row))
    cards = tuple(_version(case, words, row) for row in rows)
    return _carded(words, "statements", cards)


def _place(words: Words, row: Mapping[str, Any]) -> tuple[str, str, int]:
    """What was valid comes first, in the order in which it was; the rest by name."""
    return str(row["valid_from"] or "~"), words.thing(row["id"]), int(row["number"])


def _version(case: Case, words: Words, row: Mapping[str, Any]) -> Card:
    say, content = words.say, json.loads(row["content"])
    approvals = sorted((each for each in case.tables["approvals"] if each["version_id"] == row["id"]), key=_at)
    terms = [Pair(say("report.author"), f"{words.who(row['author_id'])} · {words.moment(row['created_at'])}")]
    terms += [
        Pair(say("report.approved"), f"{words.who(one['person_id'])} · {words.moment(one['at'])}") for one in approvals
    ]
    if row["valid_from"]:
        terms.append(Pair(say("report.valid"), words.span(row["valid_from"], row["valid_until"])))
    texts = tuple(Pair(_variant(words, one), one["text"]) for one in content["variants"])
    return Card(
        title=say("report.version", title=content["title"], number=row["number"]),
        state=say(f"statementstate.{row['state']}"),
        terms=tuple(terms),
        texts=texts,
        code=str(row["content_hash"]),
    )


def _at(row: Mapping[str, Any]) -> str:
    return str(row["at"])


def _variant(words: Words, variant: Mapping[str, str]) -> str:
    network = network_name(variant["network"]) if variant["network"] else words.say("wordings.any_network")
    audience = words.say("wordings.audience.employees") if variant["audience"] == "employees" else ""
    return " · ".join(filter(None, (words.say(f"wordings.language.{variant['language']}"), network, audience)))


def posts(case: Case, words: Words) -> Part:
    """Return what went out, or is on its way."""
    rows = [row for row in in_order(case, "publications", "asked_at") if row["state"] not in _REFUSED]
    return _carded(words, "posts", tuple(_post(words, row) for row in rows))


def refusals(case: Case, words: Words) -> Part:
    """Return what the gate, a person or a network kept back."""
    rows = [row for row in in_order(case, "publications", "asked_at") if row["state"] in _REFUSED]
    return _carded(words, "refusals", tuple(_post(words, row) for row in rows))


def _post(words: Words, row: Mapping[str, Any]) -> Card:
    say = words.say
    terms = [Pair(say("report.asked"), f"{words.who(row['asked_by'])} · {words.moment(row['asked_at'])}")]
    if row["version_id"]:
        terms.append(Pair(say("report.statement"), words.thing(row["version_id"])))
    reason = str(row["reason"])
    # What was kept back later, or never came to its turn, was answered by the gate when it was still open.
    if reason.startswith("gate.") and row["state"] not in _LATER:
        terms.append(Pair(say("report.gate"), verdict(words.reader.language, reason, str(row["note"]))))
    if row["note"] and not reason.startswith("gate."):
        terms.append(Pair(say("log.detail.note"), noted(words.reader.language, str(row["note"]))))
    if row["ended_at"]:
        terms.append(Pair(say("report.ended"), words.moment(row["ended_at"])))
    if row["url"]:
        terms.append(Pair(say("report.address"), str(row["url"])))
    if row["taken_down_at"]:
        terms.append(Pair(say("report.taken_down"), words.moment(row["taken_down_at"])))
    return Card(
        title=words.thing(row["account_id"]),
        state=say("publicationstate." + str(row["state"])),
        terms=tuple(terms),
        texts=(Pair("", str(row["text"])),),
    )


def off_voices(case: Case, words: Words) -> Iterator[Part]:
    """Yield what was found on the house's accounts without having passed the gate."""
    cards = tuple(
        Card(
            title=f"{words.thing(row['account_id'])} · {words.say('offvoicekind.' + str(row['kind']))}",
            state=words.say("offvoicestate." + str(row["state"])),
            terms=(Pair(words.say("report.found"), words.moment(row["found_at"])),),
            texts=(Pair("", str(row["text"])),),
        )
        for row in in_order(case, "off_voices", "found_at")
    )
    if cards:
        yield _carded(words, "off_voices", cards)


def in_order(case: Case, table: str, by: str) -> list[Mapping[str, Any]]:
    """Return a table's rows by one of its columns."""
    return sorted(case.tables[table], key=lambda row: str(row[by]))


def _carded(words: Words, name: str, cards: tuple[Card, ...]) -> Part:
    lead = "" if cards else words.say("report.nothing")
    return Part(name=name, title=words.say(f"report.{name}"), lead=lead, cards=cards)
