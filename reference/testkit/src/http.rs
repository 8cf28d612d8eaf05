use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body as text.
    pub text: String,
    /// The body as JSON; `null` if it isn't JSON.
    pub json: Value,
}

/// One HTTP request on a connection of its own, by nothing but the standard library, so that the
/// services aren't tested with their own client alone. Waits at most 10 s.
pub fn request(method: &str, url: &str, body: &str) -> io::Result<Reply> {
    request_within(Duration::from_secs(10), method, url, body)
}

/// The same with another limit for each wait for the answer.
pub fn request_within(limit: Duration, method: &str, url: &str, body: &str) -> io::Result<Reply> {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
    let parsed: SocketAddr = address.parse().map_err(io::Error::other)?;
    let mut stream = TcpStream::connect_timeout(&parsed, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(limit))?;
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let broken = || io::Error::other(format!("a broken answer: {text:?}"));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let json = serde_json::from_str(body).unwrap_or(Value::Null);
    Ok(Reply { status, text: body.to_owned(), json })
}
