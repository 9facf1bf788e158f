from django.apps import AppConfig
from django_fsm.signals import pre_transition


class WorkflowConfig(AppConfig):
    name = "portal.workflow"
    label = "workflow"
    verbose_name = "Circuits"

    def ready(self) -> None:
        from portal.workflow.opening import refuse_outside

        pre_transition.connect(refuse_outside, dispatch_uid="portal.workflow.opening")
