# shellcheck shell=bash
# What the scripts share: where they stand, how they speak, the folders they use. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

# Settings of a developer's own `.env` count for the scripts as they do for the server; the environment wins.
dotenv() { # NAME DEFAULT
  local value=${!1:-}
  if [ -z "$value" ] && [ -f .env ]; then
    value=$(sed -n "s/^\(export \)\{0,1\}$1=//p" .env | tail -n 1)
    value=${value%\"}
    value=${value#\"}
  fi
  printf '%s' "${value:-$2}"
}

TALKER_DATA_DIR=$(dotenv TALKER_DATA_DIR "./data")
TALKER_MODELS_DIR=$(dotenv TALKER_MODELS_DIR "$TALKER_DATA_DIR/models")
CACHE_DIR=$ROOT/.cache
TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
# The binary: the one that the environment names, else what was built last.
NAMED_BIN=${TALKER_BIN:-}
TALKER_BIN=${NAMED_BIN:-$TARGET_DIR/release/talker}
if [ -z "$NAMED_BIN" ] && [ "$TARGET_DIR/debug/talker" -nt "$TALKER_BIN" ]; then TALKER_BIN=$TARGET_DIR/debug/talker; fi
export TALKER_DATA_DIR TALKER_MODELS_DIR

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The pip of the host will do; where there is none, that of a virtual environment of our own.
pip() {
  local python=python3
  if ! python3 -c 'import pip' 2>/dev/null; then
    python=$CACHE_DIR/pip/bin/python
    [ -x "$python" ] || python3 -m venv "$CACHE_DIR/pip" || return
  fi
  PIP_ROOT_USER_ACTION=ignore "$python" -m pip --disable-pip-version-check "$@" </dev/null
}

# The release binary. Both packages are named, as cargo chooses the features of all dependencies by what is named: with another choice it
# would build them, and llama.cpp, once more.
build_release() {
  cargo build --release --package server --package llm --bin talker || return
  export TALKER_BIN=${NAMED_BIN:-$TARGET_DIR/release/talker}
}

# What tests run, and the binary that they start: all of it in one build, with the same words everywhere, so that nothing is compiled
# twice.
TESTED=(--workspace --lib --bins --tests)
build_tested() {
  cargo build "${TESTED[@]}" || return
  export TALKER_BIN=${NAMED_BIN:-$TARGET_DIR/debug/talker}
}

# Any Chromium the browser tests can drive; empty when there is none.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && type -P "$name" && return 0
  done
  return 0
}
