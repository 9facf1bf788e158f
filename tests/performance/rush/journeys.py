"""What one lycée does in the last minutes, over HTTP: requests counted and timed, and what the portal answered kept."""

import http.client
import os
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

SECTIONS = ("projet", "comite", "evaluation", "besoins")
TYPED = {"resume": "projet", "organisation": "comite", "methode": "evaluation"}  # question → its section
PIECE = "deliberation"
GONE = (ConnectionError, http.client.HTTPException, TimeoutError, OSError)
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    kind: str  # page, autosave, upload, act or submit
    seconds: float
    status: int  # 0: the connection was cut, nothing was answered
    to: str = ""  # where it redirects
    body: bytes = b""


class Person:
    """One signed-in browser, on a connection of its own."""

    def __init__(self, port: int, session: str, answers: list[Answer]) -> None:
        self.port, self.answers = port, answers
        self.cookies = {"sessionid": session}
        self.token = ""
        self.connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        answer = self._ask("page", "GET", path)
        if found := _TOKEN.search(answer.body):
            self.token = found[1].decode()
        return answer

    def post(self, kind: str, path: str, fields: dict[str, str], *, htmx: bool = False) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"HX-Request": "true"} if htmx else {})
        return self._ask(kind, "POST", path, body, headers)

    def send(self, path: str, name: str, content: bytes) -> Answer:
        """A file, as a browser sends it."""
        edge = "----edge-of-the-parts"
        before = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        body = before.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self._ask("upload", "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    def leave(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _ask(self, kind: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        start = time.monotonic()
        if method == "POST":
            self.leave()  # on a connection that the server may have left, nobody would know whether it was heard
        try:
            response, content = self._heard(method, path, body, {"Cookie": cookies, **(headers or {})})
        except GONE:
            self.leave()
            answer = Answer(kind, time.monotonic() - start, 0)
        else:
            answer = Answer(kind, time.monotonic() - start, response.status, response.headers.get("Location", ""), content)
        self.answers.append(answer)
        return answer

    def _heard(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """A connection that has been left since is opened again, as a browser does."""
        if self.connection is not None:
            try:
                return self._exchange(method, path, body, headers)
            except GONE:
                self.leave()
        return self._exchange(method, path, body, headers)

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.will_close:
            self.leave()
        return response, content


@dataclass
class Told:
    """What the portal answered to one lycée: what it may count on afterwards."""

    file: str
    answers: list[Answer] = field(default_factory=list)
    saved: dict[str, str] = field(default_factory=dict)  # question → text answered as saved
    sent: bool = False  # the piece
    filed: bool = False  # the deposit was answered by its receipt
    receipts: int = 0  # pages of the receipt that were read
    broken: str = ""  # why the journey stopped


class Stopped(Exception):
    pass


def expect(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise Stopped(f"{answer.kind} : {answer.status}")
    return answer


def whole_journey(port: int, comer: dict, content: bytes) -> Told:
    """Nineteen requests: three texts finished, a piece of 2 MB, the visa asked and given, the deposit and its receipt."""
    told = Told(comer["file"])
    writer, head = Person(port, comer["writer"], told.answers), Person(port, comer["head"], told.answers)
    try:
        _finish(writer, told, content)
        address = f"/dossiers/{told.file}"
        expect(writer.get(f"{address}/apercu/"), 200)
        expect(writer.post("act", f"{address}/action/request_approval/", {}), 302)
        expect(head.get(f"{address}/action/approve/"), 200)
        expect(head.post("act", f"{address}/action/approve/", {}), 302)
        deposit(writer, told)
    except Stopped as error:
        told.broken = str(error)
    writer.leave()
    head.leave()
    return told


def _finish(writer: Person, told: Told, content: bytes) -> None:
    address = f"/dossiers/{told.file}"
    expect(writer.get("/espace/"), 200)
    expect(writer.get(f"{address}/"), 200)
    for section in SECTIONS:
        page = expect(writer.get(f"{address}/section/{section}/"), 200)
        for question in (key for key, place in TYPED.items() if place == section):
            text = f"Ce que nous avons repris au dernier moment, {told.file} {os.urandom(4).hex()}. " * 3
            fields = {f"q-{question}": text, f"v-{question}": _version(page.body, question)}
            expect(writer.post("autosave", f"{address}/reponses/{question}/", fields, htmx=True), 200)
            told.saved[question] = text.strip()
    expect(writer.get(f"{address}/section/pieces/"), 200)
    expect(writer.send(f"{address}/pieces/{PIECE}/", "deliberation.pdf", content), 200, 302)
    told.sent = True


def _version(page: bytes, question: str) -> str:
    found = re.search(rf'name="v-{question}"[^>]*?value="([^"]*)"'.encode(), page)
    return found[1].decode() if found else ""


def deposit(writer: Person, told: Told) -> None:
    address = f"/dossiers/{told.file}"
    expect(writer.get(f"{address}/action/submit/"), 200)
    expect(writer.post("submit", f"{address}/action/submit/", {}), 302)
    told.filed = True
    told.receipts += expect(writer.get(f"{address}/depot/"), 200).status == 200


def last_press(port: int, comer: dict, *, tries: int = 1) -> Told:
    """A file signed already is filed. Where nothing was answered, its writer looks again as a person would, `tries` times at most: filed, it
    has a receipt; not filed, it has none and the button is still there.
    """
    told = Told(comer["file"])
    writer = Person(port, comer["writer"], told.answers)
    for _ in range(tries):
        try:
            deposit(writer, told)
            told.broken = ""
            break
        except Stopped as error:
            told.broken = str(error)
        if writer.get(f"/dossiers/{told.file}/depot/").status == 200:
            told.filed, told.broken = True, ""
            told.receipts += 1
            break
        time.sleep(1)
    writer.leave()
    return told
