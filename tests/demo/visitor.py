"""Somebody who uses the portal by what its pages offer: links that are there, forms as they are drawn, buttons by their words.

No JavaScript and no address learnt elsewhere: what the walk of the README does, a reader of the README can do.
"""

import re
from urllib.parse import urljoin, urlsplit

from bs4 import Tag
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import User
from tests.reading import elements_of, tree_of, words_of

SPACES = re.compile(r"\s+")
CHOSEN = ("checkbox", "radio")


class Visitor:
    """`Visitor("equipe")` is signed in as that account of the demonstration; `Visitor()` is nobody known."""

    def __init__(self, login: str = ""):
        self.login = login
        self.client = Client()
        self.typed: dict[str, list[str]] = {}
        if login:
            self.client.force_login(User.objects.get(email=f"{login}@preau.example"))
        self.go("/espace/" if login else "/")

    def go(self, address: str) -> "Visitor":
        return self._at(self.client.get(address, follow=True), address)

    def follow(self, text: str) -> "Visitor":
        """Follow the first link of the page's main part, or else of the whole page, that is read so."""
        return self.go(self._address(self._link(text)))

    def fill(self, label: str, *values: str) -> "Visitor":
        """Type in the control whose label is read so (a group of boxes: the labels of those to tick)."""
        name = self._control(label)["name"]
        self.typed[name] = list(values)
        return self

    def type_in(self, **values: str | list[str]) -> "Visitor":
        """Type in the controls of these names: for those whose label many share."""
        self.typed |= {name: [value] if isinstance(value, str) else value for name, value in values.items()}
        return self

    def tick(self, label: str) -> "Visitor":
        """Tick the box, or choose the button, whose label is read so; the other boxes of its name stay as they are."""
        control = self._control(label)
        kept = [] if control.get("type") == "radio" else self.typed.get(control["name"], self._ticked(control["name"]))
        self.typed[control["name"]] = [*kept, control.get("value", "on")]
        return self

    def press(self, label: str, beside: str = "") -> "Visitor":
        """Send the form of the first button that is read so, with what has been typed and what its controls hold already.

        `beside`: a piece of what is read in that form, where several have the same button.
        """
        button = self._button(label, beside)
        form = button.find_parent("form") or self.tree.find("form", id=button.get("form"))
        sent = self._values(form) + ([(button["name"], button.get("value", ""))] if button.get("name") else [])
        address = urljoin(self.address, button.get("formaction") or form.get("action") or self.address)
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        posts = (button.get("formmethod") or form.get("method", "get")).lower() == "post"
        answer = (self.client.post if posts else self.client.get)(address, data, follow=True)
        self.typed = {}
        return self._at(answer, address)

    def act(self, label: str) -> "Visitor":
        """Do an act of a workflow: its button or its link, then the page that says what it does, when it has one."""
        if self.offers(label, "button"):
            self.press(label)
        else:
            self.follow(label)
        if "/action/" in self.address:
            self.press(label)
        return self

    def offers(self, label: str, kind: str = "button, a") -> bool:
        return any(_is_read(element, label) for element in elements_of(self.tree, kind))

    def reads(self, text: str) -> bool:
        return _plain(text) in _plain(words_of(self.tree.body))

    def _at(self, answer: HttpResponse, address: str) -> "Visitor":
        self.address = answer.redirect_chain[-1][0] if getattr(answer, "redirect_chain", None) else address
        self.typed = {}
        assert answer.status_code == 200, f"{self.login or 'a visitor'}: {answer.status_code} at {self.address}"
        self.answer = answer
        self.tree = tree_of(answer)
        wrong = [words_of(error) for error in elements_of(self.tree, ".pr-error")]
        assert not wrong, f"{self.login}: {self.address} refuses: {wrong}"
        return self

    def _link(self, text: str) -> Tag:
        for within in ("main a[href]", "a[href]"):
            for link in elements_of(self.tree, within):
                if _is_read(link, text):
                    return link
        raise AssertionError(f"{self.login}: no link « {text} » at {self.address}, which offers {self.offered()}")

    def _address(self, link: Tag) -> str:
        split = urlsplit(urljoin(self.address, link["href"]))
        return split.path + (f"?{split.query}" if split.query else "")

    def _button(self, label: str, beside: str) -> Tag:
        found = [b for b in elements_of(self.tree, "main button") if _is_read(b, label) and _plain(beside) in _words_around(b)]
        assert found, f"{self.login}: no button « {label} » at {self.address}, which offers {self.offered()}"
        return found[0]

    def offered(self) -> list[str]:
        """The buttons and the links of the page, as they are read."""
        return [_plain(words_of(element)) for element in elements_of(self.tree, "main button, main a[href]")]

    def _control(self, label: str) -> Tag:
        for element in elements_of(self.tree, "main label"):
            if not _is_read(element, label):
                continue
            control = self.tree.find(id=element["for"]) if element.get("for") else element.find(["input", "select", "textarea"])
            if control:
                return control
        labels = [_plain(words_of(element)) for element in elements_of(self.tree, "main label")]
        raise AssertionError(f"{self.login}: no field « {label} » at {self.address}, which has {labels}")

    def _ticked(self, name: str) -> list[str]:
        return [value for control in elements_of(self.tree, f'[name="{name}"]') for value in _held(control)]

    def _values(self, form: Tag) -> list[tuple[str, str]]:
        """What the form would send, in the order of its controls: what has been typed, else what they hold."""
        controls = form.select("input, select, textarea") + (self.tree.select(f'[form="{form["id"]}"]') if form.get("id") else [])
        sent: dict[str, list[str]] = {}
        for control in controls:
            if control.get("name") and not control.has_attr("disabled") and control.get("type") not in ("submit", "button", "file"):
                sent.setdefault(control["name"], []).extend(_held(control))
        return [(name, value) for name, held in sent.items() for value in self.typed.get(name, held)]


def _held(control: Tag) -> list[str]:
    """What a browser sends for this control when nobody has touched it."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        chosen = control.select("option[selected]") or control.select("option")[:1]
        return [option.get("value", option.get_text()) for option in chosen]
    ticked = control.get("type") not in CHOSEN or control.has_attr("checked")
    return [control.get("value", "on" if control.get("type") in CHOSEN else "")] if ticked else []


def _words_around(button: Tag) -> str:
    form = button.find_parent("form")
    return _plain(words_of(form)) if form else ""


def _is_read(element: Tag, text: str) -> bool:
    """Whether the words of this element are these, or begin with them."""
    return _plain(words_of(element) or element.get("aria-label", "") or element.get("value", "")).startswith(_plain(text))


def _plain(text: str) -> str:
    return SPACES.sub(" ", text).strip()
