"""Whatever bytes stand in a rule file, the answer is a plan or complaints, never an exception."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from telekit import rules

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "docs/samples/rules").glob("*.yaml"))]
PIECES = st.sampled_from([b"", b" ", b"  ", b"\n", b"\t", b":", b": ", b"- ", b"{", b"}", b"[", b"]", b"'", b'"', b"#"])
MORE_PIECES = st.sampled_from(
    [b"*", b"&a", b"!!int ", b"<<: ", b"---\n", b"...\n", b"\xff", b"\x00", b"0", b"-1", b"99"]
)
NODES = st.recursive(
    st.sampled_from(["''", "5", "20s", "french", "billing", "+33199001234", "mon-fri 07:00-13:00", "voicemail", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(
                ["queue", "menu", "then", "play", "after", "go", "requires", "skip", "in", "on", "open", "1"]
            ),
            inner,
            max_size=3,
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}")
    ),
    max_leaves=8,
)
SECTIONS = ("timezone", "holidays", "skills", "agents", "shifts", "exceptions", "queues", "lists", "routes", "menus")
KEYS = ("phone", "skills", "shifts", "timezone", "open", "missed", "steps", "closed", "when", "say", "nothing", "file")


def _check(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "rules.yaml")
        file.write_bytes(data)
        for complaint in rules.check(file):
            assert str(complaint)
            assert "\n" not in complaint.headline


@settings(deadline=None)
@given(st.binary())
def test_random_bytes(data: bytes) -> None:
    _check(data)


@settings(deadline=None)
@given(st.data())
def test_rules_that_a_cat_walked_over(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SAMPLES))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    _check(text[:start] + data.draw(PIECES | MORE_PIECES) + text[end:])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SECTIONS), st.sampled_from(KEYS), NODES)
def test_any_shape_anywhere(section: str, key: str, node: str) -> None:
    _check(f"{section}: {node}\n".encode())
    _check(f"{section}: {{billing: {node}}}\n".encode())
    _check(f"{section}: [{node}]\n".encode())
    _check(f"{section}: {{billing: {{{key}: {node}}}}}\n".encode())
    _check(f"{section}: [{{{key}: {node}}}]\n".encode())
