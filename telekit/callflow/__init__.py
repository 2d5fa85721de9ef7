"""Call scripts, written once, run on any switch: route, menu, the agents' codes, voicemail."""
