#!/bin/sh
# needs: das
#
# The Balancer alone: durable no-op tasks a second, and the wait of 100 clients, beside a bare SQLite insert loop.
# Then the policies on paper: a thousand engines, a million tasks.
set -eu
echo "## The Balancer: durable tasks that do nothing, and its policies on paper"
echo
echo '```'
"${DAS_BIN:-target/release/das}" balancer bench
"${DAS_BIN:-target/release/das}" balancer simulate --engines 1000 --tasks 1000000 --users 200
echo '```'
