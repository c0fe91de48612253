#!/usr/bin/env bash
cd "$(dirname "$0")/../.."
cmake --build build/release -j "$(nproc)" -- --quiet tocsin
if [ -z "${TOCSIN_TEST_POSTGRES:-}" ]; then
  dir=$(mktemp -d)
  TOCSIN_TEST_POSTGRES=$(TOCSIN_POSTGRES_FSYNC=off scripts/postgres.sh start "$dir")
  export TOCSIN_TEST_POSTGRES
  trap 'scripts/postgres.sh stop "$dir"; rm -rf "$dir"' EXIT
fi
python3 bench/lists/run.py "$@"
