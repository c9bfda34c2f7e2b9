"""Outside standard support on the pages: the form, what the client reads, and the way to an offer."""

import pytest


@pytest.fixture
def ticket(submit, monday):
    """A P1 of Alice's at ACME, an hour old."""
    return submit("P1", "2026-11-16 10:00")


@pytest.fixture
def marked(signed_in, world, ticket):
    """The ticket, marked through the page."""
    sent = {"reason": "Training", "message": "A course is not part of support."}
    answer = signed_in(world.agent).post(f"{ticket.path}outside/", sent, follow=True)
    assert "is outside standard support; the client is told" in answer.content.decode()
    return ticket


def test_an_agent_is_offered_the_policys_reasons(signed_in, world, ticket):
    page = signed_in(world.agent).get(ticket.path).content.decode()
    for reason in ("Customisation and new features", "Data migration", "Training", "Third-party integrations"):
        assert f'<option value="{reason}">' in page
    assert 'id="do-outside"' not in signed_in(world.alice).get(ticket.path).content.decode()


def test_the_client_reads_why_and_is_led_to_an_offer(signed_in, world, marked):
    page = signed_in(world.alice).get(marked.path).content.decode()
    assert "Outside standard support:" in page
    assert "professional-services agreement" in page
    assert f'href="mailto:{world.manager.user.email}?subject=ACME-1"' in page
    staff = signed_in(world.agent).get(marked.path).content.decode()
    assert "Malini, the account manager, can make the client an offer." in staff
    assert 'id="do-covered"' in staff
    assert 'id="do-outside"' not in staff


def test_lists_say_it_in_place_of_a_deadline(signed_in, world, marked):
    assert '<span class="due paused">outside support</span>' in signed_in(world.alice).get("/tickets/").content.decode()
    assert '<span class="due paused">outside support</span>' in signed_in(world.agent).get("/queue/").content.decode()


def test_taken_back_nothing_of_it_stands_on_the_page(signed_in, world, marked):
    agent = signed_in(world.agent)
    assert agent.post(f"{marked.path}covered/", {"reason": "It was a fault."}).status_code == 302
    page = agent.get(marked.path).content.decode()
    assert 'id="outside"' not in page
    assert "It was a fault." in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": "", "message": "m"}, "Choose one of the reasons that the policy lists."),
        ({"reason": "Bad weather", "message": "m"}, "Choose one of the reasons that the policy lists."),
        ({"reason": "Training", "message": ""}, "Tell the client in plain words"),
    ],
)
def test_a_refusal_stands_in_the_form_and_changes_nothing(signed_in, world, ticket, sent, said):
    answer = signed_in(world.agent).post(f"{ticket.path}outside/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_others_do_not_reach_it(signed_in, world, ticket):
    sent = {"reason": "Training", "message": "m"}
    assert signed_in(world.bob).post(f"{ticket.path}outside/", sent).status_code == 403
    assert signed_in(world.narrow).post(f"{ticket.path}outside/", sent).status_code == 404
    assert signed_in(world.alice).post(f"{ticket.path}outside/", sent).status_code == 403


def test_the_form_for_a_new_ticket_has_the_users_part_as_a_checklist(signed_in, world):
    page = signed_in(world.alice).get("/tickets/new/").content.decode()
    boxes = page.split('id="users-part"')[1].split("</section>")[0]
    assert boxes.count('type="checkbox"') == 6
    assert "Attach screenshots or the exact error message." in boxes
