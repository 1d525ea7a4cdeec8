"""Pictures of a study: what its paper published, and ours beside it."""
