//! What the generated code names. Not for people: anything here may change at any time.
