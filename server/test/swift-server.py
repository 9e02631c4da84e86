"""OpenStack Swift with its S3 gateway on this machine alone: one device, one replica. Arguments: folder, port."""
import getpass
import os
import random
import select
import signal
import socket
import sys

from swift.common import constraints, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import run_wsgi

folder, port = sys.argv[1], int(sys.argv[2])
os.makedirs(os.path.join(folder, "node", "device"), exist_ok=True)
swift_conf = os.path.join(folder, "swift.conf")
stock_filters = ("catch_errors", "gatekeeper", "listing_formats", "copy", "dlo", "slo", "versioned_writes")
parts = ("account", "container", "object")


def free_port():
    """As free-port.ts: below the ports of outgoing connections."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


class NoCache:
    """What the gateway asks for in place of a memcached: every look-up is a miss."""

    def get(self, _key, **_options):
        return None

    def set(self, _key, _value, **_options):
        pass

    def delete(self, _key, **_options):
        pass


def without_cache(_settings, **_local):
    def wrap(app):
        def call(env, start_response):
            env["swift.cache"] = NoCache()
            return app(env, start_response)

        return call

    return wrap


def configure():
    """Writes every file of settings; a second start keeps the ports that the rings name."""
    write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = pagewise\n")
    common = f"[DEFAULT]\nbind_ip = 127.0.0.1\nuser = {getpass.getuser()}\nswift_dir = {folder}\nworkers = 0\nbind_timeout = 5\n"
    for part in parts:
        bind_port = free_port()
        write(
            f"{part}.conf",
            f"{common}bind_port = {bind_port}\ndevices = {folder}/node\nmount_check = false\nfallocate_reserve = 0\n"
            f"[pipeline:main]\npipeline = {part}-server\n[app:{part}-server]\nuse = egg:swift#{part}\n",
        )
        ring = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
        ring.add_dev(
            {"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": bind_port, "device": "device", "weight": 1.0}
        )
        ring.rebalance()
        ring.get_ring().save(os.path.join(folder, f"{part}.ring.gz"))
    write(
        "proxy.conf",
        f"{common}bind_port = {port}\n"
        "[pipeline:main]\npipeline = catch_errors gatekeeper no_cache listing_formats s3api tempauth copy dlo slo versioned_writes proxy-server\n"
        "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
        # What stands behind it may start later: it would otherwise leave it alone for a minute after ten failures.
        "error_suppression_limit = 1000000\n"
        "[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = testing .admin\n"
        "[filter:s3api]\nuse = egg:swift#s3api\nlocation = us-east-1\n"
        "[filter:no_cache]\npaste.filter_factory = __main__:without_cache\n"
        + "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in stock_filters),
    )


if not os.path.exists(os.path.join(folder, "proxy.conf")):
    configure()
utils.SWIFT_CONF_FILE = swift_conf
constraints.reload_constraints()
utils.validate_configuration()
children = []
for part in (*parts, "proxy"):
    child = os.fork()
    if child == 0:
        sys.exit(run_wsgi(os.path.join(folder, f"{part}.conf"), f"{part}-server", verbose=True))
    children.append(child)


def stop(*_, code=0):
    for child in children:
        os.kill(child, signal.SIGKILL)
    sys.exit(code)


signal.signal(signal.SIGTERM, stop)
# Ends with whoever started it, and with any of its parts: one that finds its port taken leaves nothing that serves.
while not select.select([sys.stdin], [], [], 0.2)[0]:
    ended, _ = os.waitpid(-1, os.WNOHANG)
    if ended:
        children.remove(ended)
        stop(code=1)
stop()
