#!/usr/bin/env bash
# Shift expansion and recurrence rules against python3-dateutil and zoneinfo: [CASES] [SEED], by default 2,000 random cases.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
exec /usr/bin/python3 tests/schedule/differential.py "${DRIVER:-build/dev/tests/test_schedule}" \
  --cases "${1:-2000}" ${2:+--seed "$2"}
