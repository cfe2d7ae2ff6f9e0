"""What members do, thin: parse, call a use-case, show a card."""
