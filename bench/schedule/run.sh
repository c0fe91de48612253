#!/usr/bin/env bash
# Final schedules and "who is on call".
cd "$(dirname "$0")/../.." && exec build/release/bench/bench_schedule
