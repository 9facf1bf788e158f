from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "portal.threads"
    label = "threads"
    verbose_name = "Échanges"

    def ready(self) -> None:
        from portal.journal import acts
        from portal.threads import erasure, files, notifications, own_data, rules  # noqa: F401 -- imported for what they register
        from portal.threads.models import Thread
        from portal.threads.todo import todo_for
        from portal.ui import navigation, todo

        navigation.register("Échanges", "threads:list", rules.reads_threads, order=28)
        todo.register(todo_for)
        taken_back = dict.fromkeys(
            ["take_back_to_region", "take_back_to_lycee", "take_back_to_open", "take_back_to_closed"], "Message retiré par son auteur"
        )
        acts.register_moves(
            Thread,
            taken_back
            | {
                "write_as_lycee": "Message écrit par le lycée",
                "write_as_region": "Message écrit par la Région",
                "write_inside": "Message interne écrit",
                "settle_by_region": "Échange clos, rien à répondre",
                "settle_by_lycee": "Échange clos, rien à répondre",
                "close_inside": "Échange interne clos",
                "settle_by_itself": "Échange clos après la réponse",
            },
        )
