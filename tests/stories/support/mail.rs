//! A mail server that catches what it is given. It refuses addresses with "bounce" in them, and puts those with "later" off.

use base64::Engine;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it was caught.
#[derive(Debug, Clone)]
pub struct Caught {
    pub to: String,
    /// The headers, as they are on the wire.
    pub head: String,
    /// Decoded.
    pub body: String,
}

pub struct Catcher {
    pub url: String,
    caught: Arc<Mutex<Vec<Caught>>>,
}

impl Catcher {
    pub async fn start() -> Catcher {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let caught: Arc<Mutex<Vec<Caught>>> = Arc::default();
        let into = caught.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, into.clone()));
            }
        });
        Catcher { url, caught }
    }

    /// What was caught since this was asked last.
    pub fn take(&self) -> Vec<Caught> {
        std::mem::take(&mut self.caught.lock().unwrap())
    }
}

async fn talk(stream: TcpStream, caught: Arc<Mutex<Vec<Caught>>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 catcher\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "RCPT" if line.contains("bounce") => "550 5.1.1 no such mailbox",
            "RCPT" if line.contains("later") => "451 4.3.0 try again later",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok"
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut data = Vec::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    data.push(line);
                }
                caught.lock().unwrap().push(read(&to, &data));
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// `=E7=A0=94` is 研; a line that ends in `=` goes on in the next.
fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

fn read(to: &str, data: &[String]) -> Caught {
    let end = data.iter().position(String::is_empty).unwrap_or(data.len());
    let head = data[..end].join("\n");
    let lines = &data[end..];
    let body = if head.contains("Content-Transfer-Encoding: base64") {
        let bytes = base64::engine::general_purpose::STANDARD.decode(lines.concat()).unwrap();
        String::from_utf8(bytes).unwrap()
    } else if head.contains("Content-Transfer-Encoding: quoted-printable") {
        quoted_printable(&lines.join("\n"))
    } else {
        lines.join("\n")
    };
    Caught { to: to.to_owned(), head, body }
}
