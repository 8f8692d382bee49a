//! What a user makes of answers.
