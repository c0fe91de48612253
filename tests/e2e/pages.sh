#!/usr/bin/env bash
# 20 seconds of kills on each database, on PostgreSQL with two nodes.
cd "$(dirname "$0")" && exec python3 pages.py --seconds "${1:-20}"
