"""Every format of a fix plan."""

import json
from typing import Final

from reports.fix.code import render_cloudformation, render_terraform
from reports.fix.prose import FixRenderer, render_markdown, render_prose
from reports.fix.script import render_script

FORMATS: Final[dict[str, FixRenderer]] = {
    "text": render_prose,
    "markdown": lambda plan, _: render_markdown(plan),
    "cli": lambda plan, _: render_script(plan),
    "terraform": lambda plan, _: render_terraform(plan),
    "cloudformation": lambda plan, _: render_cloudformation(plan),
    "policy": lambda plan, _: json.dumps(plan.policy, indent=2) + "\n",
}
