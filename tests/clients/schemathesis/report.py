"""What a run has seen, read from schemathesis's own report."""

import json
from collections import defaultdict
from pathlib import Path


def answered(report: Path) -> dict[str, set[int]]:
    """The statuses that each method and path has given."""
    found = defaultdict(set)
    for line in report.read_text().splitlines():
        scenario = json.loads(line).get("ScenarioFinished")
        if not scenario:
            continue
        recorder = scenario["recorder"]
        for id, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][id]["value"]
            if response := interaction.get("response"):
                found[f"{case['method']} {case['path']}"].add(response["status_code"])
    return found
