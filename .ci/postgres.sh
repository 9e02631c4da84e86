# Starts PostgreSQL 17 with pgvector on a free port and sets TEST_DATABASE_URL; sourced by .ci/run with a work folder.
# Debian 13 has both as packages: on another Debian they run in a root made by debootstrap.
pg_work=$1
pg_root=${PAGEWISE_CI_POSTGRES_ROOT:-/var/cache/pagewise-ci/trixie}
pg_bin=/usr/lib/postgresql/17/bin
pg_port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')

if [ ! -x "$pg_root$pg_bin/postgres" ]; then
  rm -rf "$pg_root"
  mkdir -p "$pg_root"
  mirror=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list 2>/dev/null)
  [ -n "$mirror" ] || mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null)
  [ -n "$mirror" ] || { echo "no Debian mirror named in apt's sources"; exit 1; }
  debootstrap --variant=minbase --include=postgresql-17,postgresql-17-pgvector trixie "$pg_root" "$mirror" >"$pg_work/debootstrap.log" 2>&1 || { tail -40 "$pg_work/debootstrap.log"; exit 1; }
fi
rm -rf "$pg_root/pgdata" "$pg_root/pgrun"
mkdir "$pg_root/pgdata" "$pg_root/pgrun"
chroot "$pg_root" chown postgres:postgres /pgdata /pgrun
in_pg() { chroot --userspec=postgres:postgres "$pg_root" "$@"; }
in_pg $pg_bin/initdb -D /pgdata -A trust -U postgres --locale=C.UTF-8 -E UTF8 >"$pg_work/initdb.log"
in_pg $pg_bin/pg_ctl -D /pgdata -w -l /pgrun/log -o "-p $pg_port -k /pgrun -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start >"$pg_work/pg_ctl.log"
printf '#!/bin/sh\nchroot --userspec=postgres:postgres %s %s/pg_ctl -D /pgdata -m fast stop\n' "$pg_root" "$pg_bin" >"$pg_work/stop-postgres"
chmod +x "$pg_work/stop-postgres"
TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$pg_port/postgres
