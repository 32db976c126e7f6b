#!/bin/bash
# Healthy means: the replica set has a primary and Darasa's own account stands.
# Both are made here, on the first run, so that no step is left to a person.
set -euo pipefail
mongosh --quiet -u root -p "$MONGO_INITDB_ROOT_PASSWORD" --authenticationDatabase admin --eval '
  try { rs.status() } catch (e) { rs.initiate({_id: "rs0", members: [{_id: 0, host: "mongo:27017"}]}) }
  if (!db.hello().isWritablePrimary) quit(1)
  const d = db.getSiblingDB("darasa")
  if (!d.getUser("darasa")) d.createUser({user: "darasa", pwd: process.env.MONGO_PASSWORD, roles: [{role: "readWrite", db: "darasa"}]})
'
