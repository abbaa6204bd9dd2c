"""What speaks for the log: the check of its chain, its signed heads, and where they are kept outside."""

from datetime import datetime
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.checkpoints import Head
from command_center.domain.people import Act
from command_center.domain.proof import Finding, Proof, Verdict
from command_center.errors import CommandCenterError
from command_center.ui.frame import Page
from command_center.ui.incident_look import note
from command_center.ui.ways import e
from command_center.use_cases.checkpoint import last_head
from command_center.use_cases.command import looking
from command_center.use_cases.deposit import SIGNING, Standing, standings
from command_center.use_cases.verify_log import STORE, verify_log

_CHECKED: Final = "log.checked"
# The worst first: what is broken must not be read last.
_SIGNS: Final = {Verdict.BROKEN: ("✕", "bad"), Verdict.PROVEN: ("✓", "good"), Verdict.OPEN: ("?", "calm")}


def show_check(page: Page) -> None:
    """Let somebody check the whole chain, and say what was found."""
    with st.container(key="card_check", gap="small"):
        st.subheader(page.say("log.check.title"), anchor=False)
        st.caption(page.say("log.check.lead"))
        if st.button(page.say("log.check"), key="log_check", type="primary", icon=":material/link:"):
            try:
                st.session_state[_CHECKED] = (verify_log(page.ctx, page.person.id), page.ctx.now())
            except CommandCenterError as error:
                st.session_state.pop(_CHECKED, None)
                st.error(texts.say_error(page.language, error), icon=":material/link_off:")
        checked = st.session_state.get(_CHECKED)
        if checked:
            _show_proof(page, *checked)


def _show_proof(page: Page, proof: Proof, at: datetime) -> None:
    _summary(page, proof, page.moment(at))
    found = [(finding, _told(page, proof, finding)) for finding in proof.findings]
    st.html("".join(_row(page, verdict, told) for verdict in _SIGNS for one, told in found if one.verdict is verdict))
    chain = proof.chain
    sums = {"log.check.head": chain.head, "log.check.root": chain.root.hex()}
    if not chain.intact:
        sums = {"log.check.expected": chain.expected[:400], "log.check.found": chain.found[:400]}
    rows = "".join(
        f'<div><dt>{e(page.say(code))}</dt><dd class="cc-hash">{e(value)}</dd></div>' for code, value in sums.items()
    )
    st.html(f'<dl class="cc-terms">{rows}</dl>')


def _summary(page: Page, proof: Proof, when: str) -> None:
    broken, still_open = (
        sum(finding.verdict is verdict for finding in proof.findings) for verdict in (Verdict.BROKEN, Verdict.OPEN)
    )
    if broken:
        st.error(page.say("log.check.some_broken", count=broken, when=when), icon=":material/link_off:")
    elif still_open:
        st.success(page.say("log.check.some_open", count=still_open, when=when), icon=":material/verified:")
    else:
        st.success(page.say("log.check.none_broken", when=when), icon=":material/verified:")


def _row(page: Page, verdict: Verdict, told: str) -> str:
    sign, tone = _SIGNS[verdict]
    return (
        f'<p class="cc-note cc-{tone} cc-finding"><i aria-hidden="true">{sign}</i>'
        f"<span><b>{e(page.word(verdict).capitalize())}.</b> {e(told)}</span></p>"
    )


def _told(page: Page, proof: Proof, finding: Finding) -> str:
    chain = proof.chain
    if finding.code == "log.intact":
        return page.say("log.check.intact", count=chain.entries)
    if finding.code == "log.broken":
        told = page.say("log.check.broken", number=page.number(chain.broken_at or 0))
        return f"{page.say(chain.reason)} {told}"
    own = finding.values.get("source") == STORE
    values = {**finding.values, "source": page.say("verify.store")} if own else dict(finding.values)
    return page.say(finding.code, **values)


def show_heads(page: Page) -> None:
    """Show the newest signed head, the key that signs, and how every place outside stands."""
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        head, places = last_head(store), standings(page.ctx, store)
    with st.container(key="card_heads", gap="small"):
        st.subheader(page.say("log.heads.title"), anchor=False)
        st.caption(page.say("log.heads.lead"))
        rows = [(page.say("log.heads.newest"), page.say("log.heads.none"))]
        if head is not None:
            told = page.say("log.heads.signed", count=head.size, when=page.moment(head.made_at))
            rows = [(page.say("log.heads.newest"), told), (page.say("log.heads.key"), _key(page))]
        rows.extend((place.place, _where(page, place, head)) for place in places if place.place != SIGNING)
        terms = "".join(f'<div class="cc-long"><dt>{e(term)}</dt><dd>{e(value)}</dd></div>' for term, value in rows)
        st.html(f'<dl class="cc-terms">{terms}</dl>')
        for place in places:
            if place.trouble:
                note(texts.say_error(page.language, CommandCenterError(place.trouble, **place.values)), "!", "warn")
        if len(places) == 1:
            note(page.say("log.heads.nowhere"), "!", "warn")


def _key(page: Page) -> str:
    try:
        return str(page.ctx.notary.signer.key)
    except CommandCenterError as error:
        return texts.say_error(page.language, error)


def _where(page: Page, place: Standing, newest: Head | None) -> str:
    last = place.last
    if place.trouble:
        had = page.say("log.heads.signed", count=last.size, when=page.moment(last.at)) if last else ""
        return page.say("log.heads.fails", last=had or page.say("log.heads.none"))
    if last is None:
        return page.say("log.heads.none")
    missing = newest.size - last.size if newest else 0
    if missing <= 0:
        return page.say("log.heads.left", count=last.size, when=page.moment(last.at))
    until = last.at + page.ctx.notary.depositors[place.place].every
    values = {"count": missing, "had": page.number(last.size), "when": page.moment(last.at)}
    if until <= page.now:
        return page.say("log.heads.behind", **values)
    return page.say("log.heads.behind_until", until=page.moment(until), **values)
