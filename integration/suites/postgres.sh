# A PostgreSQL of our own on a spare loopback port. Sourced by integration/run.

# Folder of the newest PostgreSQL >= 15 server programs on this machine.
postgres_bin() {
  local dir
  for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn); do
    local major="${dir%/bin}"; major="${major##*/}"
    [ "$major" -ge 15 ] 2>/dev/null && [ -x "$dir/initdb" ] && { echo "$dir"; return; }
  done
  command -v initdb >/dev/null && dirname "$(command -v initdb)"
}

spare_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# PostgreSQL refuses to run as root: it then runs as the unprivileged user `postgres` or `nobody`.
as_database_user() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  local user=postgres; id postgres >/dev/null 2>&1 || user=nobody
  setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- env HOME="$work" "$@"
}

start_postgres() {
  local bin; bin=$(postgres_bin)
  postgres_data="$work/postgres"
  mkdir -p "$postgres_data"
  if [ "$(id -u)" = 0 ]; then
    local user=postgres; id postgres >/dev/null 2>&1 || user=nobody
    chown "$user" "$postgres_data"
  fi
  local port; port=$(spare_port)
  as_database_user "$bin/initdb" -D "$postgres_data/db" -U anlin -A trust -E UTF8 --locale=C >"$work/logs/initdb.log" 2>&1 \
    && as_database_user "$bin/pg_ctl" -D "$postgres_data/db" -w -t 60 -l "$postgres_data/server.log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_data -c max_connections=200" start >"$work/logs/pg_ctl.log" 2>&1 \
    || { echo "integration/run: PostgreSQL does not start: $(tail -1 "$work/logs/pg_ctl.log" "$work/logs/initdb.log" 2>/dev/null | tr '\n' ' ')" >&2; exit 2; }
  export ANLIN_TEST_POSTGRES="postgres://anlin@127.0.0.1:$port/postgres"
  export ANLIN_TEST_PG_BIN="$bin"
}

stop_postgres() {
  [ -d "${postgres_data:-}/db" ] || return 0
  as_database_user "$(postgres_bin)/pg_ctl" -D "$postgres_data/db" -m immediate -w -t 20 stop >/dev/null 2>&1 || true
}
