"""``python -m command_center``: everything the screens can't or needn't do."""

import logging

import typer

from command_center.shell import data, evidence, gate, keeping, people

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")

app = typer.Typer(
    name="command_center",
    help="One Voice: notice the storm, switch on the plan, speak with one voice, and be able to prove it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("import")(data.import_)
app.command("replay")(data.replay)
app.command("judge")(data.judge)
app.command("check-plans")(keeping.check_plans)
app.command("check-text")(gate.check_text)
app.command("verify-log")(evidence.verify)
app.command("export-case")(evidence.export_case)
app.command("migrate")(keeping.migrate)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.add_typer(people.user, name="user")
app.command("worker")(keeping.work)
app.command("doctor")(keeping.doctor)

if __name__ == "__main__":
    app()
