"""Runs the snippets of docs/, page by page, in the order of SUMMARY.md, as a reader would who follows it.

`sh` blocks of a page are one script for bash, `js` blocks one module each for Node, `python` blocks one script each; `json` and `toml` must parse. Before a block that
cannot run here stands `<!-- not run here: REASON -->`, and it is told as skipped. Blocks of other languages are to be looked at. Links within the repository must lead somewhere.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
URL = os.environ["TALKER_URL"].rstrip("/")
WRITTEN = "http://127.0.0.1:8080"
SHOWN = {"", "text", "ini", "ts", "dart", "http", "nginx", "yaml"}
LIMIT = 120

FENCE = re.compile(r"^```(\S*)\s*$")
SKIP = re.compile(r"^<!-- not run here: (.+) -->$")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


class Block:
    def __init__(self, language, line, text, reason):
        self.language, self.line, self.text, self.reason = language, line, text, reason


def blocks(page):
    found, reason, open_ = [], None, None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if open_ is not None:
            if fence and not fence[1]:
                found.append(Block(open_[0], open_[1], "\n".join(open_[2]) + "\n", open_[3]))
                open_ = None
            else:
                open_[2].append(line)
        elif fence:
            open_ = (fence[1], number, [], reason)
            reason = None
        elif said := SKIP.match(line):
            reason = said[1]
        elif line.strip():
            reason = None
    assert open_ is None, f"{page.name}: a block that does not end"
    return found


def run(command, folder, text):
    environment = dict(os.environ)
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    environment.pop("TALKER_URL")
    done = subprocess.run(
        command, cwd=folder, env=environment, input=text, text=True, timeout=LIMIT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return None if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout[-2_000:]}"


def prepare(folder):
    """The binary by the name that the pages use, and the package by its own."""
    (folder / "bin").mkdir()
    (folder / "bin" / "talker").symlink_to(os.path.abspath(os.environ["TALKER_BIN"]))
    scope = folder / "node_modules" / "@talker"
    scope.mkdir(parents=True)
    (scope / "client").symlink_to(ROOT / "clients" / "typescript")


def links(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
            yield f"{page.name}: a link to {target}, which is not there"


def main():
    summary = (DOCS / "SUMMARY.md").read_text(encoding="utf-8")
    pages = [DOCS / name for name in re.findall(r"\]\((\S+\.md)\)", summary)]
    faults, ran = [], 0
    left_out = {page.name for page in DOCS.glob("*.md")} - {page.name for page in pages} - {"SUMMARY.md"}
    faults += [f"{name} does not stand in SUMMARY.md" for name in sorted(left_out)]
    for page in pages:
        faults += links(page)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            prepare(folder)
            script = []
            for block in blocks(page):
                where, text = f"docs/{page.name}:{block.line}", block.text.replace(WRITTEN, URL)
                if block.reason:
                    print(f"SKIPPED: {where} - {block.reason}")
                    continue
                fault = None
                match block.language:
                    case "sh":
                        script.append(f"# {where}\n{text}")
                        continue
                    case "js":
                        (folder / "snippet.mjs").write_text(text, encoding="utf-8")
                        fault = run(["node", "--experimental-websocket", "--disable-warning=ExperimentalWarning", "snippet.mjs"], folder, "")
                    case "python":
                        fault = run([sys.executable, "-B", "-"], folder, text)
                    case "json":
                        json.loads(block.text)
                    case "toml":
                        tomllib.loads(block.text)
                    case language if language in SHOWN:
                        continue
                    case language:
                        fault = f"a block of {language}, which nothing here can run"
                ran += 1
                if fault:
                    faults.append(f"{where}: {fault}")
            if script:
                # As one script: what a block has set, the next one uses. It says where it stands when it fails.
                fault = run(["bash", "-euo", "pipefail", "-x"], folder, "\n".join(script))
                ran += len(script)
                if fault:
                    faults.append(f"docs/{page.name}: {fault}")
    for fault in faults:
        print(f"FAILED: {fault}")
    print(f"{max(ran - len(faults), 0)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
