"""Alerts as people are told about them, away from the screens: subject, body, digest, in their language."""

from collections.abc import Sequence
from typing import Any, Final

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert
from command_center.domain.four_eyes import Proposal
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.texts import moment, number, percent, say


def alert_subject(alert: Alert, topic: Topic, language: str) -> str:
    """Return the subject of a message about an alert; one from played history says so first."""
    title = alert_title(alert, topic, language)
    return say(language, "alert.replayed_title", title=title) if alert.replayed else title


def alert_title(alert: Alert, topic: Topic, language: str) -> str:
    """Return the one line that tells somebody about an alert, whatever raised it."""
    kind, seen = alert.evidence.get("kind"), alert.evidence
    if kind == "escalated":
        return say(language, "alert.escalated_title", topic=topic.name)
    if seen.get("escalates"):
        return say(language, "alert.escalates_title", topic=topic.name, level=_seen(alert, "level"))
    if kind in _RULES:
        return say(language, f"alert.{kind}_title", **_rule_values(alert, topic, language))
    return say(language, "alert.title", topic=topic.name, count=_seen(alert, "mentions"), times=_times(alert, language))


def alert_body(
    alert: Alert, topic: Topic, language: str, zone: str, url: str = "", call: Sequence[Person] | None = None
) -> str:
    """Return what an alert saw, how far the picture could be trusted, and what to do next.

    ``call`` are the people to call, for a reader who can't acknowledge; None for one who can.
    """
    ending = _ending(language, "alert.next", url, call)
    kind, when = alert.evidence.get("kind"), moment(language, zone, alert.at)
    if kind == "escalated":
        told = say(language, "alert.escalated_body", topic=topic.name, when=when)
        return "\n".join(filter(None, (told, str(alert.evidence.get("note", "")), ending)))
    lines = [say(language, "alert.body", topic=topic.name, when=when)]
    if kind in _RULES:
        lines = [say(language, f"alert.{kind}_body", when=when, **_rule_values(alert, topic, language))]
    if kind != "silence":
        lines += _crowd_lines(alert, language)
    if names := alert.evidence.get("expected_peaks"):
        lines.append(say(language, "alert.peak_expected", names=", ".join(map(str, names))))
    if alert.evidence.get("sight") in {"uncertain", "blind"}:
        lines.append(say(language, f"sight.{alert.evidence['sight']}"))
    return "\n".join([*lines, ending])


def _crowd_lines(alert: Alert, language: str) -> list[str]:
    lines = [
        say(language, "alert.seen", count=_seen(alert, "mentions"), times=_times(alert, language)),
        say(language, "alert.authors", count=_seen(alert, "authors")),
        say(language, "alert.negative", count=_seen(alert, "negative")),
    ]
    ear = alert.evidence.get("ear")
    if ear in {"negative", "authors"}:
        times = _times(alert, language, "ear_ratio")
        lines.insert(1, say(language, "alert.loudest_ear", ear=say(language, f"ear.{ear}"), times=times))
    return lines


_RULES: Final = frozenset({"keywords", "negative", "authority", "drop", "silence"})


def _rule_values(alert: Alert, topic: Topic, language: str) -> dict[str, Any]:
    seen, kind = alert.evidence, alert.evidence.get("kind")
    told: dict[str, Any] = {"topic": topic.name or say(language, "alert.every_topic")}
    if kind == "keywords":
        told |= {"word": seen.get("word", "")}
    elif kind == "authority":
        told |= {"author": seen.get("author", "")}
    elif kind == "negative":
        told |= {
            "share": percent(language, seen.get("share", 0)),
            "usual": percent(language, seen.get("usual_share", 0)),
        }
    elif kind == "drop":
        expected = round(seen.get("expected_in_window", 0))
        told |= {"seen": number(language, _seen(alert, "mentions_in_window")), "expected": number(language, expected)}
    else:
        told |= {"source": seen.get("source", ""), "seen": _seen(alert, "fetches")}
        told |= {"expected": _seen(alert, "fetches_expected")}
    return told


def alert_overdue(minutes: int, language: str) -> str:
    """Say for how long nobody has acknowledged an alert."""
    return say(language, "alert.overdue", count=minutes)


def _ending(language: str, code: str, url: str, call: Sequence[Person] | None) -> str:
    """Say what to do: look and acknowledge or, who can't, call somebody who can."""
    if call is None:
        return say(language, code, url=url) if url else say(language, f"{code}_without_url")
    names = ", ".join(f"{person.name} ({person.phone or person.email})".replace(" ()", "") for person in call)
    told = say(language, "alert.call", names=names) if names else say(language, "alert.call_nobody")
    return f"{told} {say(language, 'alert.call_where', url=f'{url}/people?part=duty')}" if url else told


def trial_message(language: str, url: str = "") -> tuple[str, str]:
    """Return title and body of a message that only tries whether somebody can be reached."""
    return say(language, "trial.title"), "\n".join(filter(None, (say(language, "trial.body"), url)))


def alert_digest(
    waiting: Sequence[tuple[Alert, Topic]], language: str, url: str = "", call: Sequence[Person] | None = None
) -> tuple[str, str]:
    """Return title and body of one message about several alerts; ``call`` as for ``alert_body``."""
    lines = [
        say(language, "alert.digest_body"),
        *(f"- {alert_title(alert, topic, language)}" for alert, topic in waiting),
        _ending(language, "alert.digest_next", url, call),
    ]
    return say(language, "alert.digest_title", count=len(waiting)), "\n".join(lines)


def off_voice_words(items: Sequence[OffVoice], account: Account, language: str, url: str = "") -> tuple[str, str]:
    """Return title and body of a message about what an account says without having passed the gate."""
    lines = [
        say(language, "off_voice.mail.body", account=account.name, handle=account.handle),
        *(f"- {say(language, f'offvoicekind.{item.kind.value}')}: {item.text[:300]}" for item in items[:5]),
        say(language, "off_voice.mail.next", url=url) if url else say(language, "off_voice.mail.next_without_url"),
    ]
    return say(language, "off_voice.mail.title", account=account.name, count=len(items)), "\n".join(lines)


def second_words(proposal: Proposal, language: str, url: str = "") -> tuple[str, str]:
    """Return title and body of a message about what waits for a second person, or was done by one alone."""
    code = "four_eyes.mail.done" if proposal.done_at is not None else "four_eyes.mail.waits"
    matter = say(language, f"matter.{proposal.matter.value}")
    lines = [say(language, f"{code}.body", matter=matter, title=proposal.title[:300])]
    lines += [proposal.reason[:500]] if proposal.reason else []
    lines.append(say(language, "four_eyes.mail.next", url=url) if url else say(language, "four_eyes.mail.next_app"))
    return say(language, f"{code}.title", matter=matter), "\n".join(lines)


def _seen(alert: Alert, name: str) -> int:
    value = alert.evidence.get(name, 0)
    return value if isinstance(value, int) else 0


def _times(alert: Alert, language: str, name: str = "ratio") -> str:
    ratio = alert.evidence.get(name, 0)
    try:
        return number(language, round(float(ratio), 1))
    except (TypeError, ValueError):
        return "?"
