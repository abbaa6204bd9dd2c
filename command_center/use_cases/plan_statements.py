"""Turn a plan's prepared statements into versions that wait for this house's approval."""

from collections.abc import Sequence

from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Role
from command_center.domain.plan_words import SlotType
from command_center.domain.plans import Plan, PlanSlot, PlanStatement
from command_center.domain.statements import Content, Slot, Statement, Variant
from command_center.domain.wording import problems_in
from command_center.ports import Reading, Setting
from command_center.use_cases.command import SYSTEM, Work
from command_center.use_cases.write_statement import add_version, submit


def house_setting(plane: Plane) -> str:
    """Return the id under which the house keeps what it says about itself in a plane."""
    return f"house.{plane.value}"


# Audiences that have accounts of their own; everybody else is reached through public ones.
_OWN_AUDIENCES = frozenset({"employees"})


def prepare_statements(work: Work, incident: Incident, plan: Plan) -> None:
    """Store each prepared statement; those without open questions go straight to the approvers.

    The plan is their author, so that any two people the plan names may approve.
    """
    hosts = link_hosts(work.store, incident.plane)
    for planned in plan.statements:
        statement = Statement(
            id=work.ctx.new_id(),
            plane=incident.plane,
            title=planned.title.in_language(work.who.language or "de"),
            created_by=SYSTEM,
            created_at=work.now,
            incident_id=incident.id,
            plan_statement=planned.id,
            supersedes=planned.supersedes or "",
        )
        version = add_version(
            work,
            statement,
            content_of(planned, statement.title, hosts),
            author_id=SYSTEM,
            quorum=planned.quorum,
            roles=_house_roles(plan, planned),
            valid_for=planned.valid_for,
        )
        if not problems_in(version.content):
            submit(work, version)


def link_hosts(store: Reading, plane: Plane) -> tuple[str, ...]:
    """Return the web hosts this house speaks from; links in statements lead nowhere else."""
    setting = store.get(Setting, house_setting(plane))
    hosts = setting.value.get("link_hosts", []) if setting else []
    return tuple(str(host) for host in hosts)


def _house_roles(plan: Plan, planned: PlanStatement) -> tuple[Role, ...]:
    named = (plan.house_role_of(role) for role in planned.approver_roles)
    return tuple(dict.fromkeys(Role(role) for role in named if role is not None))


def content_of(planned: PlanStatement, title: str, hosts: Sequence[str]) -> Content:
    """Return a plan statement's content: its variants by language, network and audience."""
    audiences = sorted({name if name in _OWN_AUDIENCES else "public" for name in planned.audiences})
    return Content(
        title=title,
        kind=planned.kind.value,
        strategy=planned.strategy.value,
        slots=tuple(_slot(slot, hosts) for slot in planned.slots),
        variants=tuple(
            Variant(language=language, network="x" if name == "x" else "", audience=audience, text=text.strip())
            for audience in audiences
            for language, by_name in planned.text.items()
            for name, text in by_name.items()
        ),
    )


def _slot(slot: PlanSlot, hosts: Sequence[str]) -> Slot:
    if slot.type is SlotType.LINK:
        choices = tuple(hosts)
    else:
        choices = tuple(dict.fromkeys(text for choice in slot.choices for text in (choice.label.de, choice.label.en)))
    return Slot(
        name=slot.name,
        type=slot.type,
        label={"de": slot.label.de, "en": slot.label.en},
        max_length=slot.max_length,
        choices=choices,
    )
