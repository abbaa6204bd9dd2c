"""What speaks for the log: the check of its chain, its signed heads, and where they are kept outside."""

from datetime import datetime
from typing import Final

import streamlit as st

from command_center.domain.people import Act
from command_center.domain.proof import Finding, Proof, Verdict
from command_center.errors import CommandCenterError
from command_center.ui.frame import Page
from command_center.ui.incident_look import note
from command_center.ui.ways import e
from command_center.use_cases.checkpoint import last_head
from command_center.use_cases.command import looking
from command_center.use_cases.deposit import SIGNING, Standing, standings
from command_center.use_cases.safe_mode import heads_outside
from command_center.use_cases.verify_log import STORE, verify_log

_CHECKED: Final = "log.checked"
_SHOW: Final = {Verdict.PROVEN: st.success, Verdict.OPEN: st.info, Verdict.BROKEN: st.error}
_ICONS: Final = {
    Verdict.PROVEN: ":material/verified:",
    Verdict.OPEN: ":material/help:",
    Verdict.BROKEN: ":material/link_off:",
}


def show_check(page: Page) -> None:
    """Let somebody check the whole chain, and say what was found."""
    with st.container(key="card_check", gap="small"):
        st.subheader(page.say("log.check.title"), anchor=False)
        st.caption(page.say("log.check.lead"))
        if st.button(page.say("log.check"), key="log_check", type="primary", icon=":material/link:"):
            found = verify_log(page.ctx, page.person.id, heads=heads_outside(page.ctx))
            st.session_state[_CHECKED] = (found, page.ctx.now())
        checked = st.session_state.get(_CHECKED)
        if checked:
            _show_proof(page, *checked)


def _show_proof(page: Page, proof: Proof, at: datetime) -> None:
    found, when = proof.chain, page.moment(at)
    if found.intact:
        st.success(page.say("log.check.intact", count=found.entries, when=when), icon=":material/verified:")
        sums = {"log.check.head": found.head, "log.check.root": found.root.hex()}
    else:
        number = page.number(found.broken_at or 0)
        told = f"{page.say('log.check.broken', number=number, when=when)} {page.say(found.reason)}"
        st.error(told, icon=":material/link_off:")
        sums = {"log.check.expected": found.expected[:400], "log.check.found": found.found[:400]}
    for finding in proof.findings:
        if finding.code not in {"log.intact", "log.broken"}:
            _SHOW[finding.verdict](page.say(finding.code, **_named(page, finding)), icon=_ICONS[finding.verdict])
    rows = "".join(
        f'<div><dt>{e(page.say(code))}</dt><dd class="cc-hash">{e(value)}</dd></div>' for code, value in sums.items()
    )
    st.html(f'<dl class="cc-terms">{rows}</dl>')


def _named(page: Page, finding: Finding) -> dict[str, object]:
    own = finding.values.get("source") == STORE
    return {**finding.values, "source": page.say("verify.store")} if own else dict(finding.values)


def show_heads(page: Page) -> None:
    """Show the newest signed head, the key that signs, and how every place outside stands."""
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        head, places = last_head(store), standings(page.ctx, store)
    with st.container(key="card_heads", gap="small"):
        st.subheader(page.say("log.heads.title"), anchor=False)
        st.caption(page.say("log.heads.lead"))
        rows = [(page.say("log.heads.newest"), page.say("log.heads.none"))]
        if head is not None:
            told = page.say("log.heads.signed", size=page.number(head.size), when=page.moment(head.made_at))
            rows = [(page.say("log.heads.newest"), told), (page.say("log.heads.key"), _key(page))]
        rows.extend((place.place, _where(page, place)) for place in places if place.place != SIGNING)
        terms = "".join(
            f'<div><dt>{e(term)}</dt><dd style="overflow-wrap:anywhere">{e(value)}</dd></div>' for term, value in rows
        )
        st.html(f'<dl class="cc-terms">{terms}</dl>')
        for place in places:
            if place.trouble:
                note(page.say(place.trouble, **place.values), "!", "warn")
        if len(places) == 1:
            note(page.say("log.heads.nowhere"), "!", "warn")


def _key(page: Page) -> str:
    try:
        return str(page.ctx.notary.signer.key)
    except CommandCenterError as error:
        return page.say(error.code, **error.values)


def _where(page: Page, place: Standing) -> str:
    if place.last is None:
        return page.say("log.heads.none")
    return page.say("log.heads.left", size=page.number(place.last.size), when=page.moment(place.last.at))
