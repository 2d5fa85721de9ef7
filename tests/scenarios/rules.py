"""The rules that the scenarios share: three agents at home, two kinds of help."""

NUMBER = "+33199001234"
CLOSED_NUMBER = "+33199001235"

RULES = """
timezone: Europe/Paris
skills: [french, billing, technical]
agents:
  amina: {name: Amina Benali, phone: sip:amina, skills: {french: 9, billing: 7}, shifts: [always], timezone: UTC}
  luc: {name: Luc Moreau, phone: sip:luc, skills: {french: 8, billing: 6}, shifts: [always], timezone: UTC}
  nora: {name: Nora Petit, phone: sip:nora, skills: {french: 8, technical: 8}, shifts: [always], timezone: UTC}
shifts:
  always: mon-sun 00:00-24:00
queues:
  billing:
    requires: {french: 5, billing: 5}
    strategy: fixed
    ring: 4s
    wrap_up: 1s
    missed: {no-answer: {pause_after: 1}, rejected: {skip: 30s}, busy: {skip: 20s}}
    no_agent: {play: no-agent, then: voicemail}
routes:
  - name: billing
    when: {dialed: +33199001234}
    queue: billing
"""
