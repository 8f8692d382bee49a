//! Which of the declared tests run: `-m`, `-k`, `--kind`.
