"""Source health on screen: each source with its state, its figures and what can be done; it refreshes itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from command_center.domain.blindness import Supplier, delivered
from command_center.domain.people import Act
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.ports import Reading, Setting
from command_center.ui.frame import Page
from command_center.ui.incident_look import link_to, note
from command_center.ui.live import live
from command_center.ui.parts import empty_state, time_html
from command_center.ui.source_words import (
    gap_words,
    health_chip,
    kind_name,
    quota_words,
    sum_words,
    topic_name,
    trouble_words,
)
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.keep_sources import pause_source, resume_source, try_now
from command_center.use_cases.listen import GAP
from command_center.use_cases.watch_sources import worker_works


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A source with what else is known about it."""

    source: Source
    gap: Mapping[str, object]
    topics: Mapping[str, str]


def show_health(page: Page) -> None:
    """Show every source of the plane, those that listen first."""
    with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
        sources = store.find(Source, plane=page.plane, order="created_at")
        works = worker_works(store, page.now)
    listening = [source for source in sources if source.kind in KINDS]
    files = [source for source in sources if source.kind not in KINDS]
    if listening and not works:
        note(page.say("sources.no_worker"), "!", "warn")
    if not listening:
        empty_state(page, "sources.none", icon="sensors", key="sources")
    for source in listening:
        with st.container(key=f"card_src_{source.id}", gap="small"):
            _show_one(source.id)(page)
            _show_acts(page, source)
    link_to(page, "settings", Act.WRITE_TOPIC, page.say("sources.keep"), icon="settings")
    if files:
        with st.expander(page.say("sources.files", count=len(files)), key="src_files"):
            st.html("".join(f"<p><b>{e(source.name)}</b><br>{e(sum_words(page, source))}</p>" for source in files))


def _show_one(source_id: str) -> Callable[[Page], None]:
    @live(f"src_{source_id}")
    def draw(page: Page) -> None:
        with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
            shown = _read(store, source_id)
        if shown is not None:
            st.html(source_html(page, shown))

    return draw


def _read(store: Reading, source_id: str) -> Shown | None:
    source = store.get(Source, source_id)
    if source is None:
        return None
    gap = store.get(Setting, GAP + source_id)
    topic = store.get(Topic, source.topic_id) if source.topic_id else None
    return Shown(source=source, gap=gap.value if gap else {}, topics={topic.id: topic.name} if topic else {})


def source_html(page: Page, shown: Shown) -> str:
    """Return one source: its state, then its figures as terms and values."""
    source = shown.source
    what = " · ".join([kind_name(page, source.kind), topic_name(page, source, shown.topics)])
    trouble = trouble_words(page, source) if source.active else ""
    bad = f'<p class="src-trouble"><i aria-hidden="true">!</i>{e(trouble)}</p>' if trouble else ""
    gap = gap_words(page, shown.gap)
    told = f'<p class="src-gap"><i aria-hidden="true">◌</i>{e(gap)}</p>' if gap else ""
    terms = "".join(f"<div><dt>{e(term)}</dt><dd>{value}</dd></div>" for term, value in _terms(page, source).items())
    return (
        f'<article class="src"><header>{health_chip(page, source)}<div><h3>{e(source.name)}</h3><p>{e(what)}</p></div>'
        f'</header>{bad}{told}<dl class="cc-terms">{terms}</dl>'
        f'<p class="src-sum">{e(sum_words(page, source))}</p></article>'
    )


def _terms(page: Page, source: Source) -> dict[str, str]:
    """Return what is known about a source; the values are HTML of ours."""
    never = e(page.say("sources.never"))
    last = time_html(page, source.last_success_at) if source.last_success_at else never
    found = {page.say("sources.last_success"): last}
    if source.active and source.next_try_at is not None:
        due = source.next_try_at <= page.now
        at = e(page.say("sources.at_once")) if due else time_html(page, source.next_try_at)
        found[page.say("sources.next_try")] = at
    share = _share(page, source)
    if share:
        found[page.say("sources.delivered")] = e(share)
    quota = quota_words(page, source.quota)
    if quota:
        found[page.say("sources.quota")] = e(quota)
    return found


def _share(page: Page, source: Source) -> str:
    supplier = Supplier(
        id=source.id, name=source.name, kind=source.kind, since=source.created_at, delivery=source.delivery
    )
    came = delivered(supplier, page.now) if source.active else None
    if came is None:
        return ""
    return page.say(
        "sources.delivered_share", came=page.number(min(came.came, came.expected)), expected=page.number(came.expected)
    )


def _show_acts(page: Page, source: Source) -> None:
    if source.kind == "webhook":
        return
    form = f"source_{source.id}"
    with st.container(horizontal=True, gap="small", key=f"src_acts_{source.id}"):
        if source.active and (source.trouble or not KINDS[source.kind].stream):
            st.button(
                page.say("sources.try_now"),
                key=f"src_now_{source.id}",
                icon=":material/refresh:",
                on_click=page.act(form, try_now, done="sources.tried_now", source_id=source.id),
            )
        st.button(
            page.say("sources.pause" if source.active else "sources.resume"),
            key=f"src_pause_{source.id}",
            icon=":material/pause:" if source.active else ":material/play_arrow:",
            on_click=page.act(
                form,
                pause_source if source.active else resume_source,
                done="sources.paused" if source.active else "sources.resumed",
                source_id=source.id,
            ),
        )
    page.trouble(form)
