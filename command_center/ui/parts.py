"""Small pieces that several pages share: badges, rows, cards. Foreign text is always escaped here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from command_center import texts
from command_center.domain.accounts import Posture
from command_center.domain.clients import CLIENT
from command_center.domain.incidents import Task, TaskState
from command_center.domain.mentions import Mention, Sentiment
from command_center.domain.people import DRILL_PARTNER, Person
from command_center.ui.page import Page
from command_center.ui.ways import e

# A state is never colour alone: word and shape say the same.
_POSTURES: Final = {Posture.OPEN: "○", Posture.REVIEW: "◐", Posture.ONE_VOICE: "◆", Posture.HOLD: "■"}
_LONG: Final = 80
_SENTIMENTS: Final = {
    Sentiment.NEGATIVE: "▼",
    Sentiment.NEUTRAL: "■",
    Sentiment.POSITIVE: "▲",
    Sentiment.UNKNOWN: "?",
}


def posture_badge(page: Page, posture: Posture) -> None:
    """Show what may leave an account."""
    st.html(posture_html(page, posture))


def posture_html(page: Page, posture: Posture) -> str:
    """Return the same for a row of HTML; a posture looks the same everywhere."""
    shape = _POSTURES[posture]
    return f'<span class="cc-badge cc-{posture.value}"><i aria-hidden="true">{shape}</i>{e(page.word(posture))}</span>'


def sentiment_html(page: Page, sentiment: Sentiment) -> str:
    """Return how a mention speaks, as shape and word."""
    shape = _SENTIMENTS[sentiment]
    return (
        f'<span class="cc-mood cc-{sentiment.value}"><i aria-hidden="true">{shape}</i>{e(page.word(sentiment))}</span>'
    )


def time_html(page: Page, at: datetime) -> str:
    """Return a moment seen from now; the exact moment with its zone is its title."""
    return f'<time datetime="{at.isoformat()}" title="{e(page.moment(at))}">{e(page.ago(at))}</time>'


def person_name(page: Page, people: Mapping[str, Person], person_id: str) -> str:
    """Return a person's name; people who left keep theirs, the house itself is named as such."""
    if person_id == "system":
        return page.say("frame.system")
    if person_id == DRILL_PARTNER:
        return page.say("frame.drill_partner")
    person = people.get(person_id)
    if person is None:
        return page.say("frame.program" if person_id.startswith(CLIENT) else "frame.nobody")
    return person.name if person.active else page.say("frame.former", name=person.name)


def empty_state(page: Page, code: str, *, icon: str, key: str) -> None:
    """Show that there is nothing yet, why, and what to do: ``<code>.title`` and ``<code>.lead``."""
    with st.container(key=f"empty_{key}", horizontal_alignment="center", gap="small"):
        st.markdown(f":material/{icon}: **{page.say(f'{code}.title')}**", text_alignment="center")
        st.caption(page.say(f"{code}.lead"), text_alignment="center")


def definitions(pairs: Mapping[str, str]) -> None:
    """Show terms and their values; both are plain text."""
    rows = "".join(
        f"<div{' class=cc-long' if len(value) > _LONG else ''}><dt>{e(term)}</dt><dd>{e(value)}</dd></div>"
        for term, value in pairs.items()
    )
    st.html(f'<dl class="cc-terms">{rows}</dl>')


def is_link(url: str) -> bool:
    """Tell whether an address may become a link: a web address, nothing that runs."""
    return url.startswith(("https://", "http://")) and url.isprintable()


def text_of(page: Page, mention: Mention) -> str:
    """Return what a mention says, or that its author took it back."""
    return page.say("frame.erased") if mention.erased else mention.text


def mention_html(page: Page, mention: Mention, *, extra: str = "") -> str:
    """Return one mention as a card; ``extra`` is HTML of ours, such as a triage badge."""
    at = time_html(page, mention.created_at) if mention.created_at else e(page.say("frame.undated"))
    author = e(mention.author_name or mention.author or page.say("frame.unknown_author"))
    handle = f" <span>{e('@' + mention.author)}</span>" if mention.author and mention.author_name else ""
    reach = f"<span>{e(page.say('frame.reach', count=mention.reach))}</span>" if mention.reach else ""
    return (
        f'<article class="cc-mention"><header><b>{e(mention.network.upper())}</b> {author}{handle}'
        f"<em>{sentiment_html(page, mention.sentiment)}</em></header>"
        f'<p lang="{e(mention.language)}">{e(text_of(page, mention))}</p>'
        f"<footer>{at}{reach}{extra}</footer></article>"
    )


def mention_card(page: Page, mention: Mention, *, extra: str = "") -> None:
    """Show one mention."""
    st.html(mention_html(page, mention, extra=extra))


def host_of(url: str) -> str:
    """Return the host a web link leads to, as browsers look it up; "" for what must not become a link."""
    try:
        host = urlsplit(url).hostname or ""
        return host.encode("idna").decode("ascii") if is_link(url) else ""
    except ValueError:
        return ""


def post_link(page: Page, url: str) -> str:
    """Return a link to a post that says where it leads before anybody opens it; "" where there is none."""
    host = host_of(url)
    if not host:
        return ""
    shown = e(f"{page.say('queue.open_post')} ({host})")
    return f'<a href="{e(url)}" target="_blank" rel="noopener noreferrer">{shown} ↗</a>'


def when(page: Page, at: datetime) -> str:
    """Write the time alone when it is today, else date and time."""
    today = texts.day(page.language, page.zone, page.now) == texts.day(page.language, page.zone, at)
    return page.clock(at) if today else page.moment(at)


def task_html(page: Page, task: Task, *, person: str) -> str:
    """Return one task as a row: mark, title, who, and when it is due or was done."""
    title = task.title.get(page.language) or next(iter(task.title.values()), "")
    late = task.state is TaskState.OPEN and task.due_at < page.now
    mark, kind = ("✓", "done") if task.state is TaskState.DONE else ("–", "dropped")
    if task.state is TaskState.OPEN:
        mark, kind = ("!", "late") if late else ("○", "open")
    due = page.say("frame.late_since" if late else "frame.due", when=when(page, task.due_at))
    shown = page.say("frame.done_at", when=when(page, task.done_at)) if task.done_at else due
    return (
        f'<div class="cc-task cc-{kind}"><i aria-hidden="true">{mark}</i><b>{e(title)}</b>'
        f"<span>{e(person)}</span><span>{e(shown)}</span></div>"
    )
