"""Sources in words: how they are doing, what was wrong, what became of all they brought. Foreign text stays text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from command_center import texts
from command_center.domain.source_health import Health, health
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.errors import CommandCenterError
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip
from command_center.ui.wordings import network_name

_LOOKS: Final = {
    Health.WELL: ("●", "good"),
    Health.NEW: ("◌", "calm"),
    Health.LATE: ("▲", "warn"),
    Health.TROUBLED: ("!", "bad"),
    Health.PAUSED: ("❚❚", "calm"),
    Health.FILE: ("■", "calm"),
}
_COUNTED: Final = ("stored", "duplicate", "filtered", "rejected")
_BESIDE: Final = ("lost", "deleted")
_KNOWN_QUOTA: Final = ("seconds_behind", "seconds_missing", "terms", "terms_cut_off")


def health_chip(page: Page, source: Source) -> str:
    """Return how a source is doing, as shape and word."""
    found = health(source, page.now)
    shape, kind = _LOOKS[found]
    return chip(shape, page.word(found), kind)


def kind_name(page: Page, kind: str) -> str:
    """Name a kind of source."""
    return page.say(f"sources.kind_{kind}") if kind in KINDS else page.say("sources.kind_file")


def topic_name(page: Page, source: Source, topics: Mapping[str, str]) -> str:
    """Name what a source listens for."""
    return topics.get(source.topic_id, page.say("sources.all_topics"))


def trouble_words(page: Page, source: Source) -> str:
    """Say what was wrong at the last try, and how often in a row; empty when all was well."""
    if not source.trouble:
        return ""
    values = {str(name): value for name, value in dict(source.trouble.get("values", {})).items()}
    sentence = texts.say_error(page.language, CommandCenterError(str(source.trouble.get("code", "")), **values))
    return f"{sentence} {page.say('sources.failures', count=source.failures)}" if source.failures > 1 else sentence


def sum_words(page: Page, source: Source) -> str:
    """Say what became of everything a source brought; the parts add up to the whole."""
    parts = [page.say(f"sources.{name}", number=page.number(getattr(source, name))) for name in _COUNTED]
    whole = page.say("sources.fetched", number=page.number(source.fetched))
    beside = [
        page.say(f"sources.{name}", number=page.number(getattr(source, name)))
        for name in _BESIDE
        if getattr(source, name)
    ]
    return " · ".join([f"{whole} = {' + '.join(parts)}", *beside])


def quota_words(page: Page, quota: Mapping[str, Any]) -> str:
    """Say what a source may still read, and how far it is behind."""
    said = []
    if quota.get("limit"):
        read, limit = page.number(int(quota.get("read", 0))), page.number(int(quota["limit"]))
        said.append(page.say("sources.quota_read", read=read, limit=limit))
    elif quota.get("read"):
        said.append(page.say("sources.quota_read_only", read=page.number(int(quota["read"]))))
    said += [
        page.say(f"sources.quota_{name}", number=page.number(float(quota[name])))
        for name in _KNOWN_QUOTA
        if isinstance(quota.get(name), int | float) and quota[name]
    ]
    return " · ".join(said)


def gap_words(page: Page, gap: Mapping[str, Any]) -> str:
    """Say from when to when a stream was away for longer than its server repeats."""
    if not gap:
        return ""
    since, until = (datetime.fromisoformat(str(gap[name])) for name in ("since", "until"))
    code = "sources.gap_covered" if gap.get("covered_by") else "sources.gap_lost"
    return page.say(code, since=page.moment(since), until=page.moment(until), source=gap.get("covered_by", ""))


def key_label(page: Page, network: str, handle: str) -> str:
    """Name a connection."""
    return f"{network_name(network)} · {handle}" if handle else network_name(network)
