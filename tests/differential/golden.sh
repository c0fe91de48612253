#!/usr/bin/env bash
# The golden cases of the integration types' default templates, rendered by Debian's Jinja2.
cd "$(dirname "$0")/../.." && exec /usr/bin/python3 tests/golden/integration/check.py
