"""One plan to read: what it locks, who does what by when, what may be said, and how it ends."""

import re
from typing import Final

import streamlit as st

from command_center.domain.accounts import Posture
from command_center.domain.people import Role
from command_center.domain.plan_texts import longest_text
from command_center.domain.plans import Plan, PlanStatement, PlanStatus, PlanTask, TaskPhase
from command_center.domain.text_length import NETWORK_LIMITS, x_length
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip, dot, duty_of, heading, level_name, note, row, rows, span
from command_center.ui.parts import definitions, posture_html
from command_center.ui.plan_readiness import Staffing, covered, holders
from command_center.ui.ways import e

_SLOT: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SHORT: Final = NETWORK_LIMITS["x"]
_STATUS: Final = {
    PlanStatus.APPROVED: ("✓", "good"),
    PlanStatus.DRAFT: ("✎", "warn"),
    PlanStatus.RETIRED: ("–", "calm"),
}


def show_summary(page: Page, plan: Plan) -> None:
    """Show what kind of case the plan is for, in one card."""
    shape, kind = _STATUS[plan.status]
    words = ", ".join(word for found in plan.triggers.keywords.values() for word in found)
    st.html(
        f'<section class="cci-head"><div class="cci-eyebrow">{chip(shape, page.word(plan.status), kind)}'
        f"<span>{e(page.say('plans.version', version=plan.version))}</span></div>"
        f"<h2>{e(plan.title.in_language(page.language))}</h2><p>{e(plan.summary.in_language(page.language))}</p></section>"
    )
    definitions(
        {
            page.say("plans.level"): level_name(page, plan.default_level),
            page.say("plans.cluster"): page.word(plan.scct.cluster),
            page.say("plans.strategy"): page.word(plan.scct.primary),
            page.say("plans.keywords"): words or "–",
        }
    )


def show_tasks(page: Page, plan: Plan, _house: Staffing) -> None:
    """Show the tasks by phase and due time."""
    for phase in TaskPhase:
        tasks = sorted((task for task in plan.tasks if task.phase is phase), key=lambda task: task.due)
        if not tasks:
            continue
        st.html(f'<h3 class="cci-sub">{e(page.word(phase))}</h3>')
        rows([_task_html(page, plan, task) for task in tasks])


def _task_html(page: Page, plan: Plan, task: PlanTask) -> str:
    proof = page.say("plans.evidence") if task.evidence_required else ""
    small = " · ".join(filter(None, (duty_of(page, plan, task.role), proof)))
    return (
        f'<article class="cci-plan-task"><span>{e(page.ago(page.now + task.due))}</span>'
        f"<div>{e(task.text.in_language(page.language))}<p>{e(small)}</p></div></article>"
    )


def show_roles(page: Page, plan: Plan, house: Staffing) -> None:
    """Show each duty, whose house role can take it, and who that is today."""
    found = []
    for role in plan.roles:
        people = holders(role, house.people)
        enough = len(people) >= (2 if role.deputy_required else 1)
        sign = chip("✓", page.say("plans.staffed"), "good") if enough else chip("!", page.say("plans.thin"), "warn")
        names = ", ".join(person.name for person in people) or page.say("plans.nobody")
        small = page.say(
            "plans.role_small",
            role=page.word(Role(role.house_role)),
            level=role.from_level,
            span=span(page, role.ack_within),
        )
        found.append(row(sign, role.title.in_language(page.language), names, small))
    rows(found)
    st.html(f'<h3 class="cci-sub">{e(page.say("plans.order"))}</h3>')
    groups = enumerate(plan.stakeholders, start=1)
    rows([row(dot(str(number)), group.title.in_language(page.language)) for number, group in groups], kind="slim")


def show_clocks(page: Page, plan: Plan, _house: Staffing) -> None:
    """Show the deadlines with their legal basis."""
    if not plan.clocks:
        note(page.say("incident.no_clocks"))
        return
    note(page.say("plans.clocks_note"))
    rows(
        [
            f'<article class="cci-plan-task"><span>{e(span(page, clock.due))}</span>'
            f"<div><b>{e(clock.title.in_language(page.language))}</b><p>{e(clock.basis)}</p>"
            f"<p>{e(page.word(clock.starts))} · {e(duty_of(page, plan, clock.owner))}"
            f"{' · ' + e(page.say('incident.clock_repeats')) if clock.repeat else ''}</p></div></article>"
            for clock in plan.clocks
        ]
    )


def show_statements(page: Page, plan: Plan, _house: Staffing) -> None:
    """Show the prepared wordings; gaps are marked, and each variant says how long it can get."""
    note(page.say("plans.statements_note"))
    for statement in plan.statements:
        with st.expander(statement.title.in_language(page.language), key=f"plan_say_{plan.id}_{statement.id}"):
            roles = ", ".join(duty_of(page, plan, role) for role in statement.approver_roles)
            definitions(
                {
                    page.say("plans.kind"): page.word(statement.kind),
                    page.say("plans.strategy"): page.word(statement.strategy),
                    page.say("plans.valid_for"): span(page, statement.valid_for),
                    page.say("plans.approval"): page.say("plans.approval_by", count=statement.quorum, roles=roles),
                }
            )
            languages = [page.language, *(name for name in statement.text if name != page.language)]
            st.html("".join(_variants_html(page, statement, language) for language in languages))


def _variants_html(page: Page, statement: PlanStatement, language: str) -> str:
    parts = []
    for name, text in statement.text.get(language, {}).items():
        parts.append(
            f'<div class="cci-variant"><header><b>{e(page.say(f"plans.variant_{name}"))} · {e(language.upper())}</b>'
            f"{length_html(page, statement, language, name)}</header>"
            f'<p class="cci-quote" lang="{e(language)}">{text_html(statement, text, language)}</p></div>'
        )
    return "".join(parts)


def length_html(page: Page, statement: PlanStatement, language: str, variant: str) -> str:
    """Say how long a variant can get when its gaps are filled to the brim."""
    longest = x_length(longest_text(statement, language, variant).strip())
    if variant == "long":
        return f"<span>{e(page.say('plans.length', count=longest))}</span>"
    fits = longest <= _SHORT
    word = page.say("plans.length_of", count=longest, limit=_SHORT)
    return chip("✓" if fits else "!", word, "good" if fits else "bad")


def text_html(statement: PlanStatement, text: str, language: str) -> str:
    """Return a template with its gaps marked by their labels; everything is escaped."""
    out, end = [], 0
    text = text.strip()
    for found in _SLOT.finditer(text):
        slot = statement.slot(found[1])
        label = slot.label.in_language(language) if slot else found[1]
        out += [e(text[end : found.start()]), f"<mark>{e(label)}</mark>"]
        end = found.end()
    return "".join((*out, e(text[end:])))


def show_guidance(page: Page, plan: Plan, _house: Staffing) -> None:
    """Show what co-managers and employees may say and what not."""
    guidance = plan.guidance
    say = "".join(f"<li><i>✓</i><span>{e(line)}</span></li>" for line in guidance.say.get(page.language, ()))
    dont = "".join(f"<li><i>✕</i><span>{e(line)}</span></li>" for line in guidance.dont.get(page.language, ()))
    st.html(
        f'<div class="cci-say"><section class="cc-good"><h3 class="cci-sub">{e(page.say("plans.say"))}</h3>'
        f'<ul>{say}</ul></section><section class="cc-bad"><h3 class="cci-sub">{e(page.say("plans.dont"))}</h3>'
        f"<ul>{dont}</ul></section></div>"
    )
    note(guidance.private_accounts.in_language(page.language))
    note(page.say("plans.refer_to", duty=duty_of(page, plan, guidance.refer_to)), "→")


def show_lock_and_end(page: Page, plan: Plan, house: Staffing) -> None:
    """Show what activation locks and what must be true before the end."""
    heading(page.say("plans.lock"))
    st.html(f"<p>{posture_html(page, Posture(plan.lock.posture))}</p>")
    definitions(
        {
            page.say("plans.tags"): ", ".join(plan.lock.account_tags),
            page.say("plans.excluded"): ", ".join(plan.lock.exclude_tags) or "–",
            page.say("plans.review_by"): span(page, plan.lock.review_by),
            page.say("plans.unlock"): page.say("plans.people_count", count=plan.lock.unlock_quorum),
        }
    )
    names = ", ".join(account.name for account in covered(plan, house))
    note(
        page.say("plans.covers", names=names) if names else page.say("plans.covers_none"),
        "■" if names else "!",
        "calm" if names else "warn",
    )
    heading(page.say("incident.stand_down"), page.say("plans.stand_down_lead", count=plan.stand_down.quorum))
    rows([row(dot("○"), item.text.in_language(page.language)) for item in plan.stand_down.criteria], kind="slim")
    if plan.stand_down.after:
        note(page.say("plans.afterwards", steps=", ".join(page.word(step) for step in plan.stand_down.after)), "→")
