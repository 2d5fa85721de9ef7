"""What the journal's facts come to, for people and for programs that read no journal."""
