#!/usr/bin/env bash
cd "$(dirname "$0")" && PYTHONPATH=../../tests/e2e exec python3 run.py "$@"
