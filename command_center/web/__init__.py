"""HTTP routes and session middleware beside the screens."""
