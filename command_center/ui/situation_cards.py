"""The cards beside the curve: accounts, sources, the newest mentions, the loudest voices, the curve as a table."""

from collections.abc import Iterable
from typing import Final

import streamlit as st
from babel import Locale

from command_center import texts
from command_center.domain.accounts import Posture, effective_posture
from command_center.domain.blindness import Delivered
from command_center.domain.mentions import Mention
from command_center.domain.sources import Source
from command_center.ports import Tally
from command_center.ui.curve import Curve
from command_center.ui.figures import short
from command_center.ui.page import Page
from command_center.ui.parts import posture_html, sentiment_html, text_of, when
from command_center.ui.picture import Picture, adds_up, is_silent
from command_center.ui.waiting import Duty
from command_center.ui.ways import e, go, heading, is_there

TABLE_ROWS: Final = 48
_NETWORKS: Final = {
    "x": "X",
    "twitter": "X",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "news": "News",
}
_EXCERPT: Final = 150


def network_name(network: str) -> str:
    """Write a network's name as it writes itself."""
    return _NETWORKS.get(network.lower(), network[:1].upper() + network[1:])


def language_name(page: Page, code: str) -> str:
    """Name a language in the reader's own; unknown stays unknown."""
    if not code or code == "und":
        return page.say("situation.language_unknown")
    return str(Locale.parse(page.language).languages.get(code, code))


def show_accounts(page: Page, duty: Duty) -> None:
    """Show what may leave each account now."""
    heading(page.say("situation.accounts"))
    if not duty.accounts:
        st.caption(page.say("situation.no_accounts"))
        return
    rows = []
    for account in duty.accounts:
        posture = effective_posture(account, duty.locks)
        locks = [lock for lock in duty.locks if lock.account_id == account.id]
        note = ""
        if posture is not Posture.OPEN and locks:
            note = page.say("situation.locked_since", when=when(page, min(lock.locked_at for lock in locks)))
        rows.append(
            f"<li><span><b>{e(network_name(account.network))}</b> {e(account.handle)}"
            f"{f'<small>{e(note)}</small>' if note else ''}</span>{posture_html(page, posture)}</li>"
        )
    st.html(f'<ul class="pic-rows">{"".join(rows)}</ul>')


def show_sources(page: Page, picture: Picture) -> None:
    """Show whether the sources delivered and whether their numbers add up."""
    heading(page.say("situation.sources"))
    if not picture.sources:
        st.caption(page.say("situation.no_sources"))
        return
    lacking = {each.id: each for each in picture.look.why}
    listed = "".join(source_html(page, source, lacking.get(source.id)) for source in picture.sources)
    st.html(f'<ul class="pic-rows pic-sources">{listed}</ul>')


def source_html(page: Page, source: Source, lacking: Delivered | None = None) -> str:
    """Return one source: when it last delivered, what lacks, and what became of everything it gave."""
    if lacking is not None:
        shape, kind, state = "!", "bad", "situation.source_lacking"
    elif is_silent(source, page.now):
        shape, kind, state = "!", "bad", "situation.source_silent"
    elif not adds_up(source):
        shape, kind, state = "!", "bad", "situation.source_odd"
    elif source.last_success_at is None:
        shape, kind, state = "◌", "calm", "situation.source_unfinished"
    elif source.kind == "file":
        shape, kind, state = "■", "calm", "situation.source_file"
    else:
        shape, kind, state = "●", "good", "situation.source_well"
    delivered = when(page, source.last_success_at) if source.last_success_at else "–"
    owed = {"came": page.number(lacking.came), "expected": page.number(lacking.expected)} if lacking else {}
    parts = ("stored", "duplicate", "filtered", "rejected")
    sums = page.say(
        "situation.sum",
        fetched=page.number(source.fetched),
        **{part: page.number(getattr(source, part)) for part in parts},
    )
    sign = f'<i class="pic-mark cc-{kind}" aria-hidden="true">{shape}</i>'
    return (
        f'<li class="pic-source"><b>{e(source.name)}</b>'
        f"<small>{sign}{e(page.say(state, when=delivered, **owed))}</small><small>{e(sums)}</small></li>"
    )


def show_feed(page: Page, picture: Picture) -> None:
    """Show the newest mentions of the picture's moment."""
    moment = picture.moment.as_of
    heading(page.say("situation.feed"), page.say("situation.feed_as_of", when=page.clock(moment)) if moment else "")
    dated = [mention for mention in picture.feed if mention.created_at]
    if not dated:
        st.caption(page.say("situation.feed_empty"))
        return
    st.html(f'<ul class="pic-feed">{"".join(feed_html(page, mention) for mention in dated)}</ul>')
    if is_there("mentions") and st.button(
        page.say("situation.all_mentions"), key="to_mentions", icon=":material/forum:", type="tertiary"
    ):
        go("mentions")


def feed_html(page: Page, mention: Mention) -> str:
    """Return one line of the feed; all of it is foreign and escaped."""
    author = mention.author_name or mention.author or page.say("frame.unknown_author")
    at = texts.clock(page.language, page.zone, mention.created_at) if mention.created_at else page.say("frame.undated")
    text = text_of(page, mention)
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    title = page.moment(mention.created_at) if mention.created_at else ""
    return (
        f'<li><time title="{e(title)}">{e(at)}</time><div>'
        f'<span class="pic-who"><b>{e(network_name(mention.network))}</b> {e(author)}</span>'
        f"{sentiment_html(page, mention.sentiment)}"
        f'<p lang="{e(mention.language)}">{e(text)}</p></div></li>'
    )


def show_loudest(page: Page, picture: Picture) -> None:
    """Show who is heard most, where, in which language, and what is copied."""
    heading(page.say("situation.loudest"), page.say("situation.loudest_note"))
    loudest = picture.loudest
    if not loudest.networks:
        st.caption(page.say("situation.feed_empty"))
        return
    authors = ((f"@{tally.value}", tally) for tally in loudest.authors)
    networks = ((network_name(tally.value), tally) for tally in loudest.networks)
    languages = ((language_name(page, tally.value), tally) for tally in loudest.languages)
    st.html(
        bars_html(page, "situation.top_authors", authors, reach=True)
        + bars_html(page, "situation.top_networks", networks)
        + bars_html(page, "situation.top_languages", languages)
        + "".join(_copy_html(page, tally, mention) for tally, mention in loudest.copies)
    )


def bars_html(page: Page, title: str, rows: Iterable[tuple[str, Tally]], *, reach: bool = False) -> str:
    """Return a short ranking as bars with their numbers."""
    shown = list(rows)
    most = max((tally.mentions for _, tally in shown), default=1)
    lines = []
    for name, tally in shown:
        note = f" · {short(page, tally.reach)}" if reach and tally.reach else ""
        width = max(2, round(100 * tally.mentions / most))
        lines.append(
            f"<li><span>{e(name)}</span><b>{e(page.number(tally.mentions))}<small>{e(note)}</small></b>"
            f'<i style="width:{width}%"></i></li>'
        )
    return f'<h3 class="pic-sub">{e(page.say(title))}</h3><ol class="pic-bars">{"".join(lines)}</ol>'


def _copy_html(page: Page, tally: Tally, mention: Mention) -> str:
    text = text_of(page, mention)
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    title = page.say("situation.copied", count=tally.mentions)
    return f'<h3 class="pic-sub">{e(title)}</h3><blockquote class="pic-quote">{e(text)}</blockquote>'


def curve_table_html(page: Page, curve: Curve) -> str:
    """Return the newest points of the curve as a table, newest first."""
    heads = ("situation.when", "situation.line_mentions", "situation.line_negative", "situation.line_band")
    head = "".join(f"<th>{e(page.say(code))}</th>" for code in heads)
    rows = []
    for point in reversed(curve.points[-TABLE_ROWS:]):
        band = "–"
        if point.expected is not None:
            band = f"{page.number(round(point.low, 1))}–{page.number(round(point.high, 1))}"
        mark = f" ◆ {page.say('situation.line_alert')}" if point.alert else (" ▲" if point.surging else "")
        mark += f" ◌ {page.say('situation.line_unseen')}" if point.unseen else ""
        cells = (page.moment(point.at), page.number(point.mentions) + mark, page.number(point.negative), band)
        rows.append("<tr>" + "".join(f"<td>{e(cell)}</td>" for cell in cells) + "</tr>")
    return f'<div class="pic-table"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
