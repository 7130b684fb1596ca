"""What the stories in the browser have in common: a pôle begins, organisations register, needs and offers are posted."""

from tests.people_in_browsers import Someone


def begin(site, browser, kind: type[Someone] = Someone) -> Someone:
    """A pôle, and its first coordinator in a browser."""
    site.manage(
        "create_pole",
        "--name=Pôle du récit",
        "--departments=59,62",
        "--operator=Les Passerelles du récit",
        "--email=coordination@example.org",
        "--commune=59350",
    )
    someone = kind(site, browser, "Maëlle", "Vandamme", "coordination@example.org")
    someone.sign_up("", invitation=someone.link_in("Passerelles"))
    someone.click("Rejoindre")
    return someone


def register(someone: Someone, kind: str, name: str, **numbers: str) -> None:
    someone.open(f"/organisations/nouvelle/{kind}/")
    if "rna" in numbers:  # an association's are folded: it may have none
        someone.page.locator("summary", has_text="SIREN ou RNA").click()
    someone.fill(name=name, purpose="Nous agissons près de chez nous.", **numbers)
    if kind != "collectivite":
        someone.page.locator("[name=legal_form]").select_option(index=1)
    pick_lille(someone)
    someone.click("Inscrire et demander la vérification")


def pick_lille(someone: Someone) -> None:
    """As a keyboard does: type, go down, enter."""
    field = someone.page.locator("[name=commune]")
    field.press_sequentially("lil")
    someone.page.get_by_role("option", name="Lille").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")


def verify(coordinator: Someone, name: str) -> None:
    coordinator.open("/bureau/organisations/")
    coordinator.click(name)
    coordinator.page.locator("[name=verb][value=accept]").click()
    coordinator.page.wait_for_load_state()
    coordinator.look()


def post_a_need(treasurer: Someone) -> str:
    treasurer.open("/besoins/nouveau/")
    treasurer.page.get_by_text("Lui donner un titre").click()
    treasurer.fill(title="Tenir la comptabilité sans se tromper")
    treasurer.page.locator("[name=context]").press_sequentially(
        "Notre comptabilité générale est tenue depuis un an par une seule personne."
    )
    treasurer.fill(deliverable="Une comptabilité à jour et un guide.")
    tick_first_skill(treasurer)
    treasurer.click("Continuer", exact=True)
    treasurer.page.locator("[name=length][value=OTHER]").check()
    treasurer.page.get_by_text("J’ai des dates").click()
    set_dates_and_volume(treasurer)
    treasurer.page.locator("[name=format]").select_option("SPLIT")
    treasurer.click("Continuer", exact=True)
    treasurer.page.locator("[name=cause]").select_option(index=1)
    treasurer.click("Envoyer à la coordination")
    treasurer.sees("La coordination lit votre besoin")
    return treasurer.page.url.removeprefix(treasurer.site.url)


def qualify(coordinator: Someone, need: str) -> None:
    """From the desk: the four questions, then the outcome."""
    coordinator.open("/bureau/")
    coordinator.sees("Tenir la comptabilité")
    coordinator.open(f"/bureau{need}qualifier/")
    for test in ("scope", "transfer", "team", "urgency"):
        coordinator.page.locator(f"[name={test}][value=YES]").check()
    coordinator.page.locator("[name=outcome][value=PUBLISH]").check()
    coordinator.page.locator("[name=end]").click()
    coordinator.page.wait_for_load_state()
    coordinator.look()


def tick_first_skill(someone: Someone) -> None:
    """What was written has been read: the first skill that is understood is ticked."""
    someone.page.locator(".chip-tick").first.wait_for()
    someone.look()
    someone.page.locator(".chip-tick input").first.check()


def set_dates_and_volume(someone: Someone) -> None:
    today = someone.page.evaluate("new Date().toISOString().slice(0, 10)")
    later = someone.page.evaluate("new Date(Date.now() + 90 * 864e5).toISOString().slice(0, 10)")
    someone.fill(starts_on=today, ends_on=later, volume="30")


def post_an_offer(employee: Someone, *, time: str = "OWN") -> None:
    employee.open("/offres/nouvelle/")
    employee.page.locator("[name=person]").select_option(
        label=f"{employee.first_name} {employee.last_name}"
    )
    employee.fill(title="Experte-comptable")
    employee.page.locator("[name=about]").press_sequentially(
        "Je forme les trésoriers et je tiens la comptabilité d'associations."
    )
    tick_first_skill(employee)
    employee.click("Continuer")
    employee.page.locator("[name=amount][value='35']").check()
    employee.click("Continuer")
    employee.page.locator(f"[name=time][value={time}]").check()
    employee.click("Publier")
    employee.sees("Les besoins qui conviennent le mieux")
