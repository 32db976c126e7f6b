#!/bin/bash
# Starts MongoDB as a replica set of one member with authentication: majority
# writes and the oplog are there, and members can be added with rs.add() later.
set -euo pipefail
umask 077
printf '%s' "$MONGO_KEY" > /data/db/.keyfile
chown 999:999 /data/db/.keyfile
exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile /data/db/.keyfile
