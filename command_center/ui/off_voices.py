"""Off-voice posts on screen: what stands on our accounts without having passed the gate, and who can delete it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.nearest import differences
from command_center.domain.off_voice import AccountWatch, OffVoice, OffVoiceKind, OffVoiceState
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.removals import Removal, RemovalState
from command_center.domain.statements import StatementVersion
from command_center.domain.tripwire import blind_since
from command_center.ports import Reading
from command_center.ui.frame import Page, typed
from command_center.ui.parts import post_link, time_html
from command_center.ui.ways import e
from command_center.ui.wordings import differences_html, network_name, note_words
from command_center.use_cases.off_voice import delete_off_voice, keep_off_voice, may_delete

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """What was read back from our accounts: alarms, what is only worth knowing, and accounts nobody can read."""

    alarms: tuple[OffVoice, ...]
    others: tuple[OffVoice, ...]
    blind: tuple[AccountWatch, ...]
    accounts: Mapping[str, Account]
    people: Mapping[str, Person]
    versions: Mapping[str, StatementVersion]
    removals: Mapping[str, Removal]

    def look(self) -> object:
        """Return what must not change unseen."""
        open_ones = [item.id for item in (*self.alarms, *self.others)]
        removals = [(item.id, item.state, item.note) for item in self.removals.values()]
        return open_ones, [watch.id for watch in self.blind], removals


def read_overheard(store: Reading, page: Page, *, only: Collection[str] | None = None) -> Overheard:
    """Read what is open on the accounts of this plane, or only on these."""
    found = store.find(OffVoice, plane=page.plane, state=OffVoiceState.OPEN, order="created_at", descending=True)
    mine = [item for item in found if only is None or item.account_id in only]
    watches = [watch for watch in store.find(AccountWatch, plane=page.plane) if blind_since(watch, page.now)]
    nearest = tuple({item.nearest_version for item in mine} - {""})
    accounts = {account.id: account for account in store.find(Account, plane=page.plane)}
    return Overheard(
        alarms=tuple(item for item in mine if item.alarm),
        others=tuple(item for item in mine if not item.alarm),
        blind=tuple(watch for watch in watches if _watched(page, accounts.get(watch.id), only)),
        accounts=accounts,
        people={person.id: person for person in store.find(Person, active=True, order="name")} if mine else {},
        versions={item.id: item for item in store.find(StatementVersion, id=nearest)} if nearest else {},
        removals={item.off_voice_id: item for item in store.find(Removal, plane=page.plane, order="asked_at")}
        if mine
        else {},
    )


def _watched(page: Page, account: Account | None, only: Collection[str] | None) -> bool:
    if account is None or not account.active or account.publisher not in page.ctx.networks:
        return False
    return only is None or account.id in only


def show_overheard(page: Page, heard: Overheard, *, most: int = _SHOWN, folded: bool = True) -> None:
    """Show blind accounts and alarms openly, and folded what is only worth knowing; nothing when all is well."""
    if heard.blind:
        st.html("".join(_blind_html(page, heard, watch) for watch in heard.blind))
    if heard.alarms:
        st.html(f'<h3 class="cc-off-title">{e(page.say("off_voice.title", count=len(heard.alarms)))}</h3>')
        _cards(page, heard, heard.alarms[:most])
    if heard.others and folded:
        title = page.say("off_voice.others", count=len(heard.others))
        with st.expander(title, icon=":material/visibility:", key="off_voice_others"):
            st.caption(page.say("off_voice.others_lead"))
            _cards(page, heard, heard.others[:most])


def _blind_html(page: Page, heard: Overheard, watch: AccountWatch) -> str:
    since = page.moment(blind_since(watch, page.now) or watch.started_at)
    words = page.say("off_voice.blind", account=heard.accounts[watch.id].name, when=since)
    return (
        f'<p class="cc-blind" role="status"><i aria-hidden="true">◌</i><span><b>{e(words)}</b> '
        f"{e(note_words(page, watch.note))}</span></p>"
    )


def _cards(page: Page, heard: Overheard, items: Sequence[OffVoice]) -> None:
    with st.grid(columns="auto", min_column_width=320, key=f"off_voice_grid_{items[0].alarm}"):
        for item in items:
            key = hashlib.sha256(item.id.encode()).hexdigest()[:12]
            with st.container(key=f"card_off_{key}", gap="small"):
                st.html(off_voice_html(page, heard, item))
                _acts(page, heard, item, key)


def off_voice_html(page: Page, heard: Overheard, item: OffVoice) -> str:
    """Return one find: account, what it is, its text or what was changed, the nearest wording, who can delete it."""
    account = heard.accounts[item.account_id]
    sign, tone = ("▲", "no") if item.alarm else ("○", "wait")
    lines = [page.say("off_voice.made", client=item.client) if item.client else "", _nearest(page, heard, item)]
    if item.kind is not OffVoiceKind.PROFILE:
        lines.append(page.say("off_voice.who", names=", ".join(_who(heard, account))))
    else:
        lines.append(page.say("off_voice.profile_by_hand"))
    link = post_link(page, item.url)
    said = "".join(f'<p class="cc-because">{e(line)}</p>' for line in lines if line)
    return (
        f'<article class="cc-post"><header><b>{e(account.name)}</b>'
        f" <span class='cc-quiet'>{e(network_name(account.network))}</span>"
        f'<span class="cc-badge cc-tone-{tone}"><i aria-hidden="true">{sign}</i>{e(page.word(item.kind))}</span>'
        f"</header>{_text(page, item)}{said}<footer><span>{time_html(page, item.created_at)}</span>{link}</footer>"
        "</article>"
    )


def _text(page: Page, item: OffVoice) -> str:
    if not item.before:
        return f'<div class="cc-wording">{e(item.text or "–")}</div>'
    found = differences(item.before, item.text)
    return differences_html(page, found, slots=(), legend=("wordings.only_old", "wordings.only_new"))


def _nearest(page: Page, heard: Overheard, item: OffVoice) -> str:
    version = heard.versions.get(item.nearest_version)
    if version is None:
        return page.say("off_voice.nothing_near") if item.alarm else ""
    return page.say("off_voice.nearest", title=version.content.title, percent=page.number(item.likeness))


def _who(heard: Overheard, account: Account) -> list[str]:
    leads = [person for person in heard.people.values() if {Role.CRISIS_LEAD, Role.APPROVER}.intersection(person.roles)]
    own = [heard.people[person] for person in account.co_managers if person in heard.people]
    return list(dict.fromkeys(person.name for person in (*own, *leads) if person.id != DRILL_PARTNER))[:6]


def _acts(page: Page, heard: Overheard, item: OffVoice, key: str) -> None:
    removal = heard.removals.get(item.id)
    if removal is not None and removal.state is RemovalState.ASKED:
        st.caption(f"{page.say('queue.because.being_deleted')} {note_words(page, removal.note)}")
        return
    if removal is not None and removal.state is RemovalState.FAILED:
        st.caption(f"{page.say('queue.because.not_deleted')} {note_words(page, removal.note)}")
    page.trouble(f"off.{key}")
    with st.container(horizontal=True, vertical_alignment="center"):
        account = heard.accounts[item.account_id]
        if item.kind is not OffVoiceKind.PROFILE and page.may(Act.PUBLISH) and may_delete(page.person, account):
            st.button(
                page.say("off_voice.delete"),
                key=f"off_delete_{key}",
                type="primary" if item.alarm else "secondary",
                icon=":material/delete_forever:",
                on_click=page.act(f"off.{key}", delete_off_voice, off_voice_id=item.id, done="queue.done.take_down"),
            )
        if page.may(Act.RELEASE):
            _keep(page, item, key)


def _keep(page: Page, item: OffVoice, key: str) -> None:
    why = f"off_why_{key}"
    with st.popover(page.say("off_voice.keep"), key=f"off_keep_{key}"):
        st.text_input(page.say("off_voice.keep_reason"), key=why, max_chars=500)
        st.button(
            page.say("off_voice.keep_now"),
            key=f"off_keep_now_{key}",
            type="primary",
            on_click=page.act(
                f"off.{key}",
                keep_off_voice,
                off_voice_id=item.id,
                reason=typed(why),
                done="off_voice.done.kept",
                clear=(why,),
            ),
        )
