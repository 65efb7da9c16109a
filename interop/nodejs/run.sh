#!/bin/sh
# Runs the foreign client against the node at ORBIT_ADDRESS (host:port).
set -eu
cd "$(dirname "$0")"
if [ -z "${ORBIT_ADDRESS:-}" ]; then
  echo "ORBIT_ADDRESS is not set; give the host:port of a node that runs the bank, as ORBIT_ADDRESS=127.0.0.1:7400" >&2
  exit 2
fi
if ! command -v node >/dev/null; then
  echo "node is not installed; Node.js 20 or later is needed" >&2
  exit 2
fi
if [ ! -d node_modules/@grpc/grpc-js ] || [ ! -d node_modules/@grpc/proto-loader ]; then
  npm install --no-package-lock --no-audit --no-fund --loglevel=error
fi
exec node --test test/
