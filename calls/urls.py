"""Addresses of files, on the school's side then on the Région's, and of the calls that are steered.

`/dossiers/<reference>/` is shared: calls.views.file sends each reader to their page.
"""

from django.urls import path

from calls.views import (
    admissibility,
    applicant,
    attachments,
    call_models,
    calls,
    deadlines,
    eligibility,
    file,
    files,
    following,
    needs,
    needs_together,
    officer,
    partners,
    personal,
    priorities,
    reference_data,
    reuse,
    section,
    start,
    to_fill,
    visa,
    withdrawals,
)
from calls.views.building import outline, parts, preview, sections, versions

app_name = "calls"

school_patterns = [
    path("appels/<slug:slug>/deposer/", start.start, name="start"),
    path("appels/<slug:slug>/a-remplir/<uuid:pk>/", to_fill.document, name="to_fill"),
    path("dossiers/<slug:reference>/", file.file, name="file"),
    path("dossiers/<slug:reference>/action/<slug:name>/", file.action, name="action"),
    path("dossiers/<slug:reference>/remarques/<int:pk>/", visa.remark, name="visa_remark"),
    path("dossiers/<slug:reference>/etablissement/", applicant.identity, name="identity"),
    path("dossiers/<slug:reference>/section/<slug:key>/", section.section, name="section"),
    path("dossiers/<slug:reference>/reponses/<slug:question>/", section.answer, name="answer"),
    path("dossiers/<slug:reference>/besoins/<slug:question>/", needs.save, name="needs"),
    path("dossiers/<slug:reference>/besoins/<slug:question>/ajouter/", needs.add, name="add_line"),
    path("dossiers/<slug:reference>/besoins/<slug:question>/coller/", needs_together.paste, name="paste_needs"),
    path("dossiers/<slug:reference>/besoins/<slug:question>/kits/<slug:kit>/", needs_together.add_kit, name="add_kit"),
    path("dossiers/<slug:reference>/lignes/<int:pk>/", needs.change, name="line"),
    path("dossiers/<slug:reference>/lignes/<int:pk>/retirer/", needs.remove, name="remove_line"),
    path("dossiers/<slug:reference>/pieces/<slug:question>/", attachments.upload, name="upload"),
    path("dossiers/<slug:reference>/pieces/<int:pk>/retirer/", attachments.remove, name="remove_file"),
    path("dossiers/<slug:reference>/partenaires/<slug:question>/", partners.ask, name="ask_partner"),
    path("partenariats/<int:pk>/", partners.partnership, name="partnership"),
    path("partenariats/<int:pk>/action/<slug:name>/", partners.act, name="partnership_act"),
    path("dossiers/<slug:reference>/personnel/", personal.personal, name="personal"),
    path("dossiers/<slug:reference>/priorite/", priorities.ranking, name="priorities"),
    path("dossiers/<slug:reference>/retrait/", withdrawals.withdrawal, name="withdrawal"),
    path("dossiers/<slug:reference>/suite/<slug:question>/", following.following, name="following"),
    path("dossiers/<slug:reference>/reprendre/", reuse.reuse_page, name="reuse"),
    path("dossiers/<slug:reference>/presence/", applicant.presence, name="presence"),
    path("dossiers/<slug:reference>/apercu/", applicant.preview, name="preview"),
    path("dossiers/<slug:reference>/versions/<int:number>/", applicant.version, name="version"),
    path("dossiers/<slug:reference>/depot/", applicant.receipt, name="receipt"),
]

region_patterns = [
    path("dossiers/", files.files, name="files"),
    path("dossiers/lot/recevables/", files.declare_admissible, name="declare_admissible"),
    path("dossiers/<slug:reference>/complements/", officer.request_completion, name="request_completion"),
    path("dossiers/<slug:reference>/suivi/", officer.assign, name="assign"),
    path("appels/<slug:slug>/action/<slug:name>/", calls.call_action, name="call_action"),
    path("pilotage/", calls.steering, name="steering"),
    path("pilotage/modeles/", call_models.model_list, name="models"),
    path("pilotage/modeles/<int:pk>/", call_models.model, name="model"),
    path("pilotage/modeles/<int:pk>/renommer/", call_models.rename, name="model_rename"),
    path("pilotage/modeles/<int:pk>/retirer/", call_models.retire, name="model_retire"),
    path("pilotage/modeles/<int:pk>/proposer/", call_models.restore, name="model_restore"),
    path("pilotage/modeles/<slug:key>/", call_models.shipped_model, name="shipped_model"),
    path("pilotage/modeles/<slug:key>/appel/", call_models.new_call, name="new_call"),
    path("pilotage/<slug:reference>/modele/", call_models.save_call, name="save_as_model"),
    path("pilotage/<slug:reference>/donnees/", reference_data.reference_sets, name="reference_sets"),
    path("pilotage/<slug:reference>/donnees/ajouter/", reference_data.add, name="reference_add"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/", reference_data.reference_set, name="reference_set"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/colonnes/", reference_data.columns, name="reference_columns"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/fichier/", reference_data.bring, name="reference_bring"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/supprimer/", reference_data.remove, name="reference_remove"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/<int:number>/", reference_data.reference_edition, name="reference_edition"),
    path("pilotage/<slug:reference>/donnees/<slug:key>/<int:number>/en-vigueur/", reference_data.put_in_force, name="reference_in_force"),
    path("pilotage/<slug:reference>/", calls.steered_call, name="steered_call"),
    path("pilotage/<slug:reference>/vague-suivante/", calls.next_wave, name="next_wave"),
    path("pilotage/<slug:reference>/recevabilite/", admissibility.lines, name="admissibility_lines"),
    path("pilotage/<slug:reference>/recevabilite/ajouter/", admissibility.add, name="admissibility_add"),
    path("pilotage/<slug:reference>/recevabilite/lignes/<slug:key>/", admissibility.change, name="admissibility_line"),
    path("pilotage/<slug:reference>/recevabilite/lignes/<slug:key>/retirer/", admissibility.remove, name="admissibility_remove"),
    path("pilotage/<slug:reference>/lycees-eligibles/", eligibility.eligible_lycees, name="eligible_lycees"),
    path("pilotage/<slug:reference>/prolonger/", calls.extend, name="extend"),
    path("pilotage/<slug:reference>/delais/", deadlines.extensions, name="extensions"),
    path("pilotage/<slug:reference>/delais/accorder/", deadlines.extend_school, name="extend_school"),
    path("pilotage/<slug:reference>/delais/<int:pk>/annuler/", deadlines.extension_cancel, name="extension_cancel"),
    path("pilotage/<slug:reference>/rappels/", deadlines.reminders, name="reminders"),
]

FORM = "pilotage/<slug:reference>/formulaire/"

form_patterns = [
    path(FORM, outline.form, name="form"),
    path(f"{FORM}agir/", outline.act, name="form_act"),
    path(f"{FORM}sections/ajouter/", sections.section_add, name="form_section_add"),
    path(f"{FORM}section/<slug:key>/", sections.section, name="form_section"),
    path(f"{FORM}section/<slug:section>/question/", parts.kinds, name="form_kinds"),
    path(f"{FORM}section/<slug:section>/question/<slug:kind>/", parts.add, name="form_part_add"),
    path(f"{FORM}question/<slug:key>/", parts.part, name="form_part"),
    path(f"{FORM}nouvelle-version/", versions.renew, name="form_renew"),
    path(f"{FORM}mettre-en-vigueur/", versions.force, name="form_force"),
    path(f"{FORM}apercu/", preview.preview, name="form_preview_start"),
    path(f"{FORM}apercu/<slug:key>/", preview.preview, name="form_preview"),
    path(f"{FORM}limites/ajouter/", sections.limit_add, name="form_limit_add"),
    path(f"{FORM}limite/<slug:key>/", sections.limit, name="form_limit"),
]

urlpatterns = [*school_patterns, *region_patterns, *form_patterns]
