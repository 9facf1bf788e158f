from datetime import date

from django_fsm import transition

from calls import occasions, rules
from calls.enums import CallState
from calls.workflows import passages
from calls.workflows.sealing import SealingWorkflow
from portal.workflow.fields import StateField
from portal.workflow.ways_back import WayBack


class CallWorkflow(SealingWorkflow):
    """Life of a call for projects. Open and closed are not states: they are read on the clock."""

    State = CallState
    state = StateField("état", default=State.DRAFT, choices=State.choices, protected=True, db_index=True)

    ways_back = {
        State.DRAFT: (WayBack("made a call for nothing", by="withdraw", until="always"),),
        State.PUBLISHED: (
            WayBack("published too early", by="withdraw", until="the first file received"),
            WayBack(
                "closes too early",
                instead="« Prolonger » (`extend_closing`)",
                who="`manages_call`",
                until="the instruction",
                told="`call_extended`",
            ),
            WayBack("asked to open the sealed files too early", by="drop_opening", until="their opening"),
            WayBack("opened the sealed files too early", instead="nothing: what is read is read; the journal says who opened, and when"),
        ),
        State.INSTRUCTION: (WayBack("opened the instruction too early", by="take_back_instruction", until="the first file examined"),),
        State.ASSESSMENT: (WayBack("opened the scoring too early", by="take_back_scoring", until="the first evaluation begun"),),
        State.DELIBERATION: (
            WayBack("opened the deliberation too early", by="take_back_deliberation", until="the opening of the sitting"),
            WayBack("every file has been withdrawn since", by="declare_unsuccessful", until="the vote"),
        ),
        State.VOTED: (WayBack("recorded a vote that was not", by="undo_vote", until="the release"),),
        State.RELEASED: (WayBack("released too early", instead="nothing: schools have read it; a decision is then appealed against"),),
        State.ARCHIVED: (WayBack("archived too early", instead="nothing to mend: everything stays readable"),),
        State.UNSUCCESSFUL: (
            WayBack("declared it too early", instead="nothing: the lycées have read it; a new call is published", who="`manages_call`"),
        ),
        State.WITHDRAWN: (WayBack("withdrew a call by mistake", instead="the call is created anew", who="`manages_call`"),),
    }

    class Meta(SealingWorkflow.Meta):
        abstract = True

    @transition(
        field=state, source=State.DRAFT, target=State.PUBLISHED, permission=rules.manages_call,
        conditions=[passages.ready_to_publish], custom={"label": "Publier l’appel", "done": "L’appel est publié.", "effects": passages.publishing},
    )  # fmt: skip
    def publish(self) -> None:
        """The questionnaire is frozen by the receiver of this transition."""

    @transition(
        field=state, source=State.PUBLISHED, target=State.INSTRUCTION, permission=rules.manages_call,
        conditions=[occasions.call_is_over, passages.ready_to_instruct], custom={"label": "Ouvrir l’instruction", "done": "L’instruction est ouverte.", "effects": passages.instructing},
    )  # fmt: skip
    def start_instruction(self) -> None:
        pass

    @transition(
        field=state, source=State.INSTRUCTION, target=State.ASSESSMENT, permission=rules.manages_call,
        conditions=[passages.ready_to_score], custom={"label": "Ouvrir la notation", "done": "La notation est ouverte.", "effects": passages.scoring},
    )  # fmt: skip
    def start_assessment(self) -> None:
        pass

    @transition(
        field=state, source=State.ASSESSMENT, target=State.DELIBERATION, permission=rules.manages_call,
        conditions=[passages.ready_to_deliberate], custom={"label": "Ouvrir la délibération", "done": "La délibération est ouverte.", "effects": passages.deliberating},
    )  # fmt: skip
    def start_deliberation(self) -> None:
        pass

    @transition(
        field=state, source=State.DELIBERATION, target=State.VOTED, permission=rules.records_votes,
        conditions=[passages.ready_to_vote],
        custom={"label": "Enregistrer le vote", "hidden": True},
    )  # fmt: skip
    def record_vote(self, number: str | None = None, held_on: date | None = None) -> None:
        pass

    @transition(
        field=state, source=State.VOTED, target=State.DELIBERATION, permission=rules.undoes_votes,
        conditions=[passages.ready_to_undo_vote], custom={"label": "Annuler le vote enregistré", "hidden": True, "notify": ["vote_undone"]},
    )  # fmt: skip
    def undo_vote(self) -> None:
        """Recorded by mistake, and known to nobody outside: its decisions are proposals again, by the action that carries this out."""

    @transition(
        field=state, source=State.VOTED, target=State.RELEASED, permission=rules.manages_call,
        conditions=[passages.ready_to_release],
        custom={"label": "Publier les résultats", "hidden": True},
    )  # fmt: skip
    def release(self) -> None:
        pass

    @transition(
        field=state, source=State.INSTRUCTION, target=State.PUBLISHED, permission=rules.manages_call, conditions=[occasions.no_file_is_examined],
        custom={
            "label": "Revenir avant l’instruction", "done": "L’instruction est fermée : l’appel peut être prolongé.", "needs_reason": True,
            "effects": (
                "L’appel redevient « Publié » : il peut être prolongé, et l’instruction s’ouvrira ensuite de nouveau.",
                "Rien n’est envoyé aux lycées ; si vous prolongez l’appel, les équipes qui n’ont pas déposé en sont prévenues.",
            ),
        },
    )  # fmt: skip
    def take_back_instruction(self) -> None:
        pass

    @transition(
        field=state, source=State.ASSESSMENT, target=State.INSTRUCTION, permission=rules.manages_call, conditions=[passages.ready_to_take_back_scoring],
        custom={
            "label": "Revenir à l’instruction", "done": "La notation est fermée : l’appel est de nouveau en instruction.", "needs_reason": True,
            "notify": ["scoring_taken_back"], "effects": passages.taking_back_scoring,
        },
    )  # fmt: skip
    def take_back_scoring(self) -> None:
        pass

    @transition(
        field=state, source=State.DELIBERATION, target=State.ASSESSMENT, permission=rules.manages_call,
        conditions=[passages.ready_to_take_back_deliberation],
        custom={
            "label": "Rouvrir la notation", "done": "La notation est rouverte.", "needs_reason": True, "notify": ["scoring_reopened"],
            "effects": passages.taking_back_deliberation,
        },
    )  # fmt: skip
    def take_back_deliberation(self) -> None:
        pass

    @transition(
        field=state, source=State.RELEASED, target=State.ARCHIVED, permission=rules.manages_call,
        custom={"label": "Archiver", "done": "L’appel est archivé.", "effects": passages.archiving},
    )  # fmt: skip
    def archive(self) -> None:
        pass

    @transition(
        field=state, source=[State.INSTRUCTION, State.ASSESSMENT, State.DELIBERATION], target=State.UNSUCCESSFUL, permission=rules.manages_call,
        conditions=[occasions.no_file_is_left, passages.ready_to_end],
        custom={
            "label": "Déclarer l’appel infructueux", "done": "L’appel est déclaré infructueux.", "danger": True, "needs_reason": True,
            "effects": passages.ending, "notify": ["call_unsuccessful"],
        },
    )  # fmt: skip
    def declare_unsuccessful(self, because: str = "") -> None:
        """Nothing is left for the jury, even while it deliberates: the call ends there, for a reason that everybody reads."""
        self.unsuccessful_because = because

    @transition(
        field=state, source=[State.DRAFT, State.PUBLISHED], target=State.WITHDRAWN, permission=rules.manages_call,
        conditions=[occasions.no_file_is_filed], custom={
            "label": "Retirer l’appel", "done": "L’appel est retiré.", "danger": True, "needs_reason": True, "effects": passages.withdrawing_call,
            "notify": ["call_withdrawn"],
        },
    )  # fmt: skip
    def withdraw(self) -> None:
        pass
