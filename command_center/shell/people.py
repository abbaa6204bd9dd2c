"""``user add|invite|disable|role|reset-factor|list``: people, from the machine's shell."""

import json
import os
from typing import Annotated

import typer

from command_center.domain.people import Person, Role
from command_center.domain.second_factor import new_code
from command_center.errors import NotFound
from command_center.ports import Caller, Context
from command_center.shell.frame import AsJson, answer, house
from command_center.use_cases import people
from command_center.use_cases.command import SHELL
from command_center.use_cases.invite import invite
from command_center.use_cases.second_factor import reset_second_factor

user = typer.Typer(help="Add people, change their roles, disable them.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="The name they sign in with.")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be given several times.")]


@user.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Their name as colleagues know it.")],
    role: Roles,
    email: Annotated[str, typer.Option(help="Where alerts reach them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a person and print the code with which they choose their password (scripts may set NEW_PASSWORD)."""
    password = os.environ.get("NEW_PASSWORD", "")
    code = "" if password else new_code()
    with house(as_json) as ctx:
        identity = people.add_person(
            ctx,
            Caller(SHELL, ctx.new_id()),
            login=login,
            name=name,
            email=email,
            roles=role,
            password=password,
            invitation=code,
        )
    said = "shell.person_invited" if code else "shell.person_added"
    answer(as_json, {"id": identity, "login": login, "code": code}, said, login=login, code=code)


@user.command("invite")
def invite_again(login: Login, as_json: AsJson = False) -> None:
    """Print a new code for somebody who forgot their password; the old one holds no more."""
    code = new_code()
    with house(as_json) as ctx:
        invite(ctx, Caller(SHELL, ctx.new_id()), person_id=_named(ctx, login).id, code=code)
    answer(as_json, {"login": login, "code": code}, "shell.person_invited", login=login, code=code)


@user.command("disable")
def disable(login: Login, as_json: AsJson = False) -> None:
    """Disable a person; every session of theirs ends at once."""
    with house(as_json) as ctx:
        people.disable_person(ctx, Caller(SHELL, ctx.new_id()), person_id=_named(ctx, login).id)
    answer(as_json, {"login": login, "active": False}, "shell.person_disabled", login=login)


@user.command("role")
def role(login: Login, role: Roles, as_json: AsJson = False) -> None:
    """Give a person exactly these roles."""
    with house(as_json) as ctx:
        people.change_roles(ctx, Caller(SHELL, ctx.new_id()), person_id=_named(ctx, login).id, roles=role)
    answer(as_json, {"login": login, "roles": role}, "shell.roles_changed", login=login, roles=", ".join(role))


@user.command("reset-factor")
def reset_factor(login: Login, as_json: AsJson = False) -> None:
    """Take away a second factor whose phone and recovery codes are lost; the person's sessions end."""
    with house(as_json) as ctx:
        reset_second_factor(ctx, Caller(SHELL, ctx.new_id()), person_id=_named(ctx, login).id)
    answer(as_json, {"login": login, "second_factor": False}, "shell.second_factor_reset", login=login)


@user.command("list")
def list_(as_json: AsJson = False) -> None:
    """List everybody with their roles."""
    with house(as_json) as ctx, ctx.store.reading() as store:
        for person in store.find(Person, order="login"):
            roles = [role.value for role in person.roles]
            if as_json:
                row = {"login": person.login, "name": person.name, "roles": roles, "active": person.active}
                print(json.dumps(row, ensure_ascii=False, sort_keys=True))
            else:
                print(f"{person.login:20} {'✓' if person.active else '–'} {person.name:30} {', '.join(roles)}")


def _named(ctx: Context, login: str) -> Person:
    with ctx.store.reading() as store:
        found = store.find(Person, login=login.casefold())
    if not found:
        raise NotFound("people.no_such_login", login=login)
    return found[0]
