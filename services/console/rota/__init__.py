"""The rota on the desk: who is on duty, where nobody is, and what an office changes of it."""
