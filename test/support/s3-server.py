#!/usr/bin/python3
"""OpenStack Swift with its S3 API, whole in one process: an S3-compatible server for the tests.

Usage: s3-server.py FOLDER [ORIGIN]. ORIGIN's pages may send to it. Says "listening PORT" once it serves on 127.0.0.1, and ends with its standard input.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

FOLDER = os.path.abspath(sys.argv[1])
DEVICES = os.path.join(FOLDER, "devices")
ORIGIN = sys.argv[2] if len(sys.argv) > 2 else ""
POLICIES = "[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n"
PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors proxy-logging cache s3api tempauth bulk slo proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
cors_allow_origin = {origin}
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcache}
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
cors_preflight_allow_origin = {origin}
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_adda_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
"""
SERVER = """
[DEFAULT]
swift_dir = {folder}
devices = {devices}
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def build_ring(name, port):
    from swift.common.ring import RingBuilder

    builder = RingBuilder(part_power=2, replicas=1, min_part_hours=0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(os.path.join(FOLDER, name + ".ring.gz"))


def main():
    os.makedirs(os.path.join(DEVICES, "d"))
    utils.SWIFT_CONF_FILE = write("swift.conf", POLICIES)
    utils.HASH_PATH_SUFFIX = b"tests"
    from swift.common import storage_policy

    storage_policy.reload_storage_policies()
    from swift.common.wsgi import loadapp

    sockets = {name: eventlet.listen(("127.0.0.1", 0)) for name in ("account", "container", "object", "proxy", "memcache")}
    ports = {name: socket.getsockname()[1] for name, socket in sockets.items()}
    sockets.pop("memcache").close()
    for kind in ("account", "container", "object"):
        build_ring(kind, ports[kind])
        conf = write(kind + ".conf", SERVER.format(folder=FOLDER, devices=DEVICES, kind=kind))
        eventlet.spawn(wsgi.server, sockets[kind], loadapp(conf), log_output=False)
    conf = write("proxy.conf", PROXY.format(folder=FOLDER, memcache=ports["memcache"], origin=ORIGIN))
    eventlet.spawn(wsgi.server, sockets["proxy"], loadapp(conf), log_output=False, url_length_limit=65536)
    print("listening", ports["proxy"], flush=True)
    eventlet.tpool.execute(sys.stdin.read)


main()
