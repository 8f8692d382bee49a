//! What the decoder promises, over every way in which bytes may arrive.
