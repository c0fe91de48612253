#!/usr/bin/env bash
# Templates beside Python's Jinja2.
cd "$(dirname "$0")/../.." && exec /usr/bin/python3 bench/template/run.py build/release/bench/bench_template
