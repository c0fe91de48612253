#!/usr/bin/env bash
# postgres.sh start DIR: a throw-away PostgreSQL cluster in DIR (absent, empty or left over from this script); prints its URL.
# postgres.sh stop DIR:  stops it and removes DIR.
#
# Nobody but this machine reaches it: a free port of 127.0.0.1 and a socket in DIR, no passwords.
# TOCSIN_POSTGRES_FSYNC=off makes it faster and forgetful at a power cut: for tests.
set -euo pipefail

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { echo "postgres.sh: $*" >&2; exit 1; }

[[ $# == 2 && -n $2 ]] || usage
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
marker=$dir/tocsin-throw-away-postgres

find_binaries() {
  local candidate
  for candidate in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null || true)"; do
    if [[ -x $candidate/initdb ]]; then echo "$candidate"; return; fi
  done
  die "initdb not found; install Debian's postgresql-15"
}

# PostgreSQL refuses to run as root.
as_owner() {
  if [[ $(id -u) == 0 ]]; then (cd "$dir" && runuser -u postgres -- "$@"); else (cd "$dir" && "$@"); fi
}

stop_and_empty() {
  if [[ ! -e $marker ]]; then
    [[ -z $(ls -A "$dir") ]] || die "$dir holds something else; give an empty or new directory"
    return 0
  fi
  # After a crash the number may belong to another process by now.
  local pid
  pid=$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || true)
  if [[ -n $pid ]] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$dir/data"; then
    as_owner "$bin/pg_ctl" stop -s -w -m immediate -D "$dir/data" >/dev/null 2>&1 || true
  fi
  rm -rf "${dir:?}/data" "$dir/initdb.log" "$dir"/.s.PGSQL.* "$marker"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start() {
  stop_and_empty
  touch "$marker"
  if [[ $(id -u) == 0 ]]; then
    chown postgres "$dir"
    as_owner test -w . 2>/dev/null || die "the user postgres cannot reach $dir; choose one below /tmp"
  fi
  # C.UTF-8: texts sort by code point, as in SQLite.
  as_owner "$bin/initdb" -D "$dir/data" -U tocsin -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; die "initdb failed"; }
  local fsync=${TOCSIN_POSTGRES_FSYNC:-on} log=$dir/data/server.log port
  {
    echo "listen_addresses = '127.0.0.1'"
    # A socket's path has room for 107 bytes.
    ((${#dir} < 85)) && echo "unix_socket_directories = '$dir'" || echo "unix_socket_directories = ''"
    echo "max_connections = 200"
    echo "dynamic_shared_memory_type = mmap"  # below DIR, so that a killed server leaves nothing elsewhere
    echo "fsync = $fsync"
    echo "full_page_writes = $fsync"
  } >>"$dir/data/postgresql.conf"
  for _ in 1 2 3 4 5; do  # somebody may take the port between our look and the server's
    port=$(free_port)
    if as_owner "$bin/pg_ctl" start -s -w -t 30 -D "$dir/data" -l "$log" -o "-p $port" >/dev/null 2>&1; then
      as_owner "$bin/createdb" -h 127.0.0.1 -p "$port" -U tocsin tocsin
      echo "postgresql://tocsin@127.0.0.1:$port/tocsin"
      return 0
    fi
  done
  tail -n 20 "$log" >&2
  die "the server does not start"
}

bin=$(find_binaries)
case $command in
  start) start ;;
  stop) stop_and_empty; rmdir "$dir" ;;
  *) usage ;;
esac
