"""The forms of the duty plan: the weekly rota, exchanges, and the steps with their deputies."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from command_center.domain.duty import Deputy, DutyPlan, DutyStep, Roster
from command_center.domain.people import Act, Role, may
from command_center.domain.rota import Exchange, Shift
from command_center.ports import Caller, Context
from command_center.ui.acts import typed
from command_center.ui.incident_look import note
from command_center.ui.page import Page
from command_center.ui.settings_words import stamp
from command_center.use_cases.keep_duty import change_duty
from command_center.use_cases.keep_rota import change_rota

_BLANK: Final = 2


def show_rota_form(page: Page, roster: Roster) -> None:
    """Show every shift as a line, and empty lines for more."""
    plan = roster.plan
    able = _able(roster)
    zone = plan.zone if plan.shifts else page.zone
    note(page.say("duty.rota_lead", zone=zone))
    lines: list[Shift | None] = [*plan.shifts, *([None] * _BLANK)]
    slots: dict[str, Any] = {}
    with st.form("duty_rota_form", border=False):
        for number, shift in enumerate(lines):
            keys = {name: f"rota_{stamp(plan)}_{number}_{name}" for name in ("person", "days", "begins", "ends")}
            slots |= {f"{name}_{number}": typed(key) for name, key in keys.items()}
            line = st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=f"rota_line_{number}")
            _choose_person(page, line, able, shift.person_id if shift else "", keys["person"], "duty.shift_person")
            line.pills(
                page.say("duty.shift_days"),
                list(range(7)),
                selection_mode="multi",
                default=list(shift.days) if shift else [],
                format_func=lambda day: _weekday(page, day),
                key=keys["days"],
                width=340,
            )
            begins, ends = (shift.begins, shift.ends) if shift else ("08:00", "18:00")
            for name, clock in (("begins", begins), ("ends", ends)):
                line.time_input(page.say(f"duty.shift_{name}"), time.fromisoformat(clock), key=keys[name], width=130)
        page.trouble("rota")
        save = page.act(
            "rota",
            _save_shifts,
            done="duty.rota_saved",
            count=len(lines),
            exchanges=plan.exchanges,
            zone=zone,
            **slots,
        )
        st.form_submit_button(page.say("duty.rota_save"), key="rota_save", type="primary", on_click=save)


def _save_shifts(
    ctx: Context, caller: Caller, *, count: int, exchanges: Sequence[Exchange], zone: str, **given: Any
) -> str:
    shifts = [
        Shift(
            person_id=given[f"person_{number}"],
            days=tuple(sorted(given[f"days_{number}"] or ())),
            begins=f"{given[f'begins_{number}']:%H:%M}",
            ends=f"{given[f'ends_{number}']:%H:%M}",
        )
        for number in range(count)
        if given[f"person_{number}"]
    ]
    return change_rota(ctx, caller, shifts=shifts, exchanges=exchanges, zone=zone)


def show_exchange_form(page: Page, roster: Roster) -> None:
    """Show every exchange to come as a line, and an empty one."""
    plan, able, zone = roster.plan, _able(roster), ZoneInfo(page.zone)
    note(page.say("duty.exchange_lead"))
    start = page.now.astimezone(zone).replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(hours=1)
    lines: list[Exchange | None] = [*plan.exchanges, None]
    slots: dict[str, Any] = {}
    with st.form("duty_exchange_form", border=False):
        for number, known in enumerate(lines):
            keys = {n: f"exchange_{stamp(plan)}_{number}_{n}" for n in ("person", "instead", "begins", "ends")}
            slots |= {f"{name}_{number}": typed(key) for name, key in keys.items()}
            begins = known.begins.astimezone(zone).replace(tzinfo=None) if known else start
            ends = known.ends.astimezone(zone).replace(tzinfo=None) if known else start + timedelta(hours=12)
            with st.grid("auto", min_column_width=190, gap="small") as grid:
                person, instead = (known.person_id, known.instead_of) if known else ("", "")
                _choose_person(page, grid, able, person, keys["person"], "duty.exchange_person")
                _choose_person(page, grid, able, instead, keys["instead"], "duty.exchange_instead")
                grid.datetime_input(page.say("duty.exchange_begins"), begins, format="DD.MM.YYYY", key=keys["begins"])
                grid.datetime_input(page.say("duty.exchange_ends"), ends, format="DD.MM.YYYY", key=keys["ends"])
        page.trouble("exchange")
        save = page.act(
            "exchange", _save_exchanges, done="duty.rota_saved", count=len(lines), plan=plan, zone=page.zone, **slots
        )
        st.form_submit_button(page.say("duty.exchange_save"), key="exchange_save", type="primary", on_click=save)


def _save_exchanges(ctx: Context, caller: Caller, *, count: int, plan: DutyPlan, zone: str, **given: Any) -> str:
    place = ZoneInfo(zone)
    exchanges = [
        Exchange(
            person_id=given[f"person_{number}"],
            instead_of=given[f"instead_{number}"],
            begins=given[f"begins_{number}"].replace(tzinfo=place),
            ends=given[f"ends_{number}"].replace(tzinfo=place),
        )
        for number in range(count)
        if given[f"person_{number}"]
    ]
    return change_rota(ctx, caller, shifts=plan.shifts, exchanges=exchanges, zone=plan.zone if plan.shifts else zone)


def show_steps_form(page: Page, roster: Roster) -> None:
    """Show every step of telling, an empty one, who stands in for whom, and how often everybody is told again."""
    plan, mark = roster.plan, stamp(roster.plan)
    note(page.say("duty.steps_edit_lead"))
    people = {person.id: person.name for person in roster.people.values() if person.active}
    lines: list[DutyStep | None] = [*plan.steps, None]
    slots: dict[str, Any] = {}
    with st.form("duty_steps_form", border=False):
        for number, step in enumerate(lines):
            keys = {n: f"step_{mark}_{number}_{n}" for n in ("after", "rota", "roles", "people")}
            slots |= {f"{name}_{number}": typed(key) for name, key in keys.items()}
            _step_fields(page, step or DutyStep(after_minutes=plan.steps[-1].after_minutes + 30), people, keys)
        st.html(f'<h3 class="cci-sub">{page.say("duty.deputies")}</h3>')
        named = [one for one in dict.fromkeys(_could_be_told(roster)) if one in people]
        slots |= _deputy_fields(page, plan, people, named, mark)
        with st.grid("auto", min_column_width=190, gap="small") as grid:
            for name, value in (("repeat_minutes", plan.repeat_minutes), ("repeats", plan.repeats)):
                key = f"step_{mark}_{name}"
                slots[name] = typed(key)
                label = "duty.times" if name == "repeats" else "duty.repeat_minutes"
                grid.number_input(page.say(label), min_value=0, value=value, key=key)
        page.trouble("steps")
        save = page.act("steps", _save_steps, done="duty.steps_saved", count=len(lines), named=tuple(named), **slots)
        st.form_submit_button(page.say("duty.steps_save"), key="steps_save", type="primary", on_click=save)


def _step_fields(page: Page, step: DutyStep, people: Mapping[str, str], keys: Mapping[str, str]) -> None:
    with st.grid("auto", min_column_width=190, gap="small") as grid:
        grid.number_input(page.say("duty.step_minutes"), min_value=0, value=step.after_minutes, key=keys["after"])
        grid.multiselect(
            page.say("duty.step_roles"),
            list(Role),
            default=list(step.roles),
            format_func=page.word,
            key=keys["roles"],
            placeholder=page.say("people.choose"),
        )
        grid.multiselect(
            page.say("duty.step_people"),
            list(people),
            default=[one for one in step.people if one in people],
            format_func=lambda one: people.get(one, one),
            key=keys["people"],
            placeholder=page.say("people.choose"),
        )
        grid.checkbox(page.say("duty.step_rota"), value=step.rota, key=keys["rota"])


def _deputy_fields(
    page: Page, plan: DutyPlan, people: Mapping[str, str], named: Sequence[str], mark: str
) -> dict[str, Any]:
    standing = {deputy.person_id: deputy.deputy_id for deputy in plan.deputies}
    slots = {}
    with st.grid("auto", min_column_width=190, gap="small") as grid:
        for one in named:
            key = f"deputy_{mark}_{one}"
            slots[f"deputy_{one}"] = typed(key)
            others = ["", *(other for other in people if other != one)]
            grid.selectbox(
                people[one],
                others,
                index=others.index(standing[one]) if standing.get(one) in others else 0,
                format_func=lambda other: people.get(other, page.say("duty.no_deputy")),
                key=key,
            )
    return slots


def _save_steps(ctx: Context, caller: Caller, *, count: int, named: Sequence[str], **given: Any) -> str:
    steps = [
        DutyStep(
            after_minutes=int(given[f"after_{number}"]),
            roles=tuple(given[f"roles_{number}"]),
            people=tuple(given[f"people_{number}"]),
            rota=bool(given[f"rota_{number}"]),
        )
        for number in range(count)
        if given[f"roles_{number}"] or given[f"people_{number}"] or given[f"rota_{number}"]
    ]
    return change_duty(
        ctx,
        caller,
        steps=sorted(steps, key=lambda step: step.after_minutes),
        deputies=[Deputy(person_id=one, deputy_id=given[f"deputy_{one}"]) for one in named if given[f"deputy_{one}"]],
        repeat_minutes=int(given["repeat_minutes"]),
        repeats=int(given["repeats"]),
    )


def _could_be_told(roster: Roster) -> list[str]:
    plan = roster.plan
    told = [*(shift.person_id for shift in plan.shifts), *(exchange.person_id for exchange in plan.exchanges)]
    told += roster.called_before(len(plan.steps))
    return told + [one for deputy in plan.deputies for one in (deputy.person_id, deputy.deputy_id)]


def _able(roster: Roster) -> dict[str, str]:
    """Return who may do duty, by name: those who may take an alert."""
    people = sorted(roster.people.values(), key=lambda person: person.name.casefold())
    return {person.id: person.name for person in people if may(person, Act.ACKNOWLEDGE)}


def _choose_person(page: Page, place: Any, able: Mapping[str, str], chosen: str, key: str, label: str) -> None:
    options = ["", *able]
    place.selectbox(
        page.say(label),
        options,
        width=220,
        index=options.index(chosen) if chosen in options else 0,
        format_func=lambda one: able.get(one, page.say("duty.nobody_chosen")),
        key=key,
    )


def _weekday(page: Page, day: int) -> str:
    return page.say(f"weekday.{day}")
