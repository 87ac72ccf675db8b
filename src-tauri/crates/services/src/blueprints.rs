//! Workflows to begin with.
