"""Judge reports: everything here is pure but the worker, who acts."""
