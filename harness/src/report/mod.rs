//! What people and machines read: terminal, markdown, run record, GitHub.
