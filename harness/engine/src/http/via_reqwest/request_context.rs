//! What a request over reqwest needs besides its client.

use std::rc::Rc;

use crate::clock::Clock;
use crate::http::address::Address;
use crate::http::peers::Peers;
use crate::http::traffic::Traffic;

/// Where a request goes, how long the body of its response may be, and where its bytes and times are noted.
#[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "nothing is sent without reqwest"))]
pub(crate) struct RequestContext {
    pub address: Rc<Address>,
    pub peers: Rc<Peers>,
    pub body_limit: u64,
    pub discards_body: bool,
    pub traffic: Rc<Traffic>,
    pub clock: Clock,
}
