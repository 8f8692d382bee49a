//! `PROOFLOAD_BIND`: where the servers that are started listen.

use std::net::IpAddr;

use super::origin::GivenText;
use super::usage::UsageMistake;

/// The address. Whether this machine has it is found out where servers start.
pub(super) fn read(given: &GivenText, mistakes: &mut Vec<UsageMistake>) -> Option<IpAddr> {
    let GivenText { text, origin } = given;
    let Ok(address) = text.parse::<IpAddr>() else {
        let expects = "an IP address of this machine, such as `192.168.1.10`";
        mistakes.push(UsageMistake::Mismatch { origin: origin.clone(), expects, written: text.clone() });
        return None;
    };
    if is_of_one_machine(address) {
        return Some(address);
    }
    mistakes.push(UsageMistake::NotOneMachine { origin: origin.clone(), address });
    None
}

fn is_of_one_machine(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !address.is_unspecified() && !address.is_multicast() && !is_broadcast
}
