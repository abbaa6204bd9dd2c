"""The two ways to say something: an approved wording, or a draft of one's own that the gate looks at."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from command_center.domain.accounts import Posture
from command_center.domain.nearest import Nearest
from command_center.domain.one_voice import Decision, House, Reason
from command_center.ui.composing import compose, variant_key
from command_center.ui.frame import Page
from command_center.ui.parts import empty_state
from command_center.ui.saying import Desk, Offer, by_hand, offers, read_house, sends_itself
from command_center.ui.saying_out import let_out
from command_center.ui.saying_several import choose_also
from command_center.ui.ways import e
from command_center.ui.wordings import differences_html, gate_words, length_html, network_name, plain, wording_html
from command_center.use_cases.ask_gate import check_text

OFFER: Final = "say.offer"
CHECKED: Final = "say.checked"
DRAFT: Final = "say.draft"
WAY: Final = "say.way"


def show_ways(page: Page, desk: Desk, reply_to: str) -> None:
    """Show the approved texts or the check of a draft, whichever somebody wants."""
    house = read_house(page, desk.account)
    found = offers(house, page.language)
    st.session_state.setdefault(WAY, default_way(desk.posture))
    names = {"offers": page.say("say.way.offers", count=len(found)), "draft": page.say("say.way.draft")}
    way = st.segmented_control(
        page.say("say.way"),
        list(names),
        format_func=names.__getitem__,
        key=WAY,
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    if way == "draft":
        show_draft(page, desk, house, reply_to)
    elif found:
        show_offers(page, desk, house, found, reply_to)
    else:
        empty_state(page, "say.no_text", icon="campaign", key="no_text")


def show_offers(page: Page, desk: Desk, house: House, found: Sequence[Offer], reply_to: str) -> None:
    """Show the approved texts, or the one chosen with its slots to fill."""
    chosen = next((offer for offer in found if offer.version.id == st.session_state.get(OFFER)), None)
    if chosen is None and len(found) == 1:
        chosen = found[0]
    if chosen is None:
        for offer in found:
            _offer_card(page, desk, offer)
        return
    if len(found) > 1:
        st.button(
            page.say("say.all_texts"), key="say_back", icon=":material/arrow_back:", type="tertiary", on_click=_unchoose
        )
    _composer(page, desk, house, chosen, reply_to)


def _offer_card(page: Page, desk: Desk, offer: Offer) -> None:
    content, variant = offer.version.content, offer.variants[0]
    with st.container(key=f"card_offer_{offer.version.id}", gap="small"):
        st.html(
            f'<p class="cc-offer"><b>{e(content.title)}</b>'
            f"<span>{e(page.say(f'statementkind.{content.kind}'))}</span></p>"
            f"{wording_html(variant.text, content.slots, variant.language)}"
            f'<p class="cc-quiet">{e(validity(page, offer))}</p>'
        )
        st.button(
            page.say("say.take_text"),
            key=f"say_take_{offer.version.id}",
            width="stretch",
            on_click=_choose,
            args=(offer.version.id,),
        )


def validity(page: Page, offer: Offer) -> str:
    """Say until when a text may be used."""
    until = offer.version.valid_until
    return page.say("say.valid_until", when=page.moment(until)) if until else page.say("say.valid_open")


def _composer(page: Page, desk: Desk, house: House, offer: Offer, reply_to: str) -> None:
    with st.container(key="card_composer", gap="small"):
        st.html(
            f'<p class="cc-offer"><b>{e(offer.version.content.title)}</b></p>'
            f'<p class="cc-quiet">{e(validity(page, offer))}</p>'
        )
        composed = compose(page, offer, house, _form(desk))
        also = () if reply_to else choose_also(page, desk, composed.text, ready=composed.ready)
        page.trouble("publish")
        _out_button(page, desk, composed.text, reply_to, ready=composed.ready, also=also)


def _out_button(
    page: Page,
    desk: Desk,
    text: str,
    reply_to: str,
    *,
    ready: bool,
    review: bool = False,
    also: tuple[str, ...] = (),
) -> None:
    way = "review" if review else _way(page, desk)
    st.button(
        page.say(f"say.out.{way}"),
        key="say_out",
        type="primary",
        icon=":material/group:" if review else ":material/verified:",
        width="stretch",
        disabled=not ready,
        on_click=page.act(
            "publish", let_out, account_id=desk.account.id, text=text, reply_to=reply_to, also=also, then=_tidy
        ),
    )
    st.caption(page.say(f"say.out_lead.{way}", network=network_name(desk.account.network)))


def _way(page: Page, desk: Desk) -> str:
    if sends_itself(page, desk.account):
        return "network"
    return "by_hand" if by_hand(page, desk.account) else "publish"


def show_draft(page: Page, desk: Desk, house: House, reply_to: str) -> None:
    """Let somebody paste a draft and hear from the gate, before anything is sent."""
    with st.container(key="card_draft", gap="small"):
        st.text_area(page.say("say.draft.label"), key=DRAFT, height=140, placeholder=page.say("say.draft.hint"))
        checked = str(st.session_state.get(CHECKED, ""))
        st.button(
            page.say("say.draft.check"),
            key="say_check",
            type="secondary" if checked else "primary",
            icon=":material/fact_check:",
            width="stretch",
            on_click=_check,
        )
        if not checked.strip():
            if CHECKED in st.session_state:
                st.caption(page.say("say.draft.empty"))
            return
        decision = check_text(page.ctx, page.person.id, account_id=desk.account.id, text=checked)
        _answer(page, desk, house, decision, checked)
        review = decision.reason is Reason.NEEDS_REVIEW
        if decision.allowed or review:
            page.trouble("publish")
            _out_button(page, desk, decision.text or checked, reply_to, ready=True, review=review)


def _answer(page: Page, desk: Desk, house: House, decision: Decision, checked: str) -> None:
    review = decision.reason is Reason.NEEDS_REVIEW
    kind = "allowed" if decision.allowed else "review" if review else "refused"
    sign = {"allowed": "✓", "review": "◐", "refused": "✕"}[kind]
    st.html(
        f'<div class="cc-answer cc-{kind}" role="status"><p><i aria-hidden="true">{sign}</i>'
        f"{e(page.say(f'say.answer.{kind}'))}</p>"
        f"<span>{e(gate_words(page, decision.reason.value, decision.detail))}</span></div>"
    )
    if decision.allowed:
        shown = decision.text or checked
        st.html(
            f'<div class="cc-sent"><small>{e(page.say("compose.as_sent"))}</small>'
            f'<div class="cc-wording">{e(shown)}</div>{length_html(page, desk.account.network, shown)}</div>'
        )
    if decision.nearest is not None and not decision.allowed:
        _nearest(page, desk, house, decision.nearest)


def _nearest(page: Page, desk: Desk, house: House, nearest: Nearest) -> None:
    offer = next(offer for offer in offers(house, page.language) if offer.version.id == nearest.version_id)
    place = [variant.text for variant in offer.variants].index(nearest.text)
    shown = differences_html(page, nearest.differences, slots=offer.version.content.slots, language=nearest.language)
    likeness = page.say("say.nearest.likeness", percent=page.number(nearest.likeness))
    st.html(
        f'<p class="cc-offer"><b>{e(page.say("say.nearest.title", title=nearest.title))}</b>'
        f"<span>{e(likeness)}</span></p>{shown}"
    )
    st.button(
        page.say("say.nearest.take", title=plain(nearest.title)),
        key="say_nearest",
        type="primary",
        icon=":material/swap_horiz:",
        width="stretch",
        on_click=_choose,
        args=(nearest.version_id, variant_key(_form(desk), nearest.version_id), place),
    )


def default_way(posture: Posture) -> str:
    """Name what people want first: an own text where that is free, else the approved ones."""
    return "draft" if posture in {Posture.OPEN, Posture.REVIEW} else "offers"


def _form(desk: Desk) -> str:
    return f"say.{desk.account.id}"


def _choose(version_id: str, variant: str = "", place: int = 0) -> None:
    st.session_state[OFFER] = version_id
    if variant:
        st.session_state[variant] = place
    st.session_state[WAY] = "offers"


def _unchoose() -> None:
    st.session_state.pop(OFFER, None)


def _check() -> None:
    st.session_state[CHECKED] = st.session_state.get(DRAFT, "")


def _tidy() -> None:
    for key in (OFFER, CHECKED, DRAFT):
        st.session_state.pop(key, None)
