"""Crisis plans as YAML files: reading them, saying what is wrong with them, and keeping snapshots.

The story of reading goes on in ``plan_files/shelf.py``.
"""

from command_center.plan_files.problems import FileProblem
from command_center.plan_files.shelf import PlanShelf, load_plans, read_plan
from command_center.plan_files.snapshots import plan_from_data, plan_schema, plan_to_data

__all__ = [
    "FileProblem",
    "PlanShelf",
    "load_plans",
    "plan_from_data",
    "plan_schema",
    "plan_to_data",
    "read_plan",
]
