"""Print the JSON schema of a plan file: ``python -m command_center.plan_files > crisis_plans/plan.schema.json``."""

import json

from command_center.plan_files.snapshots import plan_schema

print(json.dumps(plan_schema(), indent=2, ensure_ascii=False))
