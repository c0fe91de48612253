#!/usr/bin/env bash
# CPU time for one POST of 1.9 KB with a small answer: ours against nginx's static 200. Server pinned to core 0, load on
# core 1, 64 keep-alive connections.   bench/http/run.sh [build folder] [seconds]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
seconds=${2:-5}
bin=$build/bench
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
master_process off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy; fastcgi_temp_path $work/fcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:18081; location / { default_type application/json; return 200 '"Ok."'; } }
}
CONF

ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }

measure() { # name pid port
  "$bin/bench_load" --port "$3" --pin 1 --seconds 1 >/dev/null # warm
  local before after
  before=$(ticks "$2")
  "$bin/bench_load" --port "$3" --pin 1 --seconds "$seconds" >"$work/$1.json"
  after=$(ticks "$2")
  python3 - "$1" "$work/$1.json" $((after - before)) <<'PY'
import json, os, sys
name, file, ticks = sys.argv[1], sys.argv[2], int(sys.argv[3])
report = json.load(open(file))
cpu = ticks / os.sysconf("SC_CLK_TCK") / report["requests"] * 1e6
print(f"{name:22} {cpu:6.2f} us CPU per request   {report['rate']:7.0f}/s   p50 {report['p50_us']} us   p99 {report['p99_us']} us   not 2xx {report['non_2xx']}")
open(os.path.join(os.path.dirname(file), name + ".cpu"), "w").write(str(cpu))
PY
}

taskset -c 0 nginx -c "$work/nginx.conf" -p "$work" & nginx_pid=$!
taskset -c 0 "$bin/bench_http" 18082 1 & ours_pid=$!
taskset -c 0 "$bin/bench_http" 18083 1 later & later_pid=$!
sleep 0.5
measure nginx "$nginx_pid" 18081
measure tocsin "$ours_pid" 18082
measure tocsin-other-thread "$later_pid" 18083
python3 -c "n, t = (float(open('$work/' + x + '.cpu').read()) for x in ('nginx', 'tocsin')); print(f'ratio {t / n:.2f}')"
