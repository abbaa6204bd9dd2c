"""What activating a plan will do, before it does it: accounts, waiting posts, tasks, clocks."""

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.people import Act
from command_center.domain.plans import Plan
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip, duty_of, heading, link_to, note, rows, span
from command_center.ui.parts import posture_html
from command_center.ui.ways import e
from command_center.ui.wordings import network_name
from command_center.use_cases.preview_plan import LockPreview, Preview, TaskPreview


def show_preview(page: Page, shown: Preview) -> None:
    """Show the plan's effect as a person would ask for it: who falls silent, who works, which clocks run."""
    with st.container(key="inc_preview", border=True, gap="small"):
        heading(page.say("incident.preview"), page.say("incident.preview_lead"))
        _show_accounts(page, shown)
        _show_tasks(page, shown)
        _show_clocks(page, shown.plan)
        _show_statements(page, shown.plan)


def _sub(page: Page, code: str, count: int) -> None:
    st.html(f'<h3 class="cci-sub">{e(page.say(code, count=count))}</h3>')


def _show_accounts(page: Page, shown: Preview) -> None:
    _sub(page, "incident.preview_accounts" if shown.locks else "incident.preview_accounts_none", len(shown.locks))
    if shown.locks:
        rows([_lock_html(page, lock) for lock in shown.locks])
    else:
        note(page.say("incident.preview_no_account", tags=", ".join(shown.plan.lock.account_tags)), "!", "warn")
        link_to(page, "settings", Act.WRITE_ACCOUNT, page.say("incident.to_accounts"), icon="settings")
    waiting = sum(lock.waiting for lock in shown.locks)
    if waiting:
        note(page.say("incident.preview_waiting", count=waiting), "■", "warn")
    if shown.untouched:
        names = ", ".join(_account_name(account) for account in shown.untouched)
        note(page.say("incident.preview_untouched", count=len(shown.untouched), names=names), "○")


def _lock_html(page: Page, lock: LockPreview) -> str:
    held = chip("■", page.say("incident.preview_held", count=lock.waiting), "warn") if lock.waiting else ""
    if lock.before is lock.after:
        change = f"{posture_html(page, lock.after)} <small>{e(page.say('incident.preview_same'))}</small>"
    else:
        change = (
            f'{posture_html(page, lock.before)} <span aria-label="{e(page.say("incident.preview_becomes"))}">→</span> '
            f"{posture_html(page, lock.after)}"
        )
    network = network_name(lock.account.network)
    return (
        f'<article class="cci-change"><b>{e(lock.account.name)} <small>{e(network)}</small></b>'
        f"<div>{change} {held}</div></article>"
    )


def _account_name(account: Account) -> str:
    return f"{account.name} ({network_name(network_name(account.network))})"


def _show_tasks(page: Page, shown: Preview) -> None:
    _sub(page, "incident.preview_tasks", len(shown.tasks))
    nobody = sum(item.person is None for item in shown.tasks)
    if nobody:
        note(page.say("incident.preview_nobody", count=nobody), "!", "warn")
    ordered = sorted(shown.tasks, key=lambda item: item.task.due)
    first = ordered[:4]
    rows([_task_html(page, shown.plan, item) for item in first])
    if len(ordered) > len(first):
        with st.expander(page.say("incident.preview_more", count=len(ordered) - len(first))):
            rows([_task_html(page, shown.plan, item) for item in ordered[len(first) :]])


def _task_html(page: Page, plan: Plan, item: TaskPreview) -> str:
    duty = duty_of(page, plan, item.task.role)
    who = e(item.person.name) if item.person else chip("!", page.say("incident.nobody"), "warn")
    due = page.ago(page.now + item.task.due)
    return (
        f'<article class="cci-plan-task"><span>{e(due)}</span>'
        f"<div>{e(item.task.text.in_language(page.language))}<p>{who} · {e(duty)}</p></div></article>"
    )


def _show_clocks(page: Page, plan: Plan) -> None:
    if not plan.clocks:
        return
    _sub(page, "incident.preview_clocks", len(plan.clocks))
    rows(
        [
            f'<article class="cci-plan-task"><span>{e(span(page, clock.due))}</span>'
            f"<div>{e(clock.title.in_language(page.language))}"
            f"<p>{e(' · '.join((page.word(clock.starts), clock.basis, duty_of(page, plan, clock.owner))))}</p>"
            "</div></article>"
            for clock in plan.clocks
        ]
    )


def _show_statements(page: Page, plan: Plan) -> None:
    _sub(page, "incident.preview_statements", len(plan.statements))
    names = ", ".join(item.title.in_language(page.language) for item in plan.statements)
    note(page.say("incident.preview_statements_note", names=names))
