use std::net::TcpStream;
use std::time::Duration;

use super::*;

#[tokio::test]
async fn more_users_than_the_usual_backlog_connect_before_the_server_accepts() {
    let (_listener, address) = listen(Ipv4Addr::LOCALHOST.into()).unwrap();
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    let most = allowed.trim().parse::<usize>().unwrap().min(300);
    // The server never accepts, so a connection beyond the backlog fails at its timeout.
    let connect = |_| TcpStream::connect_timeout(&address, Duration::from_secs(3));
    let users: Result<Vec<_>, _> = (0..most).map(connect).collect();
    assert_eq!(users.map(|users| users.len()).map_err(|error| error.to_string()), Ok(most));
}
