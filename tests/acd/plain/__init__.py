"""A second distributor, written to be plain and slow: it goes through everybody and everything at every moment.

It shares with the real one only the nouns and the roster, which has an oracle of its own. What it does is the
meaning of the rules; what the real one does with its indexes has to come to the same.
"""
