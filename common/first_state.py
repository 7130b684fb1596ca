"""The models of a first migration, of which each step renders anew what it changes alone (docs/decisions/0071)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def only_what_changes() -> Iterator[None]:
    """A context manager in which a step that changes no relation (an index, a constraint, the words of a choice) renders
    its model anew, and not all that point to it or to what it points to: where all point to people, that is every model for
    every step. The others go on pointing to the model as it was, whose table, name and key are the same; before a step
    that reads rows Django renders all of them, as after any step of this kind."""
    thorough = ProjectState.reload_model

    def reload_model(
        state: ProjectState, app_label: str, model_name: str, delay: bool = False
    ) -> None:
        if not delay:
            thorough(state, app_label, model_name)
        elif "apps" in state.__dict__:
            state.is_delayed = True
            state._reload({(app_label, model_name)})  # type: ignore[attr-defined]

    ProjectState.reload_model = reload_model  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ProjectState.reload_model = thorough  # type: ignore[method-assign]
