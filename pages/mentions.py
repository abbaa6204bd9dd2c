"""Mentions: what do people say, and what becomes of it?"""

import math

import streamlit as st

from command_center.domain.people import Act
from command_center.ports import MentionFilter
from command_center.ui.frame import Page, open_page
from command_center.ui.mention_cards import show_clusters
from command_center.ui.mention_filters import PAGE, all_texts, ask_filter, reset_filters
from command_center.ui.mentions import PER_PAGE, Choices, read_choices, read_found
from command_center.ui.situation import choose_topic, read_topics
from command_center.ui.storm import fulfil_wish, replay_words, show_empty_house
from command_center.ui.ways import use_styles
from command_center.use_cases.command import looking


def show_found(page: Page, wanted: MentionFilter) -> None:
    """Show how many mentions were found, then one page of them."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        total = store.mentions(wanted, limit=0).total
    st.markdown(f"**{page.say('mentions.found', count=total)}**")
    if wanted.copy_key:
        st.button(page.say("mentions.all_texts"), key="all_texts", icon=":material/close:", on_click=all_texts)
    if not total:
        st.caption(page.say("mentions.none"))
        st.button(page.say("mentions.reset"), key="reset", icon=":material/filter_alt_off:", on_click=reset_filters)
        return
    cards, below = st.container(key="pic_cards", gap="small"), st.container(horizontal_alignment="center")
    pages = max(1, math.ceil(total / PER_PAGE))
    with below:
        number = st.pagination(pages, key=PAGE, bind="query-params") if pages > 1 else 1
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        found = read_found(store, wanted, min(number, pages))
    with cards:
        show_clusters(page, found)


def show_moment(page: Page, choices: Choices) -> None:
    """Say from which moment one looks, while history is being played."""
    moment = choices.moment
    if moment.playing and moment.replay and moment.as_of:
        st.caption(replay_words(page, moment.replay, moment.as_of, playing=True))


page = open_page("mentions", Act.READ_PICTURE)
use_styles()
fulfil_wish(page)
topics = read_topics(page)
if topics:
    topic = choose_topic(page, topics)
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        choices = read_choices(store, topic)
    show_moment(page, choices)
    show_found(page, ask_filter(page, choices))
else:
    show_empty_house(page)
