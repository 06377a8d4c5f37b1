#!/usr/bin/env bash
# Runs a command against the real server with the shipped data, on a free port and a throw-away
# database; its address is in MACHINAKA_BASE. The program and its database are in MACHINAKA_BINARY and
# MACHINAKA_DATABASE, for whoever must add accounts. A warning or error in the server's log fails the run.
set -euo pipefail

folder=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    rm -rf "$folder"
}
trap stop EXIT

MACHINAKA_BINARY=$(realpath "${MACHINAKA_BINARY:-target/debug/machinaka}")
MACHINAKA_DATABASE="sqlite:$folder/browser.sqlite"
export MACHINAKA_BINARY MACHINAKA_DATABASE

: >"$folder/out" # Looked into before the server may have begun it.
"$MACHINAKA_BINARY" serve --listen 127.0.0.1:0 \
    >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 600); do
    MACHINAKA_BASE=$(sed -n 's/^machinaka is ready at //p' "$folder/out")
    [ -z "$MACHINAKA_BASE" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
[ -n "$MACHINAKA_BASE" ] || { echo "the server did not become ready within a minute" >&2; exit 1; }
export MACHINAKA_BASE

"$@"

if grep -E 'WARN|ERROR|panicked' "$folder/log" >&2; then
    echo "the server's log is not clean" >&2
    exit 1
fi
