"""`estate graph`: ways of connections from the plan, as text and as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estate.cli.graph.by_tenant import by_tenant
from estate.cli.graph.layout import picture
from estate.cli.graph.mermaid import mermaid
from estate.cli.graph.model import Edge, Graph, Layer, Node, few
from estate.cli.graph.svg import svg
from estate.cli.graph.ways import ways
from estate.cli.listing.model import Stack
from estate.cli.listing.table import stacks_of
from estate.cli.main import main
from estate.topics.apps.plan import AppsPlan
from estate.whole import whole
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level0

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return shipped(tmp_path_factory.mktemp("estate"))


@pytest.fixture(scope="module")
def stacks(estate: Estate) -> dict[str, Stack]:
    return {stack.name: stack for stack in stacks_of(whole(estate.root, TODAY))}


def of_app(stack: Stack, name: str) -> Graph:
    return ways(stack, name, lambda app: app.name == name)


def arrows(graph: Graph) -> dict[tuple[str, str], tuple[str, ...]]:
    """By the titles of both ends, the labels."""
    titles = {node.id: node.title for node in graph.nodes}
    return {(titles[edge.start], titles[edge.end]): edge.labels for edge in graph.edges}


def run(estate: Estate, *arguments: str) -> Result:
    command = ["graph", "--root", str(estate.root), *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_an_app_behind_the_load_balancer_has_firewalls_and_its_node_port(
    stacks: dict[str, Stack],
) -> None:
    """N3, E14: from users to the pods."""
    found = arrows(of_app(stacks["dmz"], "policy-portal"))
    assert found[("Users", "f5-dmz")] == ("fw-outer",)
    assert found[("f5-dmz", "23 nodes")] == ("node port 30010", "fw-dmz")
    assert ("23 nodes", "policy-portal") in found


def test_a_web_app_is_reached_by_its_routers(stacks: dict[str, Stack]) -> None:
    """C5: the shard that publishes it, with its name."""
    found = arrows(of_app(stacks["dmz"], "quote"))
    assert ("f5-dmz", "router-default") in found
    assert found[("router-default", "quote")] == ("quote.harbour.example",)


def test_a_database_is_reached_directly_or_by_relays(stacks: dict[str, Stack]) -> None:
    """F1, F3: with the firewall between the zones."""
    direct = arrows(of_app(stacks["dmz"], "policy-portal"))
    relayed = arrows(of_app(stacks["dmz"], "claim-intake"))
    assert direct[("policy-portal", "policydb")] == ("fw-inner",)
    assert relayed[("claim-intake", "Relays")] == ()
    assert relayed[("Relays", "claimdb")] == ("fw-inner",)


def test_both_sides_of_a_call_are_drawn(stacks: dict[str, Stack]) -> None:
    """C4: on the caller's picture and on the callee's."""
    for name in ("policy-portal", "underwriting"):
        found = arrows(of_app(stacks["intranet"], name))
        assert found[("policy-portal", "underwriting")] == ("port 8080",)


def test_every_running_app_is_drawn(stacks: dict[str, Stack]) -> None:
    """N3: as an app, and in the number of its tenant."""
    for stack in stacks.values():
        graph = ways(stack, "all", lambda _: True)
        apps = [app for app in stack.plan.of(AppsPlan).apps if app.running]
        assert {node.title for node in graph.nodes if node.kind == "app"} == {
            app.name for app in apps
        }
        tenants = {node.title: node.lines for node in by_tenant(graph).nodes}
        for tenant in {app.tenant for app in apps}:
            count = sum(app.tenant == tenant for app in apps)
            assert tenants[tenant] == (f"{count} app{'s' if count != 1 else ''}",)


def test_a_retired_app_is_not_drawn(tmp_path: Path) -> None:
    """Nothing connects to it."""
    made = minimal().with_app("shop").with_app("old", state="retired").written(tmp_path)
    (stack, _) = stacks_of(whole(made.root, TODAY))
    titles = {node.title for node in ways(stack, "all", lambda _: True).nodes}
    assert "shop" in titles and "old" not in titles


def test_every_edge_has_both_ends(stacks: dict[str, Stack]) -> None:
    for stack in stacks.values():
        for graph in (ways(stack, "all", lambda _: True), of_app(stack, "policy-portal")):
            ids = {node.id for node in graph.nodes}
            assert all({edge.start, edge.end} <= ids for edge in graph.edges)


def test_boxes_do_not_overlap(stacks: dict[str, Stack]) -> None:
    """Each column is a layer, and connections go to the right."""
    for stack in stacks.values():
        drawn = picture(ways(stack, "all", lambda _: True))
        for number, one in enumerate(drawn.boxes):
            assert one.y >= 0 and one.y + one.height <= drawn.height
            assert one.x + one.width <= drawn.width
            for other in drawn.boxes[number + 1 :]:
                beside = one.x != other.x
                above = one.y + one.height < other.y or other.y + other.height < one.y
                assert beside or above, (one.node.title, other.node.title)


def test_the_same_graph_is_the_same_picture(stacks: dict[str, Stack]) -> None:
    graph = ways(stacks["dmz"], "all", lambda _: True)
    assert svg(graph) == svg(graph)


def test_words_are_escaped() -> None:
    """Names of other teams' devices may have any letter."""
    node = Node(id="a", layer=Layer.CLIENTS, kind="clients", title='<b>"x" & y|z</b>')
    graph = Graph(title="t", nodes=(node,), edges=(Edge(start="a", end="a", labels=('"',)),))
    assert "#lt;b#gt;#quot;x#quot; #amp; y#124;z#lt;/b#gt;" in mermaid(graph)
    texts = [element.text for element in ElementTree.fromstring(svg(graph)).iter()]  # noqa: S314 own text
    assert node.title in texts


def test_long_lists_are_cut_with_their_number() -> None:
    assert few(["a", "b", "c"]) == ("a", "b", "c")
    assert few(["a", "b", "c", "d", "e"]) == ("a", "b", "and 3 more")


def test_the_command_writes_mermaid_by_tenant(estate: Estate) -> None:
    result = run(estate, "--stack", "dmz")
    assert result.exit_code == 0
    assert "flowchart LR" in result.output
    assert '["life<br>1 app"]' in result.output and "policy-portal" not in result.output


def test_the_command_writes_the_apps_of_a_tenant(estate: Estate) -> None:
    result = run(estate, "--stack", "intranet", "--tenant", "claims")
    assert "claims-desk<br>2 pods" in result.output
    assert "commission" not in result.output


def test_the_command_writes_svg(estate: Estate) -> None:
    result = run(estate, "--stack", "dmz", "--app", "quote", "--format", "svg")
    root = ElementTree.fromstring(result.output)  # noqa: S314 own text
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_an_unknown_app_is_answered_with_a_near_name(estate: Estate) -> None:
    result = run(estate, "--stack", "dmz", "--app", "quot")
    assert result.exit_code == 1
    assert "There is no app 'quot' in dmz. Did you mean 'quote'?" in result.output


def test_an_app_and_a_tenant_at_once_are_refused(estate: Estate) -> None:
    result = run(estate, "--stack", "dmz", "--app", "quote", "--tenant", "motor")
    assert result.exit_code == 1
    assert "not both" in result.output
