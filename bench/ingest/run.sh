#!/usr/bin/env bash
# Durable ingestion beside Prometheus Alertmanager (in memory): same size of payload, same load generator, server on core 0, load on
# core 1.   bench/ingest/run.sh [--seconds N] [--postgres URL]
cd "$(dirname "$0")/../.." && exec python3 bench/ingest/run.py "$@"
