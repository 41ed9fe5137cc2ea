"""Compare the direct dependencies with docs/dependencies.md, where each has a line that says why.

    python3 scripts/dependencies.py
"""

import glob
import json
import re
import sys
import tomllib

TABLES = ("dependencies", "dev-dependencies", "build-dependencies")


def crates():
    manifests = glob.glob("crates/*/Cargo.toml")
    names = set()
    for manifest in manifests:
        with open(manifest, "rb") as file:
            content = tomllib.load(file)
        for scope in [content, *content.get("target", {}).values()]:
            for table in TABLES:
                names.update(scope.get(table, {}))
    return names - {manifest.split("/")[1] for manifest in manifests}


def packages():
    names = set()
    for manifest in ("web/package.json", "clients/package.json", "clients/typescript/package.json"):
        with open(manifest, encoding="utf-8") as file:
            content = json.load(file)
        names.update(name for table in ("dependencies", "devDependencies") for name in content.get(table, {}))
    return names


def dart():
    """The direct dependencies of the Dart package; the SDK and Flutter are none."""
    names = set()
    with open("client/pubspec.yaml", encoding="utf-8") as file:
        for table in re.findall(r"^(?:dev_)?dependencies:\n((?:  .*\n|\n)+)", file.read(), re.MULTILINE):
            names.update(re.findall(r"^  (\w+):", table, re.MULTILINE))
    return names - {"flutter"}


def explained():
    with open("docs/dependencies.md", encoding="utf-8") as file:
        text = file.read().split("\n## Tools")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def main():
    used, written = crates() | packages() | dart(), explained()
    faults = [f"{name} has no line in docs/dependencies.md" for name in sorted(used - written)]
    faults += [f"{name} stands in docs/dependencies.md and is not used" for name in sorted(written - used)]
    print("\n".join(faults) or f"{len(used)} direct dependencies, each with its reason")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
