"""What FusionPBX needs besides: the dialplan as one file that calls are sent to by its path, and rows of its database.

FusionPBX's database answers for every context and every profile, so that FreeSWITCH looks at its own files for neither.
Source: FusionPBX app/switch/resources/scripts/app/xml_handler (dialplan.lua, sofia.conf.lua); FreeSWITCH
mod_dialplan_xml.c, dialplan_hunt: such a file has the contexts right in its section, and no pre-processor reads it.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from telekit.domain.plan import Plan
from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.element import action
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.profile import PROFILE, settings_of
from telekit.pbx.freeswitch.render.public import leading
from telekit.pbx.render import word

COLLEAGUES = "telekit-colleagues/"
INBOUND_ROUTE = "c03b422e-13a8-bd1b-e42b-b6b9b4d27ce4"
"""The kind of a row that FusionPBX's page of inbound routes shows."""
TENANT = "the-uuid-of-the-domain"
"""What the database has something for."""
ORDER = 50
"""After FusionPBX's notes on the caller, before its word that nobody is there."""


def in_one_file(parts: Iterable[str], colleagues: Iterable[str]) -> str:
    """Write the contexts of several files as one, with the files of colleagues at their place.

    Raises `SettingsError` where that is not XML: while calls come by it, it may not break.
    """
    own = [line for each in colleagues for line in _lines(each)]
    lines = [line for part in parts for line in _lines(part, own)]
    text = "\n".join(["<document>", '<section name="dialplan">', *lines, "</section>", "</document>"]) + "\n"
    try:
        ElementTree.fromstring(text)  # noqa: S314 (the administrator's own)
    except ElementTree.ParseError as error:
        raise SettingsError(f"The files of {COLLEAGUES} are not XML: {error}.") from error
    return text


def render_rows(plan: Plan, options: Options, path: str, tenant: str) -> str:
    """Write telekit's profile, and the numbers that the rules lead, as rows.

    `path` is that of the one file, `tenant` the domain of FusionPBX's to which the calls belong. Raises `SettingsError`
    for what cannot stand in a dialplan.
    """
    if not word.is_path(path):
        raise SettingsError(f"{path!r} cannot be named in FreeSWITCH's dialplan: letters, digits and - _ . / only.")
    if not word.is_name(tenant):
        raise SettingsError(f"{tenant!r} is no name of a domain: it has letters, digits and - _ . only.")
    dialplan = f"XML:{path}"
    named = {"profile": PROFILE, "domain": options.domain, "kind": INBOUND_ROUTE, "tenant": tenant}
    told = {name: _text(value) for name, value in named.items()}
    rows = [HEAD.format(**told)]
    if options.listener is not None:
        settings = dict(settings_of(options, options.listener)) | {"dialplan": dialplan}
        values = ",\n".join(f"  ({_text(name)}, {_text(value)})" for name, value in settings.items())
        rows.append(PROFILE_ROWS.format(**told, settings=values))
    whose = [action("export", each, inline=True) for each in (f"domain_name={tenant}", f"domain_uuid={TENANT}")]
    if extensions := "\n".join(leading(plan, dialplan, *whose)):
        told |= {"mark": _text(TENANT), "extensions": _text(extensions)}
        rows.append(ROUTE_ROW.format(**told, order=ORDER))
    return "".join([*rows, "COMMIT;\n"])


def _lines(part: str, own: Iterable[str] = ()) -> Iterator[str]:
    for line in part.splitlines():
        if "X-PRE-PROCESS" in line:
            yield from own if COLLEAGUES in line else ()
        elif line.strip() not in ("<include>", "</include>"):
            yield line


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


HEAD = """\
-- Written by telekit render freeswitch: it is written anew, so change the rules and settings instead.
BEGIN;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM v_domains WHERE domain_name = {tenant}) THEN
    RAISE EXCEPTION 'FusionPBX has no domain %; its rows stay as they were', {tenant};
  END IF;
END $$;
CREATE TEMPORARY TABLE old ON COMMIT DROP AS
  SELECT sip_profile_uuid FROM v_sip_profiles WHERE sip_profile_name = {profile};
DELETE FROM v_sip_profile_settings WHERE sip_profile_uuid IN (SELECT * FROM old);
DELETE FROM v_sip_profile_domains WHERE sip_profile_uuid IN (SELECT * FROM old);
DELETE FROM v_sip_profiles WHERE sip_profile_uuid IN (SELECT * FROM old);
DELETE FROM v_dialplans WHERE dialplan_context = 'public' AND dialplan_name = 'telekit' AND app_uuid = {kind}
  AND dialplan_xml LIKE '% telekit-in"%';
"""
PROFILE_ROWS = """\
INSERT INTO v_sip_profiles (sip_profile_uuid, sip_profile_name, sip_profile_enabled)
  VALUES (gen_random_uuid(), {profile}, 'true');
INSERT INTO v_sip_profile_domains (sip_profile_domain_uuid, sip_profile_uuid,
    sip_profile_domain_name, sip_profile_domain_alias, sip_profile_domain_parse)
  SELECT gen_random_uuid(), sip_profile_uuid, {domain}, 'false', 'false'
  FROM v_sip_profiles WHERE sip_profile_name = {profile};
INSERT INTO v_sip_profile_settings (sip_profile_setting_uuid, sip_profile_uuid,
    sip_profile_setting_name, sip_profile_setting_value, sip_profile_setting_enabled)
  SELECT gen_random_uuid(), sip_profile_uuid, name, value, 'true' FROM v_sip_profiles, (VALUES
{settings}
  ) AS setting (name, value) WHERE sip_profile_name = {profile};
"""
ROUTE_ROW = """\
INSERT INTO v_dialplans (dialplan_uuid, app_uuid,
    dialplan_context, dialplan_name, dialplan_order, dialplan_enabled, dialplan_xml)
  SELECT gen_random_uuid(), {kind}, 'public', 'telekit', {order}, 'true',
    replace({extensions}, {mark}, domain_uuid::text)
  FROM v_domains WHERE domain_name = {tenant};
"""
