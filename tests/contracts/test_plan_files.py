"""Plan files: the six shipped plans load, and every way to be broken is named with file, line and field."""

import json
import re
import string
from pathlib import Path
from typing import Final, get_args

import jsonschema
import pytest
from babel.messages.pofile import read_po

from command_center.domain.plans import HOUSE_ROLES, LANGUAGES, PlanStatus, StatementKind, TaskPhase
from command_center.errors import BadInput
from command_center.plan_files import load_plans, plan_from_data, plan_schema, plan_to_data, read_plan
from command_center.plan_files.durations import format_duration, parse_duration
from command_center.plan_files.models import HouseRole

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ROOT / "crisis_plans"
ASSETS: Final = ROOT / "tests" / "assets" / "plans"
CODE: Final = ROOT / "command_center"
PLAN_NAMES: Final = (
    "data-breach",
    "executive-misconduct",
    "hostile-campaign",
    "product-recall",
    "service-outage",
    "workplace-accident",
)
BROKEN: Final = (
    ("alias", 59, "", "plan.alias_refused"),
    ("bad_duration", 36, "lock.review_by", "plan.bad_duration"),
    ("colon_in_text", 75, "", "plan.yaml_colon"),
    ("comments_alone", 1, "", "plan.empty_file"),
    ("control_character", 75, "", "plan.bad_character"),
    ("deep_nesting", 1, "", "plan.too_deep"),
    ("denies_and_rebuilds", 130, "statements[2].strategy", "plan.mixed_strategies"),
    ("duplicate_key", 4, "version", "plan.duplicate_key"),
    ("duplicate_task_id", 88, "tasks[1].id", "plan.duplicate_id"),
    ("duration_in_months", 90, "tasks[1].due", "plan.bad_duration"),
    ("empty", 1, "", "plan.empty_file"),
    ("first_hour_task_after_two_hours", 84, "tasks[0].due", "plan.task_too_late"),
    ("forbidden_word", 108, "statements[0].text.en.long", "plan.forbidden_word"),
    ("latin1", 7, "", "plan.not_utf8"),
    ("level_nine", 10, "default_level", "plan.out_of_range"),
    ("list_at_the_top", 1, "", "plan.not_a_mapping"),
    ("missing_english_summary", 6, "summary.en", "plan.missing_language"),
    ("missing_english_x", 107, "statements[0].text.en", "plan.missing_translation"),
    ("missing_field", 1, "default_level", "plan.missing_field"),
    ("no_closing_statement", 94, "statements", "plan.statement_missing"),
    ("no_deputy", 45, "roles[0].deputy_required", "plan.deputy_missing"),
    ("press_before_employees", 57, "stakeholders[1]", "plan.press_before_employees"),
    ("python_tag", 75, "", "plan.tag_refused"),
    ("question_asked_later", 24, "triage_questions[1].only_if", "plan.unknown_question"),
    ("slot_not_declared", 106, "statements[0].text.de.x", "plan.unknown_slot"),
    ("slot_without_bound", 102, "statements[0].slots[1].max_length", "plan.slot_length"),
    ("slots_differ_between_languages", 108, "statements[0].text.en.long", "plan.slots_differ"),
    ("stand_down_without_criterion", 152, "stand_down.criteria", "plan.too_few"),
    ("stray_brace", 105, "statements[0].text.de.long", "plan.stray_brace"),
    ("supersedes_itself", 137, "statements[2].supersedes", "plan.supersedes_loop"),
    ("tab_indent", 14, "", "plan.yaml_tab"),
    ("two_documents", 157, "", "plan.several_documents"),
    ("unclosed_quote", 5, "", "plan.yaml_quote"),
    ("unknown_clock", 66, "stakeholders[2].clock", "plan.unknown_clock"),
    ("unknown_house_role", 48, "roles[1].house_role", "plan.not_one_of"),
    ("unknown_key", 61, "stakeholders[1].confirn", "plan.unknown_key_near"),
    ("unknown_key_without_neighbour", 5, "favourite_colour", "plan.unknown_key"),
    ("unknown_role", 91, "tasks[1].role", "plan.unknown_role"),
    ("unknown_statement", 60, "stakeholders[1].statement", "plan.unknown_statement"),
    ("unlocks_with_one_person", 37, "lock.unlock_quorum", "plan.quorum_too_small"),
    ("utf16", 1, "", "plan.not_utf8"),
    ("wrong_indent", 69, "", "plan.yaml_colon"),
    ("wrong_type", 3, "version", "plan.not_a_number"),
    ("x_variant_too_long", 106, "statements[0].text.de.x", "plan.text_too_long"),
    ("yaml_bomb", 2, "", "plan.alias_refused"),
)
ALSO: Final = {  # the second thing said about the same mistake
    "forbidden_word": ["plan.forbidden_word"],
    "slot_not_declared": ["plan.slots_differ"],
}
SHELF: Final = load_plans(ASSETS)
SOUND: Final = (ASSETS / "sound.yml").read_text(encoding="utf-8")


def test_the_six_shipped_plans_have_no_problems() -> None:
    shelf = load_plans(SHIPPED)
    assert shelf.problems == ()
    assert tuple(plan.id for plan in shelf.plans) == PLAN_NAMES
    assert {plan.status for plan in shelf.plans} == {PlanStatus.APPROVED}


@pytest.mark.parametrize("name", PLAN_NAMES)
def test_a_shipped_plan_covers_the_first_hour_and_every_needed_text(name: str) -> None:
    text = (SHIPPED / f"{name}.yml").read_text(encoding="utf-8")
    plan = read_plan(text, file=name).plans[0]
    first_hour = [task for task in plan.tasks if task.phase is TaskPhase.FIRST_HOUR]
    kinds = {statement.kind for statement in plan.statements}
    assert text.startswith("# yaml-language-server: $schema=plan.schema.json\n")
    assert 8 <= len(plan.tasks) <= 14
    assert len(first_hour) >= 6
    assert kinds >= {StatementKind.HOLDING, StatementKind.UPDATE, StatementKind.INTERNAL, StatementKind.CLOSING}
    assert any("reply" in statement.text["de"] for statement in plan.statements)


@pytest.mark.parametrize("name", PLAN_NAMES)
def test_a_shipped_plan_survives_its_snapshot_unchanged(name: str) -> None:
    plan = read_plan((SHIPPED / f"{name}.yml").read_text(encoding="utf-8"), file=name).plans[0]
    assert plan_from_data(json.loads(json.dumps(plan_to_data(plan)))) == plan


def test_a_shipped_plan_fits_the_schema_that_editors_use() -> None:
    plan = load_plans(SHIPPED).plans[0]
    jsonschema.Draft202012Validator(plan_schema()).validate(plan_without_nulls(plan_to_data(plan)))


def test_the_schema_file_is_up_to_date() -> None:
    stored = json.loads((SHIPPED / "plan.schema.json").read_text(encoding="utf-8"))
    assert stored == plan_schema(), "python -m command_center.plan_files > crisis_plans/plan.schema.json"


def test_the_examples_of_the_readme_are_one_complete_plan() -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    shelf = read_plan("\n".join(examples), file="README.md")
    assert shelf.problems == ()
    assert [plan.id for plan in shelf.plans] == ["water-damage"]


def test_the_readme_explains_every_field() -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    schema = plan_schema()
    fields = {name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {})}
    assert {name for name in fields if not re.search(rf"\b{name}\b", readme)} == set()


def test_good_plans_load_beside_broken_ones() -> None:
    assert [plan.id for plan in SHELF.plans] == ["water-damage"]


def test_every_broken_file_has_its_expectation() -> None:
    files = {path.stem for path in ASSETS.iterdir()} - {"sound", "several_mistakes"}
    assert files == {name for name, *_ in BROKEN}


@pytest.mark.parametrize(("name", "line", "field", "code"), BROKEN)
def test_a_broken_file_is_named_with_line_field_and_code(name: str, line: int, field: str, code: str) -> None:
    found = [problem for problem in SHELF.problems if problem.file == f"{name}.yml"]
    assert (found[0].line, found[0].field, found[0].code) == (line, field, code)
    assert [problem.code for problem in found[1:]] == ALSO.get(name, [])


def test_every_mistake_of_a_file_is_reported_at_once() -> None:
    found = [problem for problem in SHELF.problems if problem.file == "several_mistakes.yml"]
    assert [(problem.line, problem.code) for problem in found] == [
        (36, "plan.bad_duration"),
        (61, "plan.unknown_key_near"),
        (91, "plan.unknown_role"),
        (106, "plan.text_too_long"),
    ]


def test_an_unknown_key_comes_with_the_nearest_name() -> None:
    problem = next(problem for problem in SHELF.problems if problem.file == "unknown_key.yml")
    assert problem.values == {"key": "confirn", "suggestion": "confirm"}


def test_a_second_file_with_the_same_id_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SOUND, encoding="utf-8-sig")
    shelf = load_plans(tmp_path)
    assert len(shelf.plans) == 1
    assert [(problem.file, problem.code) for problem in shelf.problems] == [("b.yaml", "plan.duplicate_plan")]


def test_a_file_over_one_megabyte_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "large.yml").write_bytes(b"# padding\n" * 100_001)
    assert [problem.code for problem in load_plans(tmp_path).problems] == ["plan.file_too_large"]


def test_a_missing_folder_and_an_unreadable_file_are_problems_not_errors(tmp_path: Path) -> None:
    (tmp_path / "folder.yml").mkdir()
    assert [problem.code for problem in load_plans(tmp_path).problems] == ["plan.unreadable_file"]
    assert [problem.code for problem in load_plans(tmp_path / "nowhere").problems] == ["plan.no_folder"]


@pytest.mark.parametrize("position", range(0, len(SOUND), 997))
def test_a_file_cut_or_damaged_anywhere_never_ends_in_a_traceback(position: int) -> None:
    for mark in ("", "*", "&a ", "!", "{", "]", ": ", "\t", "? ", "%", "'", "<<: ", "\u2028", "\n- ", "- - "):
        damaged = SOUND[:position] + mark + SOUND[position + 1 :]
        cut = SOUND[:position] + mark
        assert all(problem.line >= 1 for text in (damaged, cut) for problem in read_plan(text, file="x").problems)


def test_a_snapshot_that_is_not_a_plan_is_refused_with_its_field() -> None:
    data = plan_to_data(SHELF.plans[0])
    data["lock"]["posture"] = "open"
    with pytest.raises(BadInput) as caught:
        plan_from_data(data)
    assert caught.value.code == "plan.not_one_of"
    assert caught.value.values["field"] == "lock.posture"


@pytest.mark.parametrize("text", ["PT10M", "PT72H", "P7D", "P2W", "P1DT12H", "PT90S"])
def test_a_duration_survives_being_written_and_read(text: str) -> None:
    duration = parse_duration(text)
    assert duration is not None
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "P1M", "PT1.5H", "-PT1H", "10", "P1DT", "PT٣H", "P9999999D"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    assert parse_duration(text) is None


def test_the_house_roles_of_files_and_domain_are_the_same() -> None:
    assert get_args(HouseRole) == HOUSE_ROLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_code_has_a_sentence(language: str) -> None:
    assert set(sentences(language)) - {"plan.where"} == codes_in_source()


def test_the_sentences_of_both_languages_have_the_same_placeholders() -> None:
    german, english = sentences("de"), sentences("en")
    assert {code: placeholders(text) for code, text in german.items()} == {
        code: placeholders(text) for code, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_brings_the_values_its_sentence_needs(language: str) -> None:
    catalogue = sentences(language)
    for problem in SHELF.problems:
        assert catalogue[problem.code].format(**problem.values)


def sentences(language: str) -> dict[str, str]:
    with (CODE / "locale" / language / "plans.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def codes_in_source() -> set[str]:
    files = [*(CODE / "plan_files").glob("*.py"), *(CODE / "domain").glob("*_rules.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    unknown = {f"plan.unknown_{kind}" for kind in re.findall(r'_unknown\("(\w+)"', text)}
    return set(re.findall(r'"(plan\.[a-z][a-z0-9_]*[a-z0-9])"', text)) | unknown


def plan_without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: plan_without_nulls(item) for key, item in value.items() if item is not None}
    return [plan_without_nulls(item) for item in value] if isinstance(value, list) else value
