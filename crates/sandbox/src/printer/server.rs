//! The printer's network card: a raw TCP port for one host at a time.
//!
//! Guarantees: while a host is connected, another one is refused at once; a host silent for
//! five minutes is dropped; with the power off, the port is closed. Deliberately absent: a
//! queue of hosts.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::Printer;
use crate::world::hold;

/// A host that says nothing for so long is dropped (printing reference, section 5).
const IDLE: Duration = Duration::from_secs(5 * 60);
/// A host that does not take an answer for so long is dropped.
const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// Pause before the port is tried again.
const BIND_PAUSE: Duration = Duration::from_millis(250);

pub(crate) async fn bind(addr: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(addr).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

/// Serves hosts until the sandbox stops.
pub(crate) async fn serve(printer: Arc<Printer>, listener: TcpListener) {
    let mut stopping = printer.stopping.clone();
    tokio::select! {
        () = work(&printer, listener) => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

async fn work(printer: &Printer, listener: TcpListener) {
    let mut plugged = Some(listener);
    loop {
        match plugged.take() {
            Some(listener) if printer.powered() => {
                plugged = Some(listener);
                if let Some(listener) = &plugged {
                    accept_or_stir(printer, listener).await;
                }
            }
            // Unplugged: dropping the listener closes the port.
            Some(listener) => drop(listener),
            None if printer.powered() => match TcpListener::bind(printer.addr()).await {
                Ok(listener) => plugged = Some(listener),
                Err(error) => {
                    tracing::warn!(printer = printer.name(), %error, "the port is taken");
                    tokio::time::sleep(BIND_PAUSE).await;
                }
            },
            None => printer.stirred.notified().await,
        }
    }
}

async fn accept_or_stir(printer: &Printer, listener: &TcpListener) {
    tokio::select! {
        () = printer.stirred.notified() => {}
        accepted = listener.accept() => match accepted {
            Ok((stream, _)) => host(printer, listener, stream).await,
            Err(error) => {
                tracing::warn!(printer = printer.name(), %error, "no connection");
                tokio::time::sleep(BIND_PAUSE).await;
            }
        },
    }
}

/// One host, from its connection to its end.
async fn host(printer: &Printer, listener: &TcpListener, mut stream: TcpStream) {
    printer.with(super::machine::Machine::connected);
    let mut buffer = [0u8; 4096];
    loop {
        tokio::select! {
            // First what the host has sent, so that its end is seen before the next host.
            biased;
            read = stream.read(&mut buffer) => match read {
                Ok(1..) => {
                    let count = read.unwrap_or(0);
                    printer.with(|machine, now| machine.receive(&buffer[..count], now));
                }
                Ok(0) | Err(_) => break,
            },
            () = printer.stirred.notified() => {
                if !printer.powered() {
                    break;
                }
            }
            accepted = listener.accept() => {
                if accepted.is_ok() {
                    printer.with(|machine, _| machine.refused_connections += 1);
                }
            }
            () = tokio::time::sleep(IDLE) => break,
        }
        if speak(printer, &mut stream).await.is_err() {
            break;
        }
    }
    printer.with(|machine, _| machine.disconnected());
}

async fn speak(printer: &Printer, stream: &mut TcpStream) -> io::Result<()> {
    let answers = hold(&printer.machine).take_answers();
    if answers.is_empty() {
        return Ok(());
    }
    tokio::time::timeout(WRITE_LIMIT, stream.write_all(&answers)).await?
}
