"""People at the same incident at the same time: who has it open, and what changed while a form was filled in."""
