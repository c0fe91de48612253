#!/usr/bin/env bash
# Random templates and contexts, rendered by Debian's Jinja2 (sandboxed) and by ours: 20,000 pairs, none may differ.
#   tests/differential/jinja.sh [COUNT] [SEED]
set -euo pipefail
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 tests/jinja/differential.py build/dev/tests/test_jinja --count "${1:-20000}" --seed "${2:-20261124}"
