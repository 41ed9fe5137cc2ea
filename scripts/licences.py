"""Compare the packages of Cargo.lock with deny.toml where cargo-deny is not installed: licences, bans and sources.

    python3 scripts/licences.py
"""

import json
import re
import subprocess
import sys
import tomllib


def allowed(expression, known):
    """Whether an SPDX expression can be met with the licences in `known`. AND binds tighter than OR."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def any_of():
        met = all_of()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = all_of() or met
        return met

    def all_of():
        met = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = one() and met
        return met

    def one():
        token = tokens.pop(0)
        if token == "(":
            met = any_of()
            tokens.pop(0)
            return met
        if tokens and tokens[0] == "WITH":
            token = " ".join([token, tokens.pop(0), tokens.pop(0)])
        return token in known

    return any_of()


def main():
    with open("deny.toml", "rb") as file:
        rules = tomllib.load(file)
    output = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"],
        check=True, capture_output=True,
    ).stdout
    metadata = json.loads(output)
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    own = set(metadata["workspace_members"])
    licences = set(rules["licenses"]["allow"])
    excepted = {rule["crate"]: licences | set(rule["allow"]) for rule in rules["licenses"].get("exceptions", [])}
    clarified = {rule["crate"]: rule["expression"] for rule in rules["licenses"].get("clarify", [])}
    banned = {rule["crate"] for rule in rules["bans"]["deny"]}

    faults, seen = [], 0
    for package in metadata["packages"]:
        if package["id"] not in used or package["id"] in own:
            continue
        seen += 1
        name = package["name"]
        who = f"{name} {package['version']}"
        licence = clarified.get(name) or package["license"]
        if licence is None:
            faults.append(f"{who} names no licence")
        elif not allowed(licence, excepted.get(name, licences)):
            faults.append(f"{who} is under {licence}")
        if name in banned:
            faults.append(f"{who} is banned")
        if not (package["source"] or "").startswith("registry+"):
            faults.append(f"{who} does not come from the registry")
    print("\n".join(faults) or f"{seen} packages, all as deny.toml wants them (cargo-deny is not installed)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
