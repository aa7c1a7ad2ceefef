"""The policy as people read it, and how a new version is written and approved."""
