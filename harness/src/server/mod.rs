//! Servers under test: child processes, commands and attached ones.
