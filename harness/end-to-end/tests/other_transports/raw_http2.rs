//! A server that speaks as much HTTP/2 as a test needs, frame by frame: what hyper's server does not do on purpose.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PREFACE_BYTES: usize = 24;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM_AND_HEADERS: u8 = 0x5;

/// What is done with a request.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    /// The connection ends, and the request was not processed.
    GoAway,
    /// The stream ends, and the request was not processed.
    Refuse,
    /// Status 200 without a body.
    Answer,
}

/// Does `deeds` one after the other, and then the last again and again. Each connection carries one request.
pub(crate) struct RawHttp2 {
    pub(crate) base_url: String,
    requests: Arc<AtomicUsize>,
}

impl RawHttp2 {
    pub(crate) fn start(deeds: &'static [Deed]) -> RawHttp2 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that leaves in the middle is not an error of the server.
                drop(stream.and_then(|stream| serve(stream, deeds, &counted)));
            }
        });
        RawHttp2 { base_url, requests }
    }

    /// Requests that have arrived.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, deeds: &[Deed], requests: &AtomicUsize) -> std::io::Result<()> {
    stream.read_exact(&mut [0; PREFACE_BYTES])?;
    write_frame(&mut stream, SETTINGS, 0, 0, &[])?;
    loop {
        let (kind, stream_id) = read_frame(&mut stream)?;
        if kind != HEADERS {
            continue;
        }
        let number = requests.fetch_add(1, Ordering::SeqCst);
        match deeds[number.min(deeds.len() - 1)] {
            // The last stream that was processed: none. No error.
            Deed::GoAway => return write_frame(&mut stream, GOAWAY, 0, 0, &[0; 8]),
            Deed::Refuse => write_frame(&mut stream, RST_STREAM, 0, stream_id, &7u32.to_be_bytes())?,
            // The eighth entry of the static table: `:status: 200`.
            Deed::Answer => write_frame(&mut stream, HEADERS, END_STREAM_AND_HEADERS, stream_id, &[0x88])?,
        }
    }
}

fn write_frame(stream: &mut TcpStream, kind: u8, flags: u8, stream_id: u32, payload: &[u8]) -> std::io::Result<()> {
    let mut frame = u32::try_from(payload.len()).expect("a short frame").to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream_id.to_be_bytes());
    frame.extend(payload);
    stream.write_all(&frame)
}

/// Its kind and its stream.
fn read_frame(stream: &mut TcpStream) -> std::io::Result<(u8, u32)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    stream.read_exact(&mut vec![0; length as usize])?;
    Ok((head[3], u32::from_be_bytes([head[5], head[6], head[7], head[8]])))
}
