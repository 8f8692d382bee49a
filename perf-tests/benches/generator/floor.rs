//! The least that a generator can cost here: the system calls of its requests in a bare loop, and next to nothing else.
//!
//! It relies on short answers, does no accounting except a count, and has no options. What a real generator costs beyond
//! it is the generator's own cost; the rest is the cost of the system calls.
//!
//! There are two such loops. In the bare loop, all system calls are in one function, which never returns. In the other, each is in a
//! function of its own, as in every program that is more than a loop: a return after a system call may cost more than a small system
//! call. The kernel's guard for the returns of some AMD processors leaves its own addresses where the processor looks for that of the next return
//! (`spec_rstack_overflow` in `/sys/devices/system/cpu/vulnerabilities`).

use std::ffi::{OsStr, OsString};
use std::io;
use std::marker::PhantomData;
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::net::{RecvFlags, SendFlags, recv};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use super::load::{GeneratorCost, GeneratorLoad};
use super::process::{self, GENERATOR_CORE, pinned};

/// The environment variable that makes this binary such a loop: `users rate_per_s duration_s address loop`, a rate of 0 for a closed load.
const FLOOR: &str = "GENERATOR_FLOOR";

const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: floor\r\n\r\n";
/// The timer's number among those of the connections.
const TIMER: u64 = u64::MAX;

/// The last word of the order for [`Called`].
const CALLED: &str = "called";

/// Runs the bare loop as a process of its own.
pub(crate) fn run(load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
    run_as(load, url, "in-one")
}

/// Runs the loop whose system calls are made in functions.
pub(crate) fn run_called(load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
    run_as(load, url, CALLED)
}

fn run_as(load: &GeneratorLoad, url: &str, which: &str) -> io::Result<Option<GeneratorCost>> {
    let address = url.trim_start_matches("http://");
    let order = format!("{} {} {} {address} {which}", load.users, load.rate_per_s.unwrap_or(0), load.duration_s);
    let mut command = pinned(GENERATOR_CORE, &std::env::current_exe()?);
    command.env(FLOOR, order);
    let used = process::run(command, load.longest_run())?;
    let requests: f64 = used.printed.trim().parse().map_err(|_| io::Error::other(used.printed.clone()))?;
    Ok(Some(GeneratorCost::by_count(&used, requests, load)))
}

/// The load, if this process was started as one of the loops.
pub(crate) fn order() -> Option<OsString> {
    std::env::var_os(FLOOR)
}

/// Offers the load, and prints how many requests were answered.
pub(crate) fn offer(order: &OsStr) -> ExitCode {
    let text = order.to_string_lossy();
    let words: Vec<&str> = text.split(' ').collect();
    let number = |index: usize| words.get(index).and_then(|word| word.parse().ok()).unwrap_or(0);
    let address = words.get(3).copied().unwrap_or_default();
    let offer = if words.last() == Some(&CALLED) { answered::<Called> } else { answered::<InOne> };
    match offer(address, number(0), number(1), Duration::from_secs(number(2))) {
        Ok(answered) => {
            println!("{answered}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the bare loop: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How the loop makes its system calls.
trait SystemCalls {
    fn wait(epoll: &OwnedFd, events: &mut Vec<Event>) -> rustix::io::Result<()>;
    fn receive(connection: &TcpStream, answer: &mut [u8]) -> rustix::io::Result<usize>;
    fn send(connection: &TcpStream) -> rustix::io::Result<usize>;
}

/// All of them in one function.
struct InOne;

/// Each in a function, which returns.
struct Called;

impl SystemCalls for InOne {
    #[inline(always)]
    fn wait(epoll: &OwnedFd, events: &mut Vec<Event>) -> rustix::io::Result<()> {
        epoll::wait(epoll, spare_capacity(events), None).map(|_count| ())
    }

    #[inline(always)]
    fn receive(connection: &TcpStream, answer: &mut [u8]) -> rustix::io::Result<usize> {
        recv(connection, answer, RecvFlags::empty()).map(|(count, _)| count)
    }

    #[inline(always)]
    fn send(connection: &TcpStream) -> rustix::io::Result<usize> {
        rustix::net::send(connection, REQUEST, SendFlags::NOSIGNAL)
    }
}

impl SystemCalls for Called {
    #[inline(never)]
    fn wait(epoll: &OwnedFd, events: &mut Vec<Event>) -> rustix::io::Result<()> {
        InOne::wait(epoll, events)
    }

    #[inline(never)]
    fn receive(connection: &TcpStream, answer: &mut [u8]) -> rustix::io::Result<usize> {
        InOne::receive(connection, answer)
    }

    #[inline(never)]
    fn send(connection: &TcpStream) -> rustix::io::Result<usize> {
        InOne::send(connection)
    }
}

struct Loop<C> {
    calls: PhantomData<C>,
    epoll: OwnedFd,
    timer: OwnedFd,
    connections: Vec<TcpStream>,
    free: Vec<usize>,
    answer: Vec<u8>,
    answered: u64,
}

fn answered<C: SystemCalls>(address: &str, users: u64, rate_per_s: u64, duration: Duration) -> io::Result<u64> {
    let mut all = Loop::<C>::open(address, users)?;
    let mut events: Vec<Event> = Vec::with_capacity(1024);
    let every = (rate_per_s > 0).then(|| Duration::from_secs(1) / rate_per_s as u32);
    let (begun, mut due) = (Instant::now(), every.unwrap_or_default());
    if let Some(every) = every {
        all.start_timer(every)?;
    } else {
        (0..all.connections.len()).try_for_each(|number| all.send(number))?;
    }
    loop {
        events.clear();
        C::wait(&all.epoll, &mut events)?;
        let elapsed = begun.elapsed();
        for event in &events {
            all.receive(event.data.u64(), every.is_none())?;
        }
        if elapsed > duration {
            return Ok(all.answered);
        }
        while let Some(every) = every.filter(|_| due <= elapsed) {
            let Some(number) = all.free.pop() else { break };
            all.send(number)?;
            due += every;
        }
    }
}

impl<C: SystemCalls> Loop<C> {
    fn open(address: &str, users: u64) -> io::Result<Loop<C>> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let timer = timer()?;
        let flags = EventFlags::IN | EventFlags::ET;
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), flags)?;
        let mut connections = Vec::new();
        for number in 0..users {
            let stream = TcpStream::connect(address)?;
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            epoll::add(&epoll, stream.as_fd(), EventData::new_u64(number), flags)?;
            connections.push(stream);
        }
        let free = (0..connections.len()).collect();
        Ok(Loop { calls: PhantomData, epoll, timer, connections, free, answer: vec![0; 4 * 1024], answered: 0 })
    }

    fn start_timer(&self, every: Duration) -> io::Result<()> {
        let every = Timespec::try_from(every).map_err(io::Error::other)?;
        let ticks = Itimerspec { it_interval: every, it_value: every };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &ticks)?;
        Ok(())
    }

    #[inline(always)]
    fn send(&self, number: usize) -> io::Result<()> {
        C::send(&self.connections[number])?;
        Ok(())
    }

    /// Assumes that the answer arrives in one piece.
    #[inline(always)]
    fn receive(&mut self, number: u64, send_again: bool) -> io::Result<()> {
        if number == TIMER {
            rustix::io::read(&self.timer, &mut [0; 8])?;
            return Ok(());
        }
        let number = number as usize;
        if C::receive(&self.connections[number], &mut self.answer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.answered += 1;
        if send_again {
            return self.send(number);
        }
        self.free.push(number);
        Ok(())
    }
}

fn timer() -> io::Result<OwnedFd> {
    Ok(timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?)
}
