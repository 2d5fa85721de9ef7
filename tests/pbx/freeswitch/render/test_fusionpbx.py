"""What is written for FusionPBX besides; that FreeSWITCH leads calls by it is shown in tests/dialplans/freeswitch."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.fusionpbx import INBOUND_ROUTE, in_one_file, render_rows
from tests.dialplans.beside import plan_of, rules_now
from tests.pbx.freeswitch.render.test_render import OPTIONS, SHIPPED

PATH = "/etc/freeswitch/telekit/everything.xml"
COLLEAGUE = '<include>\n<extension name="amina"/>\n</include>\n'


def test_the_contexts_stand_right_in_the_section_and_nothing_is_left_to_a_pre_processor() -> None:
    text = in_one_file([(SHIPPED / "dialplan.xml").read_text(), "<include>\n<context name='b'/>\n</include>\n"], [])
    section = ElementTree.fromstring(text).find("section[@name='dialplan']")
    assert section is not None
    names = [each.get("name") for each in section]
    assert names[0] == "telekit-in"
    assert names[-1] == "b"
    assert {each.tag for each in section} == {"context"}
    assert "PRE-PROCESS" not in text


def test_colleagues_come_before_nobody() -> None:
    text = in_one_file([(SHIPPED / "dialplan.xml").read_text()], [COLLEAGUE])
    colleagues = ElementTree.fromstring(text).find(".//context[@name='telekit-colleagues']")
    assert colleagues is not None
    assert [each.get("name") for each in colleagues] == ["amina", "nobody"]


def test_colleagues_that_are_not_xml_are_refused() -> None:
    with pytest.raises(SettingsError, match="telekit-colleagues/ are not XML"):
        in_one_file([(SHIPPED / "dialplan.xml").read_text()], ["<extension>"])


def test_rows_lead_by_path_and_calls_belong_to_a_domain(tmp_path: Path) -> None:
    rows = render_rows(plan_of(tmp_path, rules_now()), OPTIONS, PATH, "pbx.example.org")
    assert f"('dialplan', 'XML:{PATH}')" in rows
    assert f'data="$1 XML:{PATH} telekit-in"' in rows
    assert 'data="domain_name=pbx.example.org"' in rows
    assert rows.endswith("FROM v_domains WHERE domain_name = 'pbx.example.org';\nCOMMIT;\n")


def test_a_domain_that_fusionpbx_lacks_changes_no_row_and_the_administrators_own_are_left(
    tmp_path: Path,
) -> None:
    rows = render_rows(plan_of(tmp_path, rules_now()), OPTIONS, PATH, "pbx.example.org")
    asked = rows.index("IF NOT EXISTS (SELECT FROM v_domains WHERE domain_name = 'pbx.example.org') THEN\n    RAISE")
    assert rows.index("BEGIN;") < asked < rows.index("DELETE")
    (deleted,) = (statement for statement in rows.split(";\n") if statement.startswith("DELETE FROM v_dialplans"))
    assert f"app_uuid = '{INBOUND_ROUTE}'" in deleted
    assert """LIKE '% telekit-in"%'""" in deleted


def test_without_a_transport_of_telekits_own_there_is_no_profile(tmp_path: Path) -> None:
    rows = render_rows(plan_of(tmp_path, rules_now()), replace(OPTIONS, listener=None), PATH, "pbx.example.org")
    assert "INSERT INTO v_sip_profiles" not in rows
    assert "INSERT INTO v_dialplans" in rows


@pytest.mark.parametrize(("path", "tenant"), [("/etc/a b", "pbx.example.org"), (PATH, "x'; DROP TABLE v_dialplans")])
def test_what_would_be_more_than_one_value_is_refused(tmp_path: Path, path: str, tenant: str) -> None:
    with pytest.raises(SettingsError):
        render_rows(plan_of(tmp_path, rules_now()), OPTIONS, path, tenant)
