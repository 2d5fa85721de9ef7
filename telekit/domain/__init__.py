"""The nouns of telekit, frozen: agents, skills, queues, shifts, calls, and the plan that holds them."""
