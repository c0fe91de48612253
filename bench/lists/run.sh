#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --build build/release -j "$(nproc)" -- --quiet tocsin
. bench/with_postgres.sh
python3 bench/lists/run.py "$@"
