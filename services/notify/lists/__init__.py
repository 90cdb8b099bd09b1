"""Keep lists of others true: take out what they may not show any more, and tell it anew where they may again."""
