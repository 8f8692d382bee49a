//! Messages in packets that a broker accepts, and back: pure.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

/// A packet has at most so many bytes of its message: half of what a NATS server accepts unless it is configured otherwise.
pub(super) const MOST_BYTES: usize = 512 * 1024;

/// The same with what a packet has beside them.
pub(super) const LARGEST_PACKET: usize = MOST_BYTES + 64;

/// So many answers are kept for each process, which asks again if an answer was lost.
const ANSWERS_KEPT: usize = 16;

/// Which message it is: the number of a process and that of its message.
pub(super) type TransferId = (u64, u64);

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packet {
    pub(super) transfer: TransferId,
    /// 0, 1, 2 …
    pub(super) number: u32,
    /// How many packets the message has.
    pub(super) of: u32,
    #[serde(with = "serde_bytes")]
    pub(super) bytes: Vec<u8>,
}

/// The packets of a message, at least one.
pub(super) fn packets(transfer: TransferId, message: &[u8]) -> Vec<Packet> {
    let of = message.len().div_ceil(MOST_BYTES).max(1) as u32;
    let part = |number: u32| {
        let begins = number as usize * MOST_BYTES;
        message[begins..message.len().min(begins + MOST_BYTES)].to_vec()
    };
    (0..of).map(|number| Packet { transfer, number, of, bytes: part(number) }).collect()
}

/// What is to be done with a packet that has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// The message is complete.
    Message(Vec<u8>),
    /// More packets follow.
    Part,
    /// The message was complete before, and this is its answer.
    AnsweredBefore(Vec<u8>),
    /// The message was complete before, and is being answered.
    InProgress,
}

/// Puts packets together. Each message comes out once, however often its packets come.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    open: HashMap<TransferId, Vec<Option<Vec<u8>>>>,
    in_progress: Vec<TransferId>,
    /// By process, with the number of the message.
    answers: HashMap<u64, VecDeque<(u64, Vec<u8>)>>,
}

impl Assembly {
    /// Takes a packet.
    pub(super) fn receive(&mut self, packet: Packet) -> Received {
        let Packet { transfer, number, of, bytes } = packet;
        let (process, message) = transfer;
        let mut answered = self.answers.get(&process).into_iter().flatten();
        if let Some((_, answer)) = answered.find(|(answered, _)| *answered == message) {
            return Received::AnsweredBefore(answer.clone());
        }
        if self.in_progress.contains(&transfer) {
            return Received::InProgress;
        }
        let parts = self.open.entry(transfer).or_insert_with(|| vec![None; of as usize]);
        if let Some(part) = parts.get_mut(number as usize) {
            *part = Some(bytes);
        }
        if parts.iter().any(Option::is_none) {
            return Received::Part;
        }
        let parts = self.open.remove(&transfer).unwrap_or_default();
        self.in_progress.push(transfer);
        Received::Message(parts.into_iter().flatten().flatten().collect())
    }

    /// Keeps the answer to a message, for those who ask again.
    pub(super) fn answered(&mut self, transfer: TransferId, answer: Vec<u8>) {
        self.taken(transfer);
        let (process, message) = transfer;
        let answers = self.answers.entry(process).or_default();
        if answers.len() == ANSWERS_KEPT {
            answers.pop_front();
        }
        answers.push_back((message, answer));
    }

    /// Forgets a message that needs no answer.
    pub(super) fn taken(&mut self, transfer: TransferId) {
        self.in_progress.retain(|one| *one != transfer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::encoding::encode;

    fn message(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn a_message_of_any_length_comes_out_as_it_went_in_in_any_order_of_its_packets() {
        for length in [0, 1, MOST_BYTES - 1, MOST_BYTES, MOST_BYTES + 1, 20_000_000] {
            let mut parts = packets((7, 1), &message(length));
            assert!(parts.iter().all(|packet| packet.bytes.len() <= MOST_BYTES));
            parts.reverse();
            let mut assembly = Assembly::default();
            let last = parts.pop().unwrap();
            for packet in parts {
                assert_eq!(assembly.receive(packet), Received::Part);
            }
            assert_eq!(assembly.receive(last), Received::Message(message(length)));
        }
    }

    #[test]
    fn no_packet_is_larger_than_a_broker_must_accept() {
        let packet =
            Packet { transfer: (u64::MAX, u64::MAX), number: u32::MAX, of: u32::MAX, bytes: message(MOST_BYTES) };
        assert!(encode(&packet).unwrap().len() <= LARGEST_PACKET);
    }

    #[test]
    fn a_message_that_comes_again_is_answered_as_before_and_not_taken_twice() {
        let packet = packets((1, 5), b"stop").pop().unwrap();
        let mut assembly = Assembly::default();
        assert_eq!(assembly.receive(packet.clone()), Received::Message(b"stop".to_vec()));
        assert_eq!(assembly.receive(packet.clone()), Received::InProgress);
        assembly.answered((1, 5), b"done".to_vec());
        assert_eq!(assembly.receive(packet), Received::AnsweredBefore(b"done".to_vec()));
        assert!(matches!(assembly.receive(packets((1, 6), b"stop").pop().unwrap()), Received::Message(_)));
    }

    #[test]
    fn the_last_answers_to_each_process_are_kept_however_many_processes_there_are() {
        let mut assembly = Assembly::default();
        let packet = |transfer| packets(transfer, b"").pop().unwrap();
        for (process, number) in (0..200).flat_map(|number| [(1, number), (2 + number, 0)]) {
            assembly.receive(packet((process, number)));
            assembly.answered((process, number), Vec::new());
        }
        assert_eq!(assembly.receive(packet((2, 0))), Received::AnsweredBefore(Vec::new()));
        let kept = assembly.answers[&1].iter().map(|(number, _)| *number);
        assert!(kept.eq(200 - ANSWERS_KEPT as u64..200));
        assert_eq!((assembly.in_progress.len(), assembly.open.len()), (0, 0));
    }
}
