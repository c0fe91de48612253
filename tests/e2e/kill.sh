#!/usr/bin/env bash
# 50 kills on each database.
cd "$(dirname "$0")" && exec python3 kill.py
