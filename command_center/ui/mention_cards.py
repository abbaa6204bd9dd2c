"""Mentions as cards, each with its state and what can be done about it."""

from typing import Final

import streamlit as st

from command_center.domain.alerts import Triage, TriageState
from command_center.domain.mentions import Mention
from command_center.domain.people import Act
from command_center.ui.acts import just_done, typed
from command_center.ui.doers import doer_name
from command_center.ui.mention_filters import only_copies
from command_center.ui.mentions import Cluster, Found, who_may_deal
from command_center.ui.page import Page
from command_center.ui.parts import is_link, person_name, sentiment_html, text_of
from command_center.ui.situation_cards import language_name, network_name
from command_center.ui.ways import e, go, is_there
from command_center.use_cases.triage import assign_mention, escalate_mention, ignore_mention

_SHAPES: Final = {
    TriageState.NEW: "○",
    TriageState.ASSIGNED: "◐",
    TriageState.ANSWERED: "✓",
    TriageState.IGNORED: "–",
    TriageState.ESCALATED: "▲",
}
MOST_COPIES: Final = 20
NOTE_LENGTH: Final = 500


def show_clusters(page: Page, found: Found) -> None:
    """Show each text with its state, its copies, and what can be done about it."""
    for cluster in found.clusters:
        with st.container(key=f"mention_{cluster.mention.id}", gap="small"):
            st.html(mention_html(page, cluster, found))
            with st.container(key=f"acts_{cluster.mention.id}", horizontal=True, gap="small"):
                _show_acts(page, cluster, found)
            if cluster.copies:
                _show_copies(page, cluster)


def mention_html(page: Page, cluster: Cluster, found: Found) -> str:
    """Return a mention as HTML; everything from outside is escaped."""
    mention = cluster.mention
    author = mention.author_name or mention.author or page.say("frame.unknown_author")
    handle = f"<span>@{e(mention.author)}</span>" if mention.author and mention.author_name else ""
    facts = [page.moment(mention.created_at) if mention.created_at else page.say("mentions.undated")]
    if mention.reach:
        facts.append(page.say("frame.reach", count=mention.reach))
    facts.append(language_name(page, mention.language))
    if mention.is_repost:
        facts.append(page.say("mentions.repost"))
    spans = "".join(f"<span>{e(fact)}</span>" for fact in facts)
    chips = state_html(page, found, found.triages.get(mention.id))
    if cluster.total > 1:
        said = page.say("mentions.copies", count=cluster.total)
        chips += f' <span class="cc-badge"><i aria-hidden="true">≡</i>{e(said)}</span>'
    return (
        f'<article class="pic-mention"><header><i>{e(network_name(mention.network))}</i><b>{e(author)}</b>{handle}'
        f"<em>{sentiment_html(page, mention.sentiment)}</em></header>"
        f'<p lang="{e(mention.language)}">{e(text_of(page, mention))}</p>'
        f"<footer>{spans}{link_html(mention)}</footer><footer>{chips}</footer></article>"
    )


def link_html(mention: Mention) -> str:
    """Return where the post is, written out before anybody opens it."""
    if not mention.url:
        return ""
    if not is_link(mention.url):
        return f"<span>{e(mention.url)}</span>"
    return f'<a href="{e(mention.url)}" target="_blank" rel="noopener noreferrer nofollow">{e(mention.url)}</a>'


def state_html(page: Page, found: Found, triage: Triage | None) -> str:
    """Return what was decided about a mention, by whom and when."""
    state = triage.state if triage else TriageState.NEW
    words = page.word(state)
    if triage and state is TriageState.ASSIGNED:
        words = page.say("mentions.assigned_to", name=person_name(page, found.people, triage.person_id))
    note = ""
    if triage:
        by = doer_name(page, found.people, triage.changed_by)
        note = f" <span>{e(page.say('mentions.decided', name=by, when=page.ago(triage.changed_at)))}</span>"
        note += f" <span>{e(page.say('mentions.note_said', note=triage.note))}</span>" if triage.note else ""
    return f'<span class="cc-badge pic-{state.value}"><i aria-hidden="true">{_SHAPES[state]}</i>{e(words)}</span>{note}'


def _show_acts(page: Page, cluster: Cluster, found: Found) -> None:
    mention = cluster.mention
    if page.may(Act.TRIAGE) and st.button(
        page.say("mentions.deal"), key=f"deal_{mention.id}", icon=":material/edit_note:"
    ):
        _deal_with(page, mention, found)
    if (
        page.may(Act.CHECK_TEXT)
        and is_there("what_may_i_say")
        and st.button(page.say("mentions.answer"), key=f"answer_{mention.id}", icon=":material/reply:")
    ):
        go("what_may_i_say", reply=mention.id)
    if cluster.total > 1:
        st.button(
            page.say("mentions.all_copies", count=cluster.total),
            key=f"copies_{mention.id}",
            type="tertiary",
            on_click=only_copies,
            args=(mention.copy_key,),
        )


def _show_copies(page: Page, cluster: Cluster) -> None:
    with st.expander(page.say("mentions.copies_here", count=len(cluster.copies)), key=f"more_{cluster.mention.id}"):
        rows = []
        for copy in cluster.copies[:MOST_COPIES]:
            at = page.moment(copy.created_at) if copy.created_at else page.say("mentions.undated")
            who = copy.author_name or copy.author or page.say("frame.unknown_author")
            rows.append(
                f"<li><span><b>{e(network_name(copy.network))}</b> {e(who)}"
                f"<small>{e(at)} {link_html(copy)}</small></span></li>"
            )
        st.html(f'<ul class="pic-rows">{"".join(rows)}</ul>')


def _deal_with(page: Page, mention: Mention, found: Found) -> None:
    """Open the dialog in which somebody decides what becomes of a mention."""

    @st.dialog(page.say("mentions.deal_title"), width="medium")
    def deal() -> None:
        if just_done():
            st.rerun()  # closes the dialog; the page says what was done
        st.html(f'<blockquote class="pic-quote" lang="{e(mention.language)}">{e(text_of(page, mention))}</blockquote>')
        page.trouble(f"triage.{mention.id}")
        _show_assignment(page, mention, found)
        st.text_area(
            page.say("mentions.note"),
            key="triage_note",
            max_chars=NOTE_LENGTH,
            placeholder=page.say("mentions.note_hint"),
            height=80,
        )
        with st.container(horizontal=True, gap="small"):
            for verb, code, icon in (
                (ignore_mention, "ignore", "visibility_off"),
                (escalate_mention, "escalate", "priority_high"),
            ):
                st.button(
                    page.say(f"mentions.{code}"),
                    key=f"triage_{code}",
                    icon=f":material/{icon}:",
                    on_click=page.act(
                        f"triage.{mention.id}",
                        verb,
                        mention_id=mention.id,
                        note=typed("triage_note"),
                        done=f"mentions.{code}_done",
                        clear=("triage_note",),
                    ),
                )
        st.caption(page.say("mentions.escalate_lead"))

    deal()


def _show_assignment(page: Page, mention: Mention, found: Found) -> None:
    people = {person.id: person.name for person in who_may_deal(found.people.values(), mention, page.person.id)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            page.say("mentions.to_whom"),
            list(people),
            format_func=lambda identity: people.get(identity, ""),
            key="triage_person",
            width="stretch",
        )
        st.button(
            page.say("mentions.assign"),
            key="triage_assign",
            type="primary",
            icon=":material/person_add:",
            on_click=page.act(
                f"triage.{mention.id}",
                assign_mention,
                mention_id=mention.id,
                person_id=typed("triage_person"),
                done="mentions.assign_done",
            ),
        )
