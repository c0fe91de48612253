# Sourced from the project's folder: TOCSIN_TEST_POSTGRES names a server, a throw-away one without fsync unless it is set.
if [ -z "${TOCSIN_TEST_POSTGRES:-}" ]; then
  postgres_folder=$(mktemp -d)
  trap 'scripts/postgres.sh stop "$postgres_folder"; rm -rf "$postgres_folder"' EXIT
  TOCSIN_TEST_POSTGRES=$(TOCSIN_POSTGRES_FSYNC=off scripts/postgres.sh start "$postgres_folder")
  export TOCSIN_TEST_POSTGRES
fi
