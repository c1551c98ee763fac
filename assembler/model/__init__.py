"""The nouns that all stages share: frozen values, no behaviour that touches the machine."""
