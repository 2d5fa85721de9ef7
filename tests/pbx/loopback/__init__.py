"""The switch without telephones."""
