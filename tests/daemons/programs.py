# SPDX-License-Identifier: ISC
"""The programs that driver.py runs, a row for each, and the requests that they answer."""

import re
import struct
from dataclasses import dataclass, field


@dataclass
class Request:
    words: str  # for the document
    send: bytes
    answer: bytes  # or a part of it
    shown: str = ""  # the answer in words, for the document
    tls: bool = False


@dataclass
class Row:
    """In the working directory /run/daemon, which has the files, the line

        bindchain listen LISTEN COMMAND

    starts the program; sh(1) reads it.  The request goes to the first address in LISTEN."""

    name: str
    package: str
    listen: str
    command: str
    request: Request
    files: dict = field(default_factory=dict)  # name: content
    prepare: str = ""  # for sh(1), before the start
    also: dict = field(default_factory=dict)  # pattern of further sockets: what they are for

    def convention(self):
        if self.command.startswith(ADOPT):
            return "adopt"
        if self.command.startswith(ACCEPT):
            return "accept"
        found = re.search(r"--env=|--as=([^ ]+)", self.listen)
        return found[1] or "env" if found else "systemd"


# ---- requests ----

HELLO = b"inherited"
A_LINE = Request("a line", b"inherited\n", HELLO)
D_BUS = Request("authentication", b"\0AUTH EXTERNAL 30\r\n", b"OK ")


def greeting(answer):
    """Of a server that speaks first."""
    return Request("greeting", b"", answer)


def http(answer=HELLO):
    return Request("HTTP", b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", answer)


def fastcgi(script):
    """FCGI_BEGIN_REQUEST, FCGI_PARAMS and FCGI_STDIN of the FastCGI specification, 1.0."""

    def record(kind, content):
        return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content

    parameters = {"REQUEST_METHOD": "GET", "SCRIPT_FILENAME": script, "SCRIPT_NAME": "/"}
    encoded = b"".join(
        bytes([len(name), len(value)]) + name.encode() + value.encode()
        for name, value in parameters.items())
    begin = record(1, struct.pack(">HB5x", 1, 0))
    return Request("FastCGI", begin + record(4, encoded) + record(4, b"") + record(5, b""), HELLO)


def dns(name, address):
    """A query for the address, with recursion desired: RFC 1035, section 4."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    header = struct.pack(">6H", 0x6263, 0x0100, 1, 0, 0, 0)
    return Request(f"A of {name}", header + labels + struct.pack(">x2H", 1, 1),
                   bytes(int(number) for number in address.split(".")), shown=address)


# While it reads its zones a server fails, so that a name of none of them is asked for.
DNS_REFUSED = Request("A of inherited.test", dns("inherited.test", "0.0.0.0").send,
                      b"\x62\x63\x81\x05", shown="REFUSED")

# winscard_msg.h of pcsc-lite: struct rxHeader with CMD_VERSION, struct version_struct.
PCSC_VERSION = Request("protocol version", struct.pack("=2I3I", 12, 17, 4, 4, 0),
                       struct.pack("=3I", 4, 4, 0), shown="4.4")

# PipeWire's native protocol: object 0, method 1 (Core::Hello), a structure of an integer, 3.
PIPEWIRE_HELLO = Request("`Core::Hello`",
                         struct.pack("=4I", 0, 1 << 24 | 24, 0, 0)
                         + struct.pack("=6I", 16, 14, 4, 4, 3, 0), b"core.name")

# ---- content of files ----

ADOPT = "bindchain adopt -- "
ACCEPT = "bindchain accept "
WEB = "--tcp=127.0.0.1:8080"
PAGE = {"index.html": "inherited\n"}
WSGI = {"app.py": """
def application(environment, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"inherited\\n"]
"""}
ASGI = {"app.py": """
async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inherited\\n"})
"""}
PSGI = {"app.psgi": "sub { [200, ['Content-Type', 'text/plain'], ['inherited']] }\n"}
RACK = {"config.ru": """
run lambda { |environment| [200, {"Content-Type" => "text/plain"}, ["inherited"]] }
"""}
FLASK = {"app.py": """
import flask
app = flask.Flask(__name__)
@app.route("/")
def hello():
    return "inherited"
"""}
DNS = "--udp=127.0.0.1:53 --tcp=127.0.0.1:53"
ZONE = """
@ 3600 IN SOA ns hostmaster 1 3600 600 86400 60
@ 3600 IN NS ns
ns 3600 IN A 192.0.2.2
www 3600 IN A 192.0.2.1
"""

# ---- what the driver has to notice ----


def wrong(name, opens, answers, said):
    """A row that has to fail, and a part of the message."""
    server = f"""
import signal
import socket
inherited = socket.socket(fileno=3)
connection, _ = inherited.accept()
{opens}
connection.sendall({answers})
connection.shutdown(socket.SHUT_WR)
signal.pause()
"""
    return (Row(name, "python3", WEB, "python3 server.py", greeting(HELLO),
                {"server.py": server}), said)


WRONG = [
    wrong("another socket", 'other = socket.create_server(("127.0.0.1", 8081))', HELLO,
          "another socket receives: tcp 127.0.0.1:8081"),
    wrong("a socket of its own",
          'inherited.close(); other = socket.create_server(("127.0.0.1", 8080))', HELLO,
          "does not listen on the inherited socket"),
    wrong("another answer", "", b"other", "answered only b'other'"),
]

# ---- the programs ----

ROWS = [
    Row("gunicorn", "gunicorn", WEB, "gunicorn app:application", http(), WSGI),
    Row("uvicorn", "uvicorn", WEB + " --as=fd:3", "uvicorn --fd 3 app:application", http(), ASGI),
    Row("hypercorn", "python3-hypercorn", WEB + " --as=fd:3",
        "python3 -m hypercorn --bind fd://3 app:application", http(), ASGI),
    Row("uWSGI", "uwsgi-plugin-python3", WEB + " --as=fd:3",
        "uwsgi --plugin python3 --http-socket fd://3 --wsgi-file app.py", http(), WSGI),
    Row("Chaussette", "chaussette", WEB + " --as=fd:3",
        "chaussette --fd 3 app.application", http(), WSGI),
    Row("Twisted Web", "python3-twisted", WEB,
        "twistd3 --nodaemon --pidfile= web --port systemd:domain=INET:index=0 --path .",
        http(), PAGE),
    Row("HAProxy", "haproxy", WEB + " --as=fd:3", "haproxy -f haproxy.cfg", http(),
        {"haproxy.cfg": """
defaults
    mode http
    timeout client 60s
frontend web
    bind fd@3
    http-request return status 200 content-type text/plain string inherited
"""}),
    Row("lighttpd", "lighttpd", WEB, "lighttpd -D -f lighttpd.conf", http(),
        {**PAGE, "lighttpd.conf": """
server.document-root = "/run/daemon"
server.bind = "127.0.0.1"
server.port = 8080
server.systemd-socket-activation = "enable"
index-file.names = ("index.html")
"""}),
    Row("cockpit-ws", "cockpit-ws", WEB, "/usr/lib/cockpit/cockpit-ws --no-tls",
        http(b"HTTP/1.1 ")),
    Row("fcgiwrap", "fcgiwrap", "--unix=fcgi --as=stdin", "fcgiwrap",
        fastcgi("/run/daemon/hello"),
        {"hello": "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\ninherited\\n'\n"},
        "chmod +x hello"),
    Row("systemd-socket-proxyd", "systemd", WEB,
        "/lib/systemd/systemd-socket-proxyd /run/daemon/behind", A_LINE,
        prepare="mkfifo ready; s6-ipcserver -1 behind cat >ready & read -r _ <ready",
        also={"unix behind": "of the server behind it, here s6-ipcserver"}),
    Row("systemd-journal-gatewayd", "systemd-journal-remote", WEB,
        "/lib/systemd/systemd-journal-gatewayd", http(b"HTTP/1.1 ")),
    Row("systemd-journal-remote", "systemd-journal-remote", WEB,
        "/lib/systemd/systemd-journal-remote --listen-http=-3 --output=.", http(b"HTTP/1.1 ")),
    Row("s6-ipcserverd", "s6", "--unix=control --as=stdin", "s6-ipcserverd cat", A_LINE),
    Row("in.tftpd", "tftpd-hpa", "--udp=127.0.0.1:69 --as=stdin", "in.tftpd --secure .",
        Request("read request", b"\0\1index.html\0octet\0", HELLO), PAGE),
    Row("dbus-daemon", "dbus-daemon", "--unix=bus",
        "dbus-daemon --session --nofork --nopidfile --address=systemd:", D_BUS),
    Row("gpg-agent", "gpg-agent", "--unix=S.gpg-agent,name=std", "gpg-agent --supervised",
        greeting(b"OK Pleased to meet you")),
    Row("dirmngr", "dirmngr", "--unix=/run/daemon/S.dirmngr,name=std", "dirmngr --supervised",
        greeting(b"OK Dirmngr")),
    Row("cupsd", "cups-daemon", "--tcp=127.0.0.1:631",
        "cupsd -l -c $PWD/cupsd.conf -s $PWD/cups-files.conf", http(b"CUPS"),
        {"cupsd.conf": """
Listen 127.0.0.1:631
<Location />
Order allow,deny
Allow all
</Location>
""", "cups-files.conf": """
ServerRoot /run/daemon
RequestRoot /run/daemon/spool
CacheDir /run/daemon/cache
StateDir /run/daemon/state
ErrorLog stderr
AccessLog stderr
PageLog stderr
"""}, "mkdir -p spool/tmp cache state"),
    Row("nbdkit", "nbdkit", "--tcp=127.0.0.1:10809", "nbdkit memory 1M", greeting(b"NBDMAGIC")),
    # uuidd.h of util-linux: UUIDD_OP_TIME_UUID, and the length of a UUID.
    Row("uuidd", "uuid-runtime", "--unix=request", "uuidd --socket-activation --no-pid",
        Request("time-based UUID", b"\x02", struct.pack("=I", 16), shown="16 bytes")),
    Row("lvmpolld", "lvm2", "--unix=/run/lvm/lvmpolld.socket,mode=600",
        "env SD_ACTIVATION=1 lvmpolld --foreground",
        Request("`hello`", b'request = "hello"\n\n##\n', b'response = "OK"'),
        prepare="mkdir -m 700 /run/lvm"),
    Row("pcscd", "pcscd", "--unix=/run/pcscd/pcscd.comm", "pcscd --foreground", PCSC_VERSION,
        prepare="mkdir /run/pcscd"),
    Row("PipeWire", "pipewire", "--unix=/run/pipewire-0,name=pipewire-0",
        "env XDG_RUNTIME_DIR=/run pipewire", PIPEWIRE_HELLO),
    Row("unbound", "unbound", "--udp=127.0.0.1:53 --tcp=127.0.0.1:53",
        "unbound -d -c unbound.conf", dns("inherited.test", "192.0.2.1"),
        {"unbound.conf": """
server:
    interface: 127.0.0.1
    use-systemd: yes
    username: ""
    chroot: ""
    pidfile: ""
    use-syslog: no
    local-data: "inherited.test. A 192.0.2.1"
"""}, "mkdir -p /run/systemd/system"),
    Row("Knot Resolver", "knot-resolver", "--udp=127.0.0.1:53 --tcp=127.0.0.1:53 --as=fd:3",
        "kresd -n -S 3 -S 4 -c kresd.conf .", dns("localhost", "127.0.0.1"),
        {"kresd.conf": """
modules.unload("priming")
modules.unload("detect_time_skew")
trust_anchors.remove(".")
"""}, also={"unix .*/control/[0-9]+": "its control socket"}),
    Row("syslog-ng", "syslog-ng-core", "--unix-dgram=/run/systemd/journal/syslog",
        "syslog-ng --foreground --no-caps -f syslog-ng.conf --persist-file=$PWD/persist"
        " --pidfile=$PWD/pid --control=$PWD/control",
        Request("a message, forwarded to the client", b"<13>test: inherited\n", HELLO),
        {"syslog-ng.conf": """
@version: 3.38
source inherited { systemd-syslog(); };
destination client { unix-dgram("/run/daemon/client"); };
log { source(inherited); destination(client); };
"""}, "mkdir -p /run/systemd/system /run/systemd/journal",
        also={"unix .*/control": "its control socket"}),
    Row("Dovecot", "dovecot-core", WEB, "dovecot -F -c dovecot.conf", http(b"HTTP/1.1 "),
        {"dovecot.conf": """
base_dir = /run/dovecot
log_path = /dev/stderr
protocols =
ssl = no
listen = 127.0.0.1
service stats {
  inet_listener http {
    port = 8080
  }
}
"""}, also={"unix /run/dovecot/.*": "between its own processes"}),
    Row("MariaDB", "mariadb-server-core", "--tcp=127.0.0.1:3306",
        "mariadbd --no-defaults --user=root --datadir=$PWD/data --skip-grant-tables",
        greeting(b"MariaDB"), prepare="mkdir data"),
    Row("ngIRCd", "ngircd", "--tcp=127.0.0.1:6667", "ngircd --nodaemon -f ngircd.conf",
        Request("registration", b"NICK me\r\nUSER me 0 * :me\r\n", b" 001 me "),
        {"ngircd.conf": """
[Global]
Name = irc.example.org
Info = inherited
Listen = 127.0.0.1
Ports = 6667
ServerUID = irc
ServerGID = irc
[Options]
DNS = no
Ident = no
PAM = no
"""}),
    Row("avahi-daemon", "avahi-daemon", "--unix=/run/avahi-daemon/socket",
        "avahi-daemon -f avahi.conf --no-drop-root --no-chroot",
        Request("`HELP`", b"HELP\n", b"+ Available commands"),
        {"avahi.conf": "[server]\nenable-dbus=no\n"}, "mkdir /run/avahi-daemon",
        also={"udp6? .*": "UDP, for multicast DNS"}),
    Row("epmd", "erlang-base", "--tcp=127.0.0.1:4369", "epmd -systemd",
        Request("names", b"\0\1n", struct.pack(">I", 4369), shown="its port")),

    # ---- conventions of one program ----
    Row("nginx", "nginx-light", WEB + " --as=nginx",
        "nginx -p . -e stderr -c $PWD/nginx.conf", http(),
        {"nginx.conf": """
daemon off;
pid nginx.pid;
events {
}
http {
    access_log off;
    server {
        listen 127.0.0.1:8080;
        return 200 inherited;
    }
}
"""}, "mkdir /var/lib/nginx"),
    Row("PHP-FPM", "php8.2-fpm", "--tcp=127.0.0.1:9000 --as=php-fpm",
        "php-fpm8.2 --nodaemonize --fpm-config fpm.conf",
        fastcgi("/run/daemon/hello.php"),
        {"hello.php": "<?php echo 'inherited';\n", "fpm.conf": """
[global]
error_log = /dev/stderr
[www]
listen = 127.0.0.1:9000
user = www-data
pm = static
pm.max_children = 1
"""}),
    Row("Starman", "starman", WEB + " --as=server-starter",
        "starman --listen 127.0.0.1:8080 app.psgi", http(), PSGI),
    Row("Starlet", "starlet", WEB + " --as=server-starter",
        "plackup --server Starlet app.psgi", http(), PSGI),
    Row("Twiggy", "twiggy", WEB + " --as=server-starter",
        "twiggy app.psgi", http(), PSGI),
    Row("h2o", "h2o", WEB + " --as=server-starter",
        "h2o -c h2o.conf", http(),
        {**PAGE, "h2o.conf": """
user: www-data
num-threads: 1
listen:
  host: 127.0.0.1
  port: 8080
hosts:
  default:
    paths:
      /:
        file.dir: /run/daemon
"""}),
    Row("Mojolicious", "libmojolicious-perl", WEB + " --as=mojolicious",
        "perl hello.pl prefork --listen http://127.0.0.1:8080", http(),
        {"hello.pl": "use Mojolicious::Lite;\nget '/' => { text => 'inherited' };\napp->start;\n"}),
    Row("Unicorn", "unicorn", WEB + " --as=unicorn",
        "unicorn --listen 127.0.0.1:8080", http(), RACK),
    Row("Puma", "puma", WEB + " --as=puma",
        "puma --bind tcp://127.0.0.1:8080", http(), RACK),
    Row("nghttpx", "nghttp2-proxy", WEB + " --env=NGHTTPX_ACCEPT_1=tcp,{fd}",
        "nghttpx --conf=/dev/null --single-thread"
        " --frontend='127.0.0.1,8080;no-tls;healthmon'", http(b"HTTP/1.1 200")),
    Row("Flask", "python3-flask", WEB + " --env=WERKZEUG_SERVER_FD={fd}",
        "env WERKZEUG_RUN_MAIN=true"
        " flask run --port 8080", http(), FLASK),
    # ---- programs that know no convention ----
    Row("memcached", "memcached", "--tcp=127.0.0.1:11211",
        ADOPT + "memcached -u nobody -l 127.0.0.1",
        Request("`version`", b"version\r\n", b"VERSION ")),
    Row("Redis", "redis-server", "--tcp=127.0.0.1:6379",
        ADOPT + "redis-server --bind 127.0.0.1 --save ''",
        Request("`PING`", b"PING\r\n", b"+PONG")),
    Row("PostgreSQL", "postgresql-15", "--tcp=127.0.0.1:5432",
        ADOPT + "setpriv --reuid=postgres --clear-groups"
        " /usr/lib/postgresql/15/bin/postgres -D data -h 127.0.0.1 -k ''",
        # The message SSLRequest of PostgreSQL's protocol, and "no".
        Request("`SSLRequest`", struct.pack(">II", 8, 80877103), b"N"),
        prepare="mkdir data; chown postgres data; setpriv --reuid=postgres --clear-groups"
        " /usr/lib/postgresql/15/bin/initdb --no-sync --no-instructions -D data"),
    # MQTT 3.1.1: CONNECT with a clean session and the client "c"; CONNACK, accepted.
    Row("Mosquitto", "mosquitto", "--tcp=127.0.0.1:1883",
        ADOPT + "mosquitto -c mosquitto.conf",
        Request("`CONNECT`", b"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1c", b"\x20\2\0\0", shown="accepted"),
        {"mosquitto.conf": """
listener 1883 127.0.0.1
allow_anonymous true
log_dest stderr
"""}),
    # RFC 4511: BindRequest, version 3, simple; BindResponse, success.
    Row("OpenLDAP", "slapd", "--tcp=127.0.0.1:389",
        ADOPT + "slapd -d 0 -h ldap://127.0.0.1/ -f slapd.conf",
        Request("anonymous bind", b"\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0",
                b"\2\1\1\x61\7\x0a\1\0", shown="success"),
        {"slapd.conf": "pidfile /run/daemon/pid\n"}),
    Row("BIND", "bind9", DNS, ADOPT + "named -g -c named.conf", DNS_REFUSED,
        {"named.conf": """
options {
    directory "/run/daemon";
    pid-file none;
    listen-on { 127.0.0.1; };
    listen-on-v6 { none; };
    recursion no;
    dnssec-validation no;
};
controls { };
"""}),
    Row("Knot DNS", "knot", DNS, ADOPT + "knotd -c knot.conf",
        dns("www.inherited.test", "192.0.2.1"),
        {"zone": ZONE, "knot.conf": """
server:
    rundir: /run/daemon
    listen: 127.0.0.1@53
    udp-workers: 1
    tcp-workers: 1
database:
    storage: /run/daemon
control:
    listen: control
zone:
  - domain: inherited.test
    storage: /run/daemon
    file: zone
"""}, also={"unix /run/daemon/control": "its control socket"}),
    Row("NSD", "nsd", DNS, ADOPT + "nsd -d -c nsd.conf", dns("www.inherited.test", "192.0.2.1"),
        {"zone": ZONE, "nsd.conf": """
server:
    ip-address: 127.0.0.1
    username: ""
    zonesdir: "/run/daemon"
    database: ""
    pidfile: ""
    zonelistfile: "/run/daemon/zones"
    xfrdfile: "/run/daemon/xfrd"
    xfrdir: "/run/daemon"
remote-control:
    control-enable: no
zone:
    name: inherited.test
    zonefile: zone
"""}),
    Row("dnsmasq", "dnsmasq-base", DNS,
        ADOPT + "dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv"
        " --listen-address=127.0.0.1 --bind-interfaces --pid-file --user=root"
        " --address=/inherited.test/192.0.2.1", dns("inherited.test", "192.0.2.1")),
    Row("Apache", "apache2-bin", WEB, ADOPT + "apache2 -D FOREGROUND -d . -f httpd.conf", http(),
        {**PAGE, "httpd.conf": """
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
ServerName localhost
Listen 127.0.0.1:8080
User www-data
Group www-data
DocumentRoot /run/daemon
DirectoryIndex index.html
PidFile /run/daemon/pid
ErrorLog /dev/stderr
"""}),
    Row("Varnish", "varnish", WEB,
        ADOPT + "varnishd -F -j none -n $PWD/varnish -a 127.0.0.1:8080 -T none"
        " -f $PWD/hello.vcl", http(),
        {"hello.vcl": """vcl 4.1;
backend default none;
sub vcl_recv {
    return (synth(200, "inherited"));
}
"""}),
    Row("mini_httpd", "mini-httpd", WEB, ADOPT + "mini_httpd -D -h 127.0.0.1 -p 8080 -d .",
        http(), PAGE),
    Row("webfsd", "webfs", WEB, ADOPT + "webfsd -F -4 -p 8080 -i 127.0.0.1 -r . -f index.html",
        http(), PAGE),
    Row("BusyBox httpd", "busybox", WEB, ADOPT + "busybox httpd -f -p 127.0.0.1:8080",
        http(), PAGE),
    Row("Squid", "squid", "--tcp=127.0.0.1:3128", ADOPT + "squid -N -f squid.conf",
        http(b"Squid"), {"squid.conf": """
http_port 127.0.0.1:3128
pid_filename none
pinger_enable off
cache_log /run/daemon/log
access_log none
"""}, "chmod 777 .", also={"udp6? .*": "UDP, for its DNS queries"}),
    Row("Tinyproxy", "tinyproxy", WEB, ADOPT + "tinyproxy -d -c tinyproxy.conf",
        http(b"tinyproxy"), {"tinyproxy.conf": "Listen 127.0.0.1\nPort 8080\n"}),
    Row("Privoxy", "privoxy", "--tcp=127.0.0.1:8118",
        ADOPT + "privoxy --no-daemon $PWD/privoxy.conf", http(b"HTTP/1.1 400"),
        {"privoxy.conf": "listen-address 127.0.0.1:8118\nconfdir /etc/privoxy\n"}),
    Row("stunnel", "stunnel4", WEB, ADOPT + "stunnel stunnel.conf",
        Request("a line over TLS", b"inherited\n", HELLO, tls=True),
        {"stunnel.conf": """
foreground = yes
pid =
[echo]
accept = 127.0.0.1:8080
cert = certificate.pem
exec = /bin/cat
"""}, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost"
        " -keyout certificate.pem -out certificate && cat certificate >>certificate.pem"),
    Row("sshd", "openssh-server", "--tcp=127.0.0.1:22",
        ADOPT + "/usr/sbin/sshd -D -e -f /dev/null -h $PWD/key -o ListenAddress=127.0.0.1",
        greeting(b"SSH-2.0-"), prepare="mkdir /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key"),
    Row("rsync", "rsync", "--tcp=127.0.0.1:873",
        ADOPT + "rsync --daemon --no-detach --address=127.0.0.1 --config=/dev/null",
        greeting(b"@RSYNCD: ")),
    Row("vsftpd", "vsftpd", "--tcp=127.0.0.1:21", ADOPT + "vsftpd vsftpd.conf",
        greeting(b"220 "),
        {"vsftpd.conf": "listen=YES\nlisten_address=127.0.0.1\nbackground=NO\n"},
        "mkdir -p /run/vsftpd/empty"),
    Row("InspIRCd", "inspircd", "--tcp=127.0.0.1:6667",
        ADOPT + "inspircd --nofork --runasroot --config $PWD/inspircd.conf",
        greeting(b"NOTICE"),
        {"inspircd.conf": """
<server name="irc.example.org" description="inherited" network="test">
<admin name="a" nick="a" email="a@example.org">
<bind address="127.0.0.1" port="6667" type="clients">
<connect allow="*">
<pid file="/run/daemon/pid">
"""}, also={"udp6? .*": "UDP, for its DNS queries"}),
    Row("inetd", "openbsd-inetd", "--tcp=127.0.0.1:7", ADOPT + "inetd -i $PWD/inetd.conf",
        A_LINE, {"inetd.conf": "127.0.0.1:echo stream tcp nowait root internal\n"}),
    Row("tcpserver", "ucspi-tcp", WEB, ADOPT + "tcpserver -H -R -l 0 127.0.0.1 8080 cat", A_LINE),
    Row("Monit", "monit", "--tcp=127.0.0.1:2812", ADOPT + "monit -I -c monitrc",
        http(b"Monit"), {"monitrc": """
set daemon 30
set pidfile /run/daemon/pid
set idfile /run/daemon/id
set statefile /run/daemon/state
set httpd port 2812 address 127.0.0.1
    allow 127.0.0.1
"""}, "chmod 600 monitrc"),
    # ---- programs in inetd's manner: one process for each connection ----
    Row("sshd -i", "openssh-server", "--tcp=127.0.0.1:22",
        ACCEPT + "/usr/sbin/sshd -i -f /dev/null -h $PWD/key", greeting(b"SSH-2.0-OpenSSH"),
        prepare="mkdir /run/sshd; ssh-keygen -q -t ed25519 -N '' -f key"),
    Row("dropbear -i", "dropbear-bin", "--tcp=127.0.0.1:22", ACCEPT + "dropbear -i -r key",
        greeting(b"SSH-2.0-dropbear"), prepare="dropbearkey -t ed25519 -f key"),
    # gitprotocol-pack(5): the length of a line, in hexadecimal, goes before it.
    Row("git daemon --inetd", "git", "--tcp=127.0.0.1:9418",
        ACCEPT + "git daemon --inetd --export-all --base-path=$PWD",
        Request("references", b"002cgit-upload-pack /project\0host=localhost\0",
                b"refs/heads/inherited"),
        prepare="git init -q -b inherited project; git -C project -c user.name=a"
        " -c user.email=a@example.org commit -q --allow-empty -m a"),
    Row("BusyBox httpd -i", "busybox", WEB, ACCEPT + "busybox httpd -i -h .", http(), PAGE),
    Row("micro_httpd", "micro-httpd", WEB, ACCEPT + "micro-httpd .", http(), PAGE),
]
