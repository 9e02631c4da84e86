# Starts two PostgreSQL servers on free ports and sets TEST_DATABASE_URL (17, with pgvector) and TEST_PLAIN_DATABASE_URL
# (Debian's own, without it); sourced by .ci/run with a work folder. Debian 13 has the first as packages: on another
# Debian they run in a root made by debootstrap.
pg_work=$1
pg_root=${PAGEWISE_CI_POSTGRES_ROOT:-/var/cache/pagewise-ci/trixie}

if [ ! -x "$pg_root/usr/lib/postgresql/17/bin/postgres" ]; then
  rm -rf "$pg_root"
  mkdir -p "$pg_root"
  mirror=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list 2>/dev/null)
  [ -n "$mirror" ] || mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null)
  [ -n "$mirror" ] || { echo "no Debian mirror named in apt's sources"; exit 1; }
  debootstrap --variant=minbase --include=postgresql-17,postgresql-17-pgvector trixie "$pg_root" "$mirror" >"$pg_work/debootstrap.log" 2>&1 || { tail -40 "$pg_work/debootstrap.log"; exit 1; }
fi

printf '#!/bin/sh\n' >"$pg_work/stop-postgres"
chmod +x "$pg_work/stop-postgres"

# start_postgres ROOT BIN DIR: initialises DIR inside ROOT and starts it; sets pg_url.
start_postgres() {
  as_postgres="chroot --userspec=postgres:postgres $1"
  pg_port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  rm -rf "$1$3"
  mkdir -p "$1$3/data"
  chroot "$1" chown -R postgres:postgres "$3"
  $as_postgres "$2/initdb" -D "$3/data" -A trust -U postgres --locale=C.UTF-8 -E UTF8 >"$pg_work/initdb.log"
  $as_postgres "$2/pg_ctl" -D "$3/data" -w -l "$3/log" -o "-p $pg_port -k $3 -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start >"$pg_work/pg_ctl.log"
  printf '%s %s/pg_ctl -D %s/data -m fast stop\nrm -rf %s%s\n' "$as_postgres" "$2" "$3" "$1" "$3" >>"$pg_work/stop-postgres"
  pg_url=postgres://postgres@127.0.0.1:$pg_port/postgres
}

start_postgres "$pg_root" /usr/lib/postgresql/17/bin /var/pagewise-ci
TEST_DATABASE_URL=$pg_url
start_postgres / "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)" /var/lib/pagewise-ci
TEST_PLAIN_DATABASE_URL=$pg_url
