#!/bin/sh
# Run the page's tests, build it anew and fail when the committed build in ../slack_sandbox/static is not what comes out.
set -eu
cd "$(dirname "$0")"
npm ci
npm test
npm run build
if [ -n "$(git status --porcelain -- ../slack_sandbox/static)" ]; then
  git status --short -- ../slack_sandbox/static
  echo "The committed page is not what its sources build. Run: cd sandbox/page && npm ci && npm run build" >&2
  exit 1
fi
echo "The committed page is up to date."
