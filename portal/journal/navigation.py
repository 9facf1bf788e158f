from portal.journal.rules import may_read_journal
from portal.journal.todo import todo_for
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Journal", "journal:list", may_read_journal, order=70)
    todo.register(todo_for)
