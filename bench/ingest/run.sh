#!/usr/bin/env bash
# Durable ingestion beside Prometheus Alertmanager (in memory): same size of payload, same load generator, server on core 0, load on
# core 1. PostgreSQL is a throw-away cluster with fsync on, unless one is named.
#   bench/ingest/run.sh [--seconds N] [--postgres URL]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ " $* " != *" --postgres "* ]]; then
  folder=$(mktemp -d)
  trap 'scripts/postgres.sh stop "$folder"; rm -rf "$folder"' EXIT
  set -- "$@" --postgres "$(scripts/postgres.sh start "$folder")"
fi
python3 bench/ingest/run.py "$@"
