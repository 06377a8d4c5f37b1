#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: tests/support/with-postgres.sh cargo test
#
# The cluster lives in a temporary folder and on a free port of the loopback, trusts whoever
# connects, and is gone when the command ends. It keeps fsync on, as a real one does.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT…]" >&2
    exit 64
fi

binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$binaries" ]; then
    initdb=$(command -v initdb || true)
    if [ -z "$initdb" ]; then
        echo "$0: PostgreSQL's initdb is neither in /usr/lib/postgresql nor on PATH" >&2
        exit 69
    fi
    binaries=$(dirname "$initdb")
fi

folder=$(mktemp -d)

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        # In the cluster's folder, since the owner may not be allowed to see ours.
        (cd "$folder" && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

finish() {
    as_owner "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
fi

as_owner "$binaries/initdb" -D "$folder/data" -U machinaka --auth=trust --encoding=UTF8 --locale=C \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 70; }

# A port may be taken between looking and starting: try a few.
for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    if as_owner "$binaries/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 \
        -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder" \
        start >"$folder/log" 2>&1; then
        break
    fi
    if [ "$attempt" -eq 5 ]; then
        cat "$folder/log" "$folder/server.log" >&2
        exit 70
    fi
done

export MACHINAKA_TEST_POSTGRES="postgres://machinaka@127.0.0.1:$port/postgres"
"$@"
