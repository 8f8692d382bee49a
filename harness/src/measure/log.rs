//! A user's own notebook, and the few counters that are watched while the run goes on.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use super::{Phase, Sample};

/// Counters that the progress line reads while the run goes on. Relaxed; no figure of a verdict comes from here.
#[derive(Debug, Default)]
pub struct Live {
    /// Requests sent, warm-up included.
    pub sent: AtomicU64,
    /// Requests that ended ok.
    pub ok: AtomicU64,
    /// Requests that ended otherwise.
    pub failed: AtomicU64,
    /// Users that have started.
    pub users: AtomicU64,
}

/// One user's way into the recorder of its worker thread. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct UserLog {
    _shared: Rc<RefCell<()>>,
}

impl UserLog {
    /// A log that counts nothing, for requests outside any run (fixtures' own use of a user).
    pub fn detached() -> UserLog {
        todo!()
    }

    /// A request begins: it is intended from now on, and must be closed exactly once.
    pub fn open(&self) -> Phase {
        todo!()
    }

    /// The request of `phase` has ended.
    pub fn close(&self, _phase: Phase, _sample: Sample) {
        todo!()
    }

    /// The request that ended last in this iteration was not ok after all: a check on its response failed.
    /// Returns false when this iteration has sent no request.
    pub fn fail_last(&self, _cause: String) -> bool {
        todo!()
    }

    /// True once the run is over and open requests are being given up.
    pub fn is_ending(&self) -> bool {
        todo!()
    }
}
