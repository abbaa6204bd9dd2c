"""The company's accounts: a form for each, and the hosts our links may lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from command_center.domain.accounts import Account, Posture
from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.text_length import NETWORK_LIMITS
from command_center.ports import Caller, Context
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import heading, note, plain
from command_center.ui.parts import empty_state
from command_center.ui.settings_words import lines, one_per_line, stamp
from command_center.ui.source_words import key_label
from command_center.ui.wordings import network_name
from command_center.use_cases.command import looking
from command_center.use_cases.keep_accounts import add_account, change_account, set_link_hosts
from command_center.use_cases.plan_statements import link_hosts

_OWN: Final = ("name", "handle", "co_managers")
_AUDIENCES: Final = ("public", "employees")
_LANGUAGES: Final = ("de", "en", "fr", "it", "es", "nl", "pl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the forms offer: people who co-manage, tags with the plans that lock them, keys to networks."""

    co_managers: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    connections: Mapping[str, str]


def show_accounts(page: Page) -> None:
    """Show every account with its form, the form for a new one, and the hosts of links."""
    with looking(page.ctx, page.person.id, Act.WRITE_ACCOUNT) as store:
        accounts = store.find(Account, plane=page.plane, order="name")
        people = store.find(Person, active=True, order="name")
        hosts = link_hosts(store, page.plane)
        keys = [each for each in store.find(Connection, order="handle") if each.active]
    choices = _choices(page, accounts, people, keys)
    heading(page.say("settings.accounts"), page.say("settings.accounts_lead"))
    if not accounts:
        empty_state(page, "settings.no_accounts", icon="alternate_email", key="accounts")
    if not choices.co_managers:
        note(page.say("settings.no_co_managers"), "!", "warn")
    for account in accounts:
        with st.expander(plain(_label(page, account, choices)), icon=_icon(account), key=f"set_account_{account.id}"):
            _account_form(page, account, choices)
    with st.expander(
        page.say("settings.account_add"), icon=":material/add:", expanded=not accounts, key="set_account_new"
    ):
        _account_form(page, _blank(page), choices)
    _hosts_form(page, hosts)


def _blank(page: Page) -> Account:
    publisher = "rehearsal" if page.plane is Plane.PRACTICE else "manual"
    return Account(id="", network="x", handle="", name="", plane=page.plane, tags=("corporate",), publisher=publisher)


def _icon(account: Account) -> str:
    return ":material/alternate_email:" if account.active else ":material/block:"


def _label(page: Page, account: Account, choices: Choices) -> str:
    parts = [account.name, network_name(account.network), account.handle]
    if not account.active:
        parts.append(page.say("settings.account_closed"))
    elif not locking(account.tags, choices.tags):
        parts.append(page.say("settings.account_unlocked"))
    return " · ".join(parts)


def _choices(page: Page, accounts: Sequence[Account], people: Sequence[Person], keys: Sequence[Connection]) -> Choices:
    known: dict[str, list[str]] = {}
    for plan in page.ctx.plans():
        for tag in plan.lock.account_tags:
            known.setdefault(tag, []).append(plan.title.in_language(page.language))
        for tag in plan.lock.exclude_tags:
            known.setdefault(tag, [])
    for account in accounts:
        for tag in account.tags:
            known.setdefault(tag, [])
    return Choices(
        co_managers={
            person.id: person.name
            for person in people
            if Role.CO_MANAGER in person.roles and person.id != DRILL_PARTNER
        },
        tags={tag: tuple(plans) for tag, plans in known.items()},
        connections={each.id: key_label(page, each.network, each.handle) for each in keys},
    )


def locking(tags: Sequence[str], plans_by_tag: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the plans that would lock an account with these tags."""
    return tuple(dict.fromkeys(plan for tag in tags for plan in plans_by_tag.get(tag, ())))


def _account_form(page: Page, account: Account, choices: Choices) -> None:
    form = f"account_{account.id or 'new'}"
    mark = stamp(account)

    def key(name: str) -> str:
        return f"set_{form}_{name}_{mark}"

    plans = locking(account.tags, choices.tags)
    if account.id:
        names = ", ".join(plans)
        text = page.say("settings.account_plans", names=names) if plans else page.say("settings.account_no_plan")
        note(text, "■" if plans else "!", "calm" if plans else "warn")
    with st.form(f"set_{form}", border=False):
        with st.grid(2, min_column_width=260):
            _identity_fields(page, account, key)
            _reach_fields(page, account, choices, key)
        _rule_fields(page, account, key)
        page.trouble(form)
        st.form_submit_button(
            page.say("settings.account_save" if account.id else "settings.account_add_submit"),
            key=f"set_{form}_save",
            type="primary",
            on_click=page.act(
                form,
                save_account,
                done="settings.account_saved",
                clear=() if account.id else tuple(key(name) for name in _OWN),
                account_id=account.id,
                plane=page.plane,
                **{name: typed(key(name), getattr(account, name)) for name in _TYPED},
            ),
        )


_TYPED: Final = (
    "network",
    "handle",
    "name",
    "tags",
    "audience",
    "languages",
    "co_managers",
    "primary",
    "publisher",
    "connection_id",
    "base_posture",
    "active",
)


def _identity_fields(page: Page, account: Account, key: Any) -> None:
    networks = list(dict.fromkeys([*NETWORK_LIMITS, account.network]))
    st.text_input(
        page.say("settings.account_name"),
        account.name,
        key=key("name"),
        max_chars=80,
        placeholder=page.say("settings.account_name_hint"),
    )
    st.selectbox(
        page.say("settings.account_network"),
        networks,
        index=networks.index(account.network),
        format_func=network_name,
        key=key("network"),
        accept_new_options=True,
        help=page.say("settings.account_network_help"),
    )
    st.text_input(
        page.say("settings.account_handle"), account.handle, key=key("handle"), max_chars=80, placeholder="@name"
    )
    st.selectbox(
        page.say("settings.account_audience"),
        list(dict.fromkeys([*_AUDIENCES, account.audience])),
        index=list(dict.fromkeys([*_AUDIENCES, account.audience])).index(account.audience),
        format_func=lambda code: page.say(f"settings.audience_{code}") if code in _AUDIENCES else code,
        key=key("audience"),
    )


def _reach_fields(page: Page, account: Account, choices: Choices, key: Any) -> None:
    st.multiselect(
        page.say("settings.account_tags"),
        list(dict.fromkeys([*choices.tags, *account.tags])),
        default=list(account.tags),
        key=key("tags"),
        accept_new_options=True,
        placeholder=page.say("settings.choose"),
        help=page.say("settings.account_tags_help"),
    )
    names = dict(choices.co_managers) | {
        identity: page.say("settings.no_longer")
        for identity in account.co_managers
        if identity not in choices.co_managers
    }
    st.multiselect(
        page.say("settings.account_co_managers"),
        list(names),
        default=list(account.co_managers) or None,
        format_func=lambda identity: names.get(identity, identity),
        key=key("co_managers"),
        placeholder=page.say("settings.choose"),
    )
    st.multiselect(
        page.say("settings.account_languages"),
        list(dict.fromkeys([*_LANGUAGES, *account.languages])),
        default=list(account.languages),
        format_func=str.upper,
        key=key("languages"),
        placeholder=page.say("settings.any_language"),
    )
    ways = ["rehearsal"] if account.plane is Plane.PRACTICE else [*page.ctx.publishers]
    st.selectbox(
        page.say("settings.account_publisher"),
        ways,
        index=ways.index(account.publisher) if account.publisher in ways else 0,
        format_func=lambda code: page.say(f"settings.way_{code}"),
        key=key("publisher"),
        help=page.say("settings.account_publisher_help"),
    )
    if account.plane is Plane.REAL and (choices.connections or account.connection_id):
        _connection_field(page, account, choices, key)


def _connection_field(page: Page, account: Account, choices: Choices, key: Any) -> None:
    ids = list(dict.fromkeys(["", *choices.connections, account.connection_id]))
    st.selectbox(
        page.say("settings.account_connection"),
        ids,
        index=ids.index(account.connection_id),
        format_func=lambda identity: choices.connections.get(
            identity, page.say("settings.no_longer" if identity else "settings.account_no_connection")
        ),
        key=key("connection_id"),
        help=page.say("settings.account_connection_help"),
    )


def _rule_fields(page: Page, account: Account, key: Any) -> None:
    st.selectbox(
        page.say("settings.account_posture"),
        list(Posture),
        index=list(Posture).index(account.base_posture),
        format_func=page.word,
        key=key("base_posture"),
        help=page.say("settings.account_posture_help"),
    )
    st.checkbox(page.say("settings.account_primary"), account.primary, key=key("primary"))
    st.checkbox(page.say("settings.account_active"), account.active, key=key("active"))


def save_account(ctx: Context, caller: Caller, *, account_id: str, plane: Plane, **given: Any) -> str:
    """Store an account as typed: a new one, or the changed one."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    values |= {"base_posture": Posture(given["base_posture"]), "network": str(given["network"] or "")}
    account = Account(id=account_id, plane=plane, **values)
    return change_account(ctx, caller, account=account) if account_id else add_account(ctx, caller, account=account)


def _hosts_form(page: Page, hosts: Sequence[str]) -> None:
    heading(page.say("settings.hosts"), page.say("settings.hosts_lead"))
    if not hosts:
        note(page.say("settings.hosts_none"), "!", "warn")
    key = f"set_hosts_{stamp(hosts)}"
    with st.form("set_hosts", border=False):
        st.text_area(
            page.say("settings.hosts_label"), one_per_line(hosts), key=key, height=90, placeholder="www.example.com"
        )
        page.trouble("hosts")
        st.form_submit_button(
            page.say("settings.hosts_save"),
            key="set_hosts_save",
            on_click=page.act("hosts", save_hosts, done="settings.hosts_saved", hosts=typed(key), plane=page.plane),
        )


def save_hosts(ctx: Context, caller: Caller, *, hosts: str, plane: Plane) -> str:
    """Store the hosts of links as typed, one per line."""
    return set_link_hosts(ctx, caller, hosts=lines(hosts), plane=plane)
