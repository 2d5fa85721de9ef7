"""The rules that the scenarios share: three agents at home, two kinds of help."""

NUMBER = "+33199001234"
TECHNICAL = "+33199001235"
CLOSED = "+33199001236"

RULES = """
timezone: Europe/Paris
skills: [french, billing, technical]
agents:
  amina: {name: Amina Benali, phone: sip:amina, skills: {french: 9, billing: 7}, shifts: [always]}
  luc: {name: Luc Moreau, phone: sip:luc, skills: {french: 8, billing: 6}, shifts: [always]}
  nora: {name: Nora Petit, phone: sip:nora, skills: {french: 8, technical: 8}, shifts: [always]}
shifts:
  always: mon-sun 00:00-24:00
  rarely: mon 00:00-00:01 every 52 weeks from 2020-01-06
queues:
  billing:
    requires: {french: 5, billing: 5}
    strategy: fixed
    ring: 4s
    wrap_up: 1s
    missed: {no-answer: {pause_after: 1}, rejected: {skip: 30s}, busy: {skip: 20s}}
    no_agent: {play: no-agent, then: voicemail}
  technical:
    requires: {technical: 5}
    ring: 10s
    no_agent: {play: no-agent, then: hangup}
  never:
    open: mon 00:00-00:01 every 52 weeks from 2020-01-06
    requires: {french: 1}
    closed: {play: closed, then: hangup}
routes:
  - name: billing
    when: {dialed: +33199001234}
    queue: billing
  - name: technical
    when: {dialed: +33199001235}
    queue: technical
  - name: never open
    when: {dialed: +33199001236}
    queue: never
"""


def only(*agents: str) -> str:
    """Give the rules with these agents on shift and nobody else."""
    lines = []
    for line in RULES.splitlines():
        name = line.strip().split(":")[0]
        if name in ("amina", "luc", "nora") and name not in agents:
            line = line.replace("shifts: [always]", "shifts: [rarely]")
        lines.append(line)
    return "\n".join(lines) + "\n"
