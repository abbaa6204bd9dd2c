"""What the storm is about: the words, phrases and links that grew, and posts that say it."""

from datetime import datetime, timedelta

import streamlit as st

from command_center.domain.growth import GrownTerm
from command_center.domain.mentions import Mention
from command_center.domain.narratives import About
from command_center.domain.topics import Topic
from command_center.ui.frame import Page
from command_center.ui.parts import mention_html
from command_center.ui.ways import e
from command_center.use_cases.explain import explain

SHOWN = 6
STORM_SPAN = timedelta(hours=2)


def show_about(page: Page, topic: Topic, *, since: datetime, until: datetime) -> None:
    """Show what a span is about; nothing when nobody spoke."""
    found = _about(page, topic, since, until)
    if not found.mentions:
        return
    with st.container(key="card_explained", gap="small"):
        st.html(f'<div class="cc-heading"><h2>{e(page.say("about.title"))}</h2></div>')
        for code, terms in (
            ("about.words", found.words),
            ("about.phrases", found.phrases),
            ("about.hashtags", found.hashtags),
            ("about.links", found.links),
        ):
            if terms:
                st.html(f'<h3 class="pic-sub">{e(page.say(code))}</h3>{_terms(page, terms)}')
        if found.typical:
            st.html(f'<h3 class="pic-sub">{e(page.say("about.typical"))}</h3>{_typical(page, found.typical)}')


def _about(page: Page, topic: Topic, since: datetime, until: datetime) -> About:
    """Compute once per span and session: the same mentions give the same answer."""
    key = f"about.{topic.id}.{since.isoformat()}.{until.isoformat()}"
    kept = st.session_state.get("about.kept")
    if kept and kept[0] == key:
        return kept[1]  # type: ignore[no-any-return]
    found = explain(page.ctx, page.person.id, topic=topic, since=since, until=until)
    st.session_state["about.kept"] = (key, found)
    return found


def _terms(page: Page, terms: tuple[GrownTerm, ...]) -> str:
    chips = (
        f'<li title="{e(page.say("about.share", count=term.mentions))}">{e(term.text)}'
        f"<small>{e(page.number(term.mentions))}</small></li>"
        for term in terms[:SHOWN]
    )
    return f'<ul class="cc-words">{"".join(chips)}</ul>'


def _typical(page: Page, mentions: tuple[Mention, ...]) -> str:
    return "".join(mention_html(page, mention) for mention in mentions)
