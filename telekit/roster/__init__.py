"""Who is on shift at an instant, and which queues are open: the one place where telekit turns time local. Pure."""
