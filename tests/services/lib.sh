# shellcheck shell=bash
# What the services share. Sourced, never run.

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
: "${SERVICE_HOME:?the folder of this service; tests/services/run names it}"

cannot() { # REASON: the service cannot run here, which is no failure
  printf '%s\n' "$*" >&2
  exit 75
}

# Fetches the packages of NAME.requirements.txt into .cache/services/NAME, once. A copy of the list stands beside them
# and says that all are there.
fetch_packages() { # NAME TITLE
  local list=tests/services/$1.requirements.txt into=$CACHE_DIR/services/$1
  mkdir -p "$CACHE_DIR/services"
  (
    if has flock; then flock 9; fi
    if cmp -s "$list" "$into/requirements.txt"; then exit 0; fi
    rm -rf "$into" "$into.incoming"
    say "    $2"
    if ! pip install --quiet --retries 2 --no-deps --only-binary :all: --require-hashes \
      --requirement "$list" --target "$into.incoming" >"$into.log" 2>&1; then
      if grep -q 'DO NOT MATCH' "$into.log"; then die "$list names other checksums than those of the packages that came."; fi
      cannot "$2 cannot be fetched ($(tail -n 1 "$into.log")), so the tests that need it are left out:" \
        "is this machine online?"
    fi
    cp "$list" "$into.incoming/requirements.txt"
    mv "$into.incoming" "$into"
  ) 9>"$CACHE_DIR/services/.lock"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
