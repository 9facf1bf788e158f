from portal.journal.rules import READERS
from portal.journal.todo import todo_for
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Journal", "/journal/", roles=READERS, order=70)
    todo.register(todo_for)
