from portal.notifications.rules import may_see_messages
from portal.notifications.todo import todo_for
from portal.ui import navigation, todo


def register() -> None:
    navigation.register("Courriels", "notifications:list", may_see_messages, order=75)
    todo.register(todo_for)
