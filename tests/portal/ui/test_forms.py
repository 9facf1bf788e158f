import pytest
from django import forms

from portal.ui.fields import EXAMPLE_DAY, AmountField, DayField, PlainTextField
from tests.reading import elements_of, links_of, texts_of, the, values_of, words_of


class Sample(forms.Form):
    title = forms.CharField(label="Titre du projet", max_length=120, help_text="En une phrase.")
    summary = forms.CharField(label="Résumé", max_length=1200, widget=forms.Textarea, required=False)
    level = forms.ChoiceField(label="Niveau", choices=[("2nde", "Seconde"), ("1re", "Première")])
    boarding = forms.ChoiceField(label="Internat ?", choices=[("o", "Oui"), ("n", "Non")], widget=forms.RadioSelect)
    subjects = forms.MultipleChoiceField(
        label="Disciplines", choices=[("l", "Lettres"), ("m", "Maths")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="J’ai lu le règlement")
    quote = forms.FileField(label="Devis", required=False)
    day = forms.DateField(label="Livraison", required=False, widget=forms.DateInput(attrs={"type": "date", "class": "w-auto"}))
    version = forms.IntegerField(widget=forms.HiddenInput)


def field(draw, name, data=None, tag="{% field form.NAME %}"):
    return draw(tag.replace("NAME", name), {"form": Sample(data)})


def test_field_ties_help_to_the_control(draw):
    html = field(draw, "title")

    assert texts_of(html, 'label.form-label[for="id_title"]') == ["Titre du projet (obligatoire)"]
    assert texts_of(html, "label > span.fw-normal") == ["(obligatoire)"]
    assert texts_of(html, "div.form-text#id_title_aide") == ["En une phrase."]
    assert the(html, "input")["aria-describedby"] == "id_title_aide"
    assert "aria-invalid" not in html


def test_field_in_error_says_it_after_and_ties_it(draw):
    html = field(draw, "title", {"title": ""})

    control = the(html, "input")
    assert control["aria-describedby"] == "id_title_aide id_title_erreur"
    assert control["aria-invalid"] == "true"
    assert control["class"] == ["form-control", "is-invalid"]
    assert [element.get("id") for element in elements_of(html, "input, #id_title_erreur")] == ["id_title", "id_title_erreur"]


def test_field_keeps_and_escapes_what_was_typed(draw):
    html = field(draw, "summary", {"summary": "</textarea><script>x</script>"})

    assert elements_of(html, "script") == []
    assert the(html, "textarea").get_text(strip=True) == "</textarea><script>x</script>"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "0\u00a0signe sur 1\u00a0200"),
        ("abc\r\nd", "5\u00a0signes sur 1\u00a0200"),
        ("x" * 1201, "1\u00a0201\u00a0signes sur 1\u00a0200, 1 de trop"),
    ],
)
def test_textarea_counts_signs_and_is_never_cut_by_the_browser(draw, typed, said):
    html = field(draw, "summary", {"summary": typed})

    assert texts_of(html, 'p.pr-meta.mb-0.mt-1#id_summary_compte[data-limit="1200"]') == [said]
    assert "maxlength" not in html
    assert the(html, "textarea")["data-counter"] == "id_summary_compte"


def test_radio_buttons_make_a_group_with_its_legend(draw):
    html = field(draw, "boarding", {"boarding": "n"})

    assert texts_of(html, "fieldset > legend.form-label.fs-6") == ["Internat\u00a0? (obligatoire)"]
    assert texts_of(html, "legend > span.fw-normal") == ["(obligatoire)"]
    assert len(elements_of(html, 'input[type="radio"]')) == 2
    assert len(elements_of(html, "input.form-check-input")) == 2
    assert values_of(html, "boarding") == ["n"]
    assert texts_of(html, 'label.form-check-label.ms-1[for="id_boarding_1"]') == ["Non"]


def test_group_in_error_is_described_on_the_group(draw):
    html = field(draw, "boarding", {})

    assert the(html, "fieldset.mb-3")["aria-describedby"] == "id_boarding_erreur"


def test_several_boxes_keep_several_answers(draw):
    html = field(draw, "subjects", {"subjects": ["l", "m"]})

    assert (len(elements_of(html, 'input[type="checkbox"]')), values_of(html, "subjects")) == (2, ["l", "m"])


def test_checkbox_has_its_label_beside(draw):
    html = field(draw, "agreed")

    control, label = elements_of(html, 'input[type="checkbox"], label')
    assert (control["id"], label["for"], label["class"]) == ("id_agreed", "id_agreed", ["form-check-label", "ms-1"])


def test_select_file_date_and_hidden_have_their_own_classes(draw):
    assert the(field(draw, "level"), "select")["class"] == ["form-select"]
    assert the(field(draw, "quote"), 'input[type="file"][name="quote"]')["class"] == ["form-control"]
    assert the(field(draw, "day"), "input")["class"] == ["form-control", "w-auto"]
    assert field(draw, "version").strip() == '<input type="hidden" name="version" id="id_version">'


def test_field_takes_texts_in_place_of_those_of_the_form(draw):
    html = field(draw, "title", tag='{% field form.NAME label="Nom" help="Court." css="mb-0" %}')

    assert len(elements_of(html, "div.mb-0")) == 1
    assert (words_of(the(html, "label")), words_of(the(html, ".form-text"))) == ("Nom (obligatoire)", "Court.")


def test_form_errors_counts_links_and_takes_the_focus(draw):
    form = Sample({"title": "Oui", "level": "2nde", "agreed": "on", "version": "1"})

    html = draw("{% form_errors form %}", {"form": form})

    assert "Une réponse est à corriger." in html
    assert links_of(html) == [("Internat\u00a0?", "#id_boarding_0")]
    assert the(html, "[role]").get("role") == "alert"
    assert len(elements_of(html, "[data-focus]")) == 1


def test_form_errors_is_silent_when_nothing_is_wrong_or_sent(draw):
    good = Sample({"title": "Oui", "level": "2nde", "agreed": "on", "version": "1", "boarding": "o"})

    assert draw("{% form_errors form other %}", {"form": Sample(), "other": good}).strip() == ""


def test_form_errors_gathers_several_forms_and_general_errors(draw):
    other = Sample({})
    other.add_error(None, "Le total dépasse le plafond : <b>140 000 €</b>.")

    html = draw("{% form_errors form other %}", {"form": Sample({}), "other": other})

    assert "10 réponses sont à corriger." in html
    assert "Le total dépasse le plafond\u00a0: &lt;b&gt;140\u00a0000\u00a0€&lt;/b&gt;." in html


class Asked(forms.Form):
    name = PlainTextField(label="Nom", max_length=20)
    mail = forms.EmailField(label="Adresse :")
    day = DayField(label="À livrer le")
    amount = AmountField(label="Montant")
    choice = forms.ChoiceField(label="Accord ?", choices=[("o", "Oui")])
    read = forms.BooleanField(label="J’ai relu")
    quote = forms.FileField(label="Devis")
    own = forms.CharField(label="Motif", error_messages={"required": "Dites pourquoi."})


def test_missing_answer_is_said_with_the_name_of_the_field_and_an_example(draw):
    form = Asked({})

    said = [
        texts_of(draw("{% field form.NAME %}".replace("NAME", name), {"form": form}), ".invalid-feedback span")[0] for name in form.fields
    ]

    assert [sentence.replace("\u00a0", " ").replace("\u202f", " ") for sentence in said] == [
        "« Nom » est à remplir.",
        "« Adresse » est à remplir, par exemple prenom.nom@ac-nancy-metz.fr.",
        f"« À livrer le » est à remplir, par exemple {EXAMPLE_DAY}.",
        "« Montant » est à remplir, par exemple 12 345,60.",
        "« Accord » : choisissez une réponse.",
        "« J’ai relu » : cochez la case pour continuer.",
        "« Devis » : choisissez un fichier.",
        "Dites pourquoi.",
    ]


def test_error_says_the_name_that_is_on_the_screen(draw):
    html = draw('{% field form.name label="Nom d’usage" %}', {"form": Asked({})})

    assert words_of(the(html, ".invalid-feedback")).replace("\u00a0", " ") == "« Nom d’usage » est à remplir."


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/compte/login/", "/compte/signup/", "/compte/password/reset/"], ids=["sign in", "sign up", "password"])
def test_empty_form_comes_back_with_a_title_and_a_summary_that_say_so(client, path):
    before = texts_of(client.get(path), "title")[0]

    page = client.post(path, {})

    assert texts_of(page, "title") == [f"Erreur\u00a0: {before}"]
    assert len(elements_of(page, "[data-errors][data-focus]")) == 1
