"""Receivers by others: SMTP by aiosmtpd, plain and with STARTTLS and a password, and HTTPS.

Says where they are in one line of JSON, then what each took in a line of its own."""

import asyncio
import email.policy
import hashlib
import hmac
import http.server
import json
import ssl
import threading

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

SECRET = b"a secret of more than sixteen bytes"


def say(what):
    print(json.dumps(what), flush=True)


class Taker:
    async def handle_DATA(self, server, session, envelope):
        parsed = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        body = lambda kind: parsed.get_body((kind,)) and parsed.get_body((kind,)).get_content()
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": sorted(parsed.keys()),
            "subject": parsed["Subject"],
            "sender": [it.display_name for it in parsed["From"].addresses],
            "recipient": [it.display_name for it in parsed["To"].addresses],
            "text": body("plain"),
            "html": body("html"),
            "attached": [[it.get_filename(), it.get_content_type(), len(it.get_content()),
                          hashlib.sha256(it.get_content()).hexdigest()]
                         for it in parsed.iter_attachments()],
            "defects": [str(it) for it in parsed.defects],
            "tls": session.ssl is not None,
        })
        return "250 2.0.0 taken"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"


def known(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"tenant" and data.password == b"secret")


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        given = dict(it.split("=", 1) for it in self.headers["Vigie-Signature"].split(","))
        wanted = hmac.new(SECRET, given["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
        say({"hook": hmac.compare_digest(wanted, given["v1"]), "key": self.headers["Idempotency-Key"]})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


authority = trustme.CA()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("localhost").configure_cert(context)

hooks = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
hooks.socket = context.wrap_socket(hooks.socket, server_side=True)
threading.Thread(target=hooks.serve_forever, daemon=True).start()


async def main():
    async def listen(**options):
        smtp = lambda: SMTP(Taker(), data_size_limit=64 * 1024 * 1024, **options)
        server = await asyncio.get_running_loop().create_server(smtp, "127.0.0.1", 0)
        return server.sockets[0].getsockname()[1]

    say({
        "plain": await listen(),
        "secured": await listen(tls_context=context, require_starttls=True, authenticator=known,
                                auth_required=True),
        "hooks": hooks.server_address[1],
        "root": authority.cert_pem.bytes().decode(),
    })
    await asyncio.Event().wait()


asyncio.run(main())
