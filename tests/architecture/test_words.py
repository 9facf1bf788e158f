"""One word, one thing: no two classes of the portal share a name."""

import ast
from collections import defaultdict

from tests.architecture.sources import MODULES, parsed

# Names that Django and Wagtail give or look for, and bases that only their own module reads.
GIVEN = {"Command", "Meta", "Media"}


def test_no_class_name_has_two_meanings():
    homes = defaultdict(list)
    for module in MODULES:
        for node in parsed(module.path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name not in GIVEN and not node.name.startswith("_"):
                homes[node.name].append(module.name)

    assert {name: found for name, found in homes.items() if len(found) > 1} == {}
