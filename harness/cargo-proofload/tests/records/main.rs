//! What is done with recorded runs, as processes: `report`, `compare` and `merge`, and the batch of `preset`.

mod compare;
mod merge;
mod preset;
mod program;
mod report;
