"""Who may do what, as one list: every verb, page and address with the act it needs.

``docs/rights.md`` is generated from it (``python -m command_center.shell.rights``). A verb or address that stands
nowhere here makes the tests fail, so that nothing new goes unguarded.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from command_center import texts, use_cases
from command_center.domain.people import RIGHTS, Act, Role
from command_center.ports import Context
from command_center.ui.navigation import PLACES

# What needs no right of a person, and why that is well.
HOUSE: Final = "house"  # the worker's own work, or a part of a verb that has asked already
DOOR: Final = "door"  # before anybody is signed in: guarded by password, code, cookie or one-time state
KEY: Final = "key"  # for programs with a key of their own, whose verbs then ask as for a co-manager
OPEN: Final = "open"  # for everybody, holds nothing of the house
SESSION: Final = "session"  # for whoever is signed in, about nobody but them
Guard = Act | str

# Verbs that aren't made by ``@command``: they ask themselves, or hand on to a command.
VERBS: Final[Mapping[str, Guard]] = {
    "agree_plans.keep_shipped_plans": HOUSE,
    "agree_plans.plan_hash": HOUSE,
    "agree_plans.plan_standings": HOUSE,
    "agree.begin_agreement": Act.WRITE_ACCOUNT,
    "agree.due_renewals": HOUSE,
    "agree.finish_agreement": Act.WRITE_ACCOUNT,
    "agree.renew_key": HOUSE,
    "ask_gate.check_text": Act.CHECK_TEXT,
    "ask_source.asked": HOUSE,
    "ask_source.poll_of": HOUSE,
    "ask_source.stream_of": HOUSE,
    "ask_source.try_source": Act.WRITE_TOPIC,
    "be_reached.try_reaching": Act.WRITE_DUTY,
    "checkpoint.head_of": HOUSE,
    "checkpoint.rotate_log_key": Act.WRITE_ACCOUNT,
    "checkpoint.sign_head": HOUSE,
    "checkpoint.sign_when_due": HOUSE,
    "choose_plan.choose_plan": HOUSE,
    "choose_plan.plans_for": HOUSE,
    "command.asking": HOUSE,
    "command.looking": HOUSE,
    "connect.check_asked": HOUSE,
    "connect.check_connection": HOUSE,
    "connect.connect": Act.WRITE_ACCOUNT,
    "connect.due_checks": HOUSE,
    "connect.keep": HOUSE,
    "deposit.clear_trouble": HOUSE,
    "deposit.deposit_heads": HOUSE,
    "deposit.heads_wait": HOUSE,
    "deposit.keep_trouble": HOUSE,
    "deposit.kept_outside": HOUSE,
    "deposit.sign_quietly": HOUSE,
    "deposit.standings": HOUSE,
    "drill_partner.partner_approves": Act.DRAFT,
    "drill_partner.partner_confirms_stand_down": Act.UNLOCK,
    "drill_partner.partner_confirms_unlock": Act.UNLOCK,
    "duty_roster.channels": HOUSE,
    "duty_roster.read_roster": HOUSE,
    "erase_again.keep_erasures": HOUSE,
    "erase_again.keep_quietly": HOUSE,
    "evidence.export_case": Act.EXPORT_CASE,
    "evidence.export_lines": Act.EXPORT_CASE,
    "evidence.note_reading": Act.READ_LOG,
    "explain.explain": Act.READ_PICTURE,
    "import_mentions.import_mentions": Act.IMPORT_MENTIONS,
    "invite.accept_invitation": DOOR,
    "judge_live.judge_live": HOUSE,
    "keep_clients.add_client": Act.WRITE_ACCOUNT,
    "keep_clients.client_with": KEY,
    "keep_clients.clients": Act.WRITE_ACCOUNT,
    "keep_clients.signing_client": KEY,
    "keep_rota.duty_view": Act.READ_PEOPLE,
    "keep_rules.rule_history": Act.WRITE_TOPIC,
    "keys.open_access": HOUSE,
    "keys.way_out": HOUSE,
    "listen.take_in": HOUSE,
    "listen.take_trouble": HOUSE,
    "outcome.by_worker": HOUSE,
    "outcome.look_after_intended": HOUSE,
    "pack_case.gather": Act.EXPORT_CASE,
    "passkeys.begin_adding": Act.OWN_SETTINGS,
    "passkeys.begin_asking": DOOR,
    "passkeys.creation_options": DOOR,
    "passkeys.finish_adding": DOOR,
    "passkeys.request_options": DOOR,
    "passkeys.sign_in_with": DOOR,
    "people.add_person": Act.WRITE_PEOPLE,
    "people.list_people": Act.READ_PEOPLE,
    "people.set_password": Act.OWN_SETTINGS,
    "personal_data.export_person": Act.PROTECT_DATA,  # of others; everybody may have their own
    "preview_plan.preview": Act.ACTIVATE,
    "preview_rules.preview_rules": Act.READ_PICTURE,
    "preview_rules.rules_for_budget": Act.READ_PICTURE,
    "propose_level.outlook": Act.READ_PICTURE,
    "publish.carry_out": HOUSE,
    "publish.publish": Act.PUBLISH,
    "publish.publish_to_several": Act.PUBLISH,
    "publish.run_queue": HOUSE,
    "quarantine.release_post": Act.RELEASE,
    "reach.reach": HOUSE,
    "refusals.log_counted_refusals": HOUSE,
    "refusals.note_refusal": HOUSE,
    "replay.advance": HOUSE,
    "replay.advance_replays": HOUSE,
    "retention.keep_to_retention": HOUSE,
    "safe_mode.heads_outside": HOUSE,
    "safe_mode.look_outside": HOUSE,
    "second_factor.asks_for_code": DOOR,
    "second_factor.begin_set_up": Act.OWN_SETTINGS,
    "second_factor.finish_set_up": DOOR,
    "second_factor.finish_sign_in": DOOR,
    "second_factor.prove_again": Act.OWN_SETTINGS,
    "second_factor.set_up": DOOR,
    "send.send_intended": HOUSE,
    "send.take_turn": HOUSE,
    "show_a_storm.show_a_storm": Act.REPLAY,
    "sessions.list_sessions": Act.OWN_SETTINGS,
    "sign_in.ask_for_code": HOUSE,
    "sign_in.is_open": DOOR,
    "sign_in.needs_code": DOOR,
    "sign_in.open_house": DOOR,
    "sign_in.prove": DOOR,
    "sign_in.proved": HOUSE,
    "sign_in.sign_in": DOOR,
    "sign_in.sign_out": DOOR,
    "sign_in.who_holds": DOOR,
    "sign_in.who_is": DOOR,
    "sign_in_elsewhere.come_back": DOOR,
    "sign_in_elsewhere.leave": DOOR,
    "take_down.carry_out_removals": HOUSE,
    "tell.tell_everybody": HOUSE,
    "tell_off_voice.tell_off_voice": HOUSE,
    "tell_second.tell_second": HOUSE,
    "throttle.count_try": DOOR,
    "tripwire.read_back": HOUSE,
    "objections.look_for_author": Act.PROTECT_DATA,
    "objections.refused_by": HOUSE,
    "unseal.names_in_files": HOUSE,
    "unseal.names_read": HOUSE,
    "unseal.sealed_people": HOUSE,
    "verify_log.verify_log": Act.READ_LOG,
    "watch.judge_until": HOUSE,
    "watch_sources.sight_of": Act.READ_PICTURE,
    "watch_sources.watch_sources": HOUSE,
    "works_council.names_are_sealed": HOUSE,
}

ADDRESSES: Final[Mapping[str, Guard]] = {
    "GET /healthz": OPEN,
    "GET /sign-in.css": OPEN,
    "GET /passkey.js": OPEN,
    "GET /login": DOOR,
    "POST /login": DOOR,
    "GET /login/code": DOOR,
    "POST /login/code": DOOR,
    "GET /login/factor": DOOR,
    "POST /login/factor": DOOR,
    "GET /login/provider": DOOR,
    "GET /login/provider/back": DOOR,
    "GET /login/passkey": DOOR,
    "POST /login/passkey": DOOR,
    "GET /open": DOOR,
    "POST /open": DOOR,
    "GET /invited": DOOR,
    "POST /invited": DOOR,
    "POST /logout": DOOR,
    "GET /passkey": SESSION,
    "POST /passkey": SESSION,
    "GET /passkey/new": SESSION,
    "POST /passkey/new": SESSION,
    "GET /second-factor": SESSION,
    "POST /second-factor": SESSION,
    "GET /api/events": SESSION,
    "GET /export/{incident_id}.{form}": Act.EXPORT_CASE,
    "POST /api/v1/check": KEY,
    "POST /api/v1/publish": KEY,
    "GET /api/v1/publications/{publication_id}": KEY,
    "GET /api/v1/accounts": KEY,
    "POST /api/v1/mentions": KEY,
    "GET /api/v1/openapi.json": OPEN,
    # What isn't there says so in JSON.
    **{f"{method} /api/v1/{{rest:path}}": OPEN for method in ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One use case and what it needs; ``guard`` is None where nobody has decided, ``is_command`` by ``@command``."""

    name: str
    guard: Guard | None
    is_command: bool
    run: Callable[..., Any]


def verbs() -> Iterator[Verb]:
    """Yield every function of the use cases that opens the store itself, in the order of their names."""
    for module in sorted(pkgutil.iter_modules(use_cases.__path__), key=lambda found: found.name):
        content = vars(importlib.import_module(f"{use_cases.__name__}.{module.name}"))
        for name, run in sorted(content.items()):
            if not inspect.isfunction(run) or run.__module__ != f"{use_cases.__name__}.{module.name}":
                continue
            full = f"{module.name}.{name}"
            if "act" in vars(run):
                yield Verb(name=full, guard=vars(run)["act"], is_command=True, run=run)
            elif "housework" not in vars(run) and not name.startswith("_") and _takes_context(run):
                yield Verb(name=full, guard=VERBS.get(full), is_command=False, run=run)


def _takes_context(run: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(run).parameters.values()), None)
    return first is not None and first.annotation is Context


def rights_page() -> str:
    """Return the text of ``docs/rights.md``."""
    roles = list(Role)
    lines = [
        "# Who may do what / Wer was darf",
        "",
        "Generated by `python -m command_center.shell.rights > docs/rights.md` from `RIGHTS` in",
        "`command_center/domain/people.py`. Tests try every verb below with every role. A person may hold several",
        "roles; a disabled person may do nothing; a named deputy holds the crisis roles of somebody who is away.",
        "What needs two different people asks for that beside the right: [four eyes](security.md#four-eyes).",
        "",
        f"| act | Recht | {' | '.join(texts.say('en', f'role.{role.value}') for role in roles)} |",
        f"|---|---|{'---|' * len(roles)}",
    ]
    for act in Act:
        held = " | ".join("✓" if role in RIGHTS[act] else "" for role in roles)
        words = texts.say("en", f"act.{act.value}"), texts.say("de", f"act.{act.value}")
        lines.append(f"| {words[0]} (`{act.value}`) | {words[1]} | {held} |")
    lines += ["", "## What each act opens", "", "| act | verbs | pages and addresses |", "|---|---|---|"]
    for act in Act:
        lines.append(f"| `{act.value}` | {_listed(_verbs_of(act))} | {_listed(_places_of(act))} |")
    lines += ["", "## Addresses without a right", "", "| address | for whom |", "|---|---|"]
    lines += [f"| `{address}` | {_FOR_WHOM[guard]} |" for address, guard in ADDRESSES.items() if guard in _FOR_WHOM]
    return "\n".join(lines) + "\n"


_FOR_WHOM: Final[Mapping[Guard, str]] = {
    OPEN: "everybody",
    DOOR: "whoever signs in or out",
    SESSION: "whoever is signed in, about themselves",
    KEY: "programs with a key, within its scopes",
}


def _verbs_of(act: Act) -> list[str]:
    return [each.name for each in verbs() if each.guard is act and "._" not in each.name]


def _places_of(act: Act) -> list[str]:
    pages = [f"/{place.path}" for place in PLACES if place.act is act]
    return pages + [address for address, guard in ADDRESSES.items() if guard is act]


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "—"


if __name__ == "__main__":
    sys.stdout.write(rights_page())
