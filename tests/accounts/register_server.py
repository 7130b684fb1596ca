"""The State's register beside the site: answers as the real one does, on a port of loopback, unless a test makes it misbehave."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SIREN, SIRET, RNA = "732829320", "73282932000074", "W595001234"
CLOSED, HIDDEN, UNKNOWN = "552100554", "130025265", "356000000"


def body(siren, name, **changes):
    """An organisation in the real one's shape (Recherche d'entreprises), shortened to what we and our peers read."""
    row = {
        "siren": siren,
        "nom_complet": f"{name} (SIGLE)",
        "nom_raison_sociale": name,
        "sigle": "SIGLE",
        "nombre_etablissements": 2,
        "nature_juridique": "9220",
        "etat_administratif": "A",
        "siege": {
            "siret": f"{siren}00074",
            "adresse": "12 RUE DE LA FILATURE 59000 LILLE",
            "code_postal": "59000",
            "commune": "59350",
            "libelle_commune": "LILLE",
            "etat_administratif": "A",
            "latitude": "50.63",
        },
        "complements": {
            "est_association": True,
            "est_ess": True,
            "identifiant_association": RNA if siren == SIREN else None,
        },
    }
    return row | changes


ROWS = [
    body(SIREN, "LES ATELIERS DU FIL"),
    body(CLOSED, "LA DERNIERE BOBINE", etat_administratif="C"),
    body(HIDDEN, "[ND]", nom_complet="[NON-DIFFUSIBLE]", siege={"commune": "[ND]"}),
]


def answer(rows):
    return {
        "results": rows,
        "total_results": len(rows),
        "page": 1,
        "per_page": 25,
        "total_pages": 1,
    }


class Register:
    """`asked` holds each address that it was asked; `says(status, body, **headers)` replaces every answer."""

    def __init__(self):
        self.forget()
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                ours.asked.append((self.path, dict(self.headers)))
                (ours.misbehaves or ours.honest)(self)

            def log_message(self, *_args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def forget(self):
        self.asked, self.misbehaves = [], None

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_about):
        self._server.shutdown()
        self._server.server_close()

    def honest(self, handler):
        wanted = parse_qs(urlsplit(handler.path).query)["q"][0]
        rows = [
            row
            for row in ROWS
            if wanted in (row["siren"], row["complements"]["identifiant_association"])
        ]
        send(handler, json.dumps(answer(rows)).encode())

    def says(self, said, status=200, **headers):
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.misbehaves = lambda handler: send(handler, raw, status, **headers)

    def is_slow(self, seconds):
        def slowly(handler):
            time.sleep(seconds)
            self.honest(handler)

        self.misbehaves = slowly

    def breaks_off(self):
        self.misbehaves = lambda handler: handler.connection.close()


def send(handler, raw, status=200, **headers):
    handler.send_response(status)
    for name, value in ({"Content_Type": "application/json"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    try:
        handler.wfile.write(raw)
    except OSError:
        handler.close_connection = True
