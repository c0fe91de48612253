#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --build build/release -j "$(nproc)" -- --quiet bench_load bench_http tocsin
. bench/with_postgres.sh
python3 bench/paging/run.py "$@"
