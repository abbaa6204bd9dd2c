"""How alerts reach me: ways, quiet hours, absence, digests and language, and a message that tries it."""

from datetime import datetime, time
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from command_center.domain.people import Act
from command_center.domain.reachability import ChannelChoice, QuietHours, Reachability, Urgency
from command_center.errors import BadInput
from command_center.ports import Caller, Context
from command_center.ui.acts import typed
from command_center.ui.incident_look import heading, note
from command_center.ui.page import Page
from command_center.ui.settings_words import stamp
from command_center.ui.wordings import channel_name
from command_center.use_cases.be_reached import set_reachability, try_reaching
from command_center.use_cases.command import looking
from command_center.use_cases.duty_roster import channels
from command_center.use_cases.people import set_language

_NEVER: Final = "never"
_AFTER: Final = (1, 3, 10)
_MINUTES: Final = (10, 30, 60)
_LANGUAGES: Final = {"de": "Deutsch", "en": "English"}


def show_own_reach(page: Page) -> None:
    """Show the form about being reached oneself, and the button that tries it."""
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        said = store.get(Reachability, page.person.id) or Reachability(id=page.person.id, changed_at=page.now)
    ways = channels(page.ctx)
    heading(page.say("reach.title"), page.say("reach.lead"))
    usable = [name for name, teller in ways.items() if teller.address(page.person)]
    if not ways:
        note(page.say("reach.no_channel"), "!", "warn")
    elif not usable:
        note(page.say("reach.no_address"), "!", "bad")
    with st.form("own_reach"):
        slots = {
            **_show_ways(page, said, tuple(ways), usable),
            **_show_quiet(page, said),
            **_show_away(page, said),
            **_show_digest(page, said),
        }
        page.trouble("reach")
        save = page.act(
            "reach", _save, done="reach.saved", house=tuple(ways), zone=page.zone, spoken=page.language, **slots
        )
        st.form_submit_button(page.say("reach.save"), key="reach_save", type="primary", on_click=save)
    page.trouble("own_try")
    st.button(
        page.say("reach.try"),
        key="own_try",
        icon=":material/send:",
        disabled=not usable,
        help=page.say("reach.try_why"),
        on_click=page.act("own_try", try_reaching, done="duty.tried", person_id=page.person.id),
    )


def _key(said: Reachability, name: str) -> str:
    return f"reach_{stamp((said.channels, said.quiet, said.away_from, said.away_until, said.digest_after))}_{name}"


def _show_ways(page: Page, said: Reachability, ways: tuple[str, ...], usable: list[str]) -> dict[str, Any]:
    if not ways:
        return {}
    chosen = {choice.channel: choice.from_urgency.value for choice in said.channels}
    every = _key(said, "every")
    slots = {"every": typed(every, default=True)}
    st.markdown(f"**{page.say('reach.ways')}**")
    st.toggle(page.say("reach.every"), value=not said.channels, key=every, help=page.say("reach.every_why"))
    options = [*(urgency.value for urgency in Urgency), _NEVER]
    with st.grid("auto", min_column_width=230, gap="small") as grid:
        for number, way in enumerate(ways):
            key = _key(said, f"way{number}")
            slots[f"way{number}"] = typed(key)
            missing = "" if way in usable else f" ({page.say('reach.address_missing')})"
            first = chosen.get(way, _NEVER if said.channels else Urgency.USUAL.value)
            grid.selectbox(
                f"{channel_name(page, way)}{missing}",
                options,
                index=options.index(first),
                format_func=lambda option: page.say(f"reach.from_{option}"),
                key=key,
            )
    return slots


def _show_quiet(page: Page, said: Reachability) -> dict[str, Any]:
    quiet = said.quiet[0] if said.quiet else None
    keys = {name: _key(said, name) for name in ("quiet", "begins", "ends", "days", "disturb")}
    st.markdown(f"**{page.say('reach.quiet')}**")
    st.toggle(page.say("reach.quiet_on"), value=quiet is not None, key=keys["quiet"])
    line = st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="reach_quiet_line")
    for name, clock in (("begins", quiet.begins if quiet else "22:00"), ("ends", quiet.ends if quiet else "07:00")):
        line.time_input(page.say(f"reach.quiet_{name}"), time.fromisoformat(clock), key=keys[name], width=130)
    line.pills(
        page.say("reach.quiet_days"),
        list(range(7)),
        selection_mode="multi",
        default=list(quiet.days) if quiet else [],
        format_func=lambda day: page.say(f"weekday.{day}"),
        key=keys["days"],
        width=340,
    )
    levels = list(Urgency)[1:]
    line.selectbox(
        page.say("reach.disturb"),
        levels,
        index=levels.index(said.disturb_from) if said.disturb_from in levels else 0,
        format_func=lambda urgency: page.say(f"reach.disturb_{urgency.value}"),
        key=keys["disturb"],
        width=260,
    )
    return {name: typed(key) for name, key in keys.items()}


def _show_away(page: Page, said: Reachability) -> dict[str, Any]:
    zone = ZoneInfo(page.zone)
    over = said.away_until is None or said.away_until <= page.now
    known = (None, None) if over else (said.away_from, said.away_until)
    st.markdown(f"**{page.say('reach.away')}**")
    slots = {}
    with st.grid("auto", min_column_width=230, gap="small") as grid:
        for name, at in zip(("away_from", "away_until"), known, strict=True):
            key = _key(said, name)
            slots[name] = typed(key)
            local = at.astimezone(zone).replace(tzinfo=None) if at else None
            grid.datetime_input(page.say(f"reach.{name}"), local, format="DD.MM.YYYY", key=key)
    st.caption(page.say("reach.away_lead"))
    return slots


def _show_digest(page: Page, said: Reachability) -> dict[str, Any]:
    keys = {name: _key(said, name) for name in ("digest_after", "digest_minutes", "language")}
    st.markdown(f"**{page.say('reach.digest')}**")
    with st.grid("auto", min_column_width=230, gap="small") as grid:
        for name, usual, now in (
            ("digest_after", _AFTER, said.digest_after),
            ("digest_minutes", _MINUTES, said.digest_minutes),
        ):
            options: list[int] = sorted({*usual, now})
            grid.selectbox(
                page.say(f"reach.{name}"),
                options,
                index=options.index(now),
                format_func=partial(_digest_option, page, name),
                key=keys[name],
            )
        grid.selectbox(
            page.say("frame.language"),
            list(_LANGUAGES),
            index=list(_LANGUAGES).index(page.language),
            format_func=_LANGUAGES.__getitem__,
            key=keys["language"],
        )
    return {name: typed(key) for name, key in keys.items()}


def _digest_option(page: Page, name: str, count: int) -> str:
    return page.say(f"reach.{name}_option", count=count)


def _save(ctx: Context, caller: Caller, *, house: tuple[str, ...], zone: str, spoken: str, **given: Any) -> str:
    done = set_reachability(
        ctx,
        caller,
        channels=_chosen(house, given),
        quiet=_quiet(given, zone) if given["quiet"] else (),
        disturb_from=given["disturb"],
        away_from=_moment(given["away_from"], zone) if given["away_until"] else None,
        away_until=_moment(given["away_until"], zone),
        digest_after=given["digest_after"],
        digest_minutes=given["digest_minutes"],
    )
    if given["language"] != spoken:
        also = Caller(person_id=caller.person_id, request_id=f"{caller.request_id}:language")
        set_language(ctx, also, language=given["language"])
    return done


def _chosen(house: tuple[str, ...], given: dict[str, Any]) -> tuple[ChannelChoice, ...]:
    if not house or given["every"]:
        return ()
    wanted = [(way, given[f"way{number}"]) for number, way in enumerate(house)]
    chosen = tuple(ChannelChoice(channel=way, from_urgency=Urgency(at)) for way, at in wanted if at != _NEVER)
    if not chosen:
        # No choice at all means every way, which is the opposite of what was asked for here.
        raise BadInput("reachability.none_chosen")
    return chosen


def _quiet(given: dict[str, Any], zone: str) -> tuple[QuietHours, ...]:
    hours = {name: f"{given[name]:%H:%M}" for name in ("begins", "ends")}
    return (QuietHours(**hours, zone=zone, days=tuple(sorted(given["days"] or ()))),)


def _moment(local: datetime | None, zone: str) -> datetime | None:
    return local.replace(tzinfo=ZoneInfo(zone)) if local is not None else None
