//! One connection to a printer: questions, answers, and bytes that count.
//!
//! Guarantees: knows for every write how many bytes left; every wait has an end.
//!
//! Deliberately absent: what a job is.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use crate::command;
use crate::profile::Timings;
use crate::status::{Reply, StatusParser, Survey};

/// NUL bytes that fill up a picture that an earlier job left unfinished.
const FLUSH: [u8; 8192] = [0; 8192];
/// Bytes read at once.
const READ: usize = 256;

/// The connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

/// How far a write came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poured {
    /// All of it.
    All,
    /// The connection broke after so many bytes.
    Broken(usize),
    /// The printer took no more after so many bytes.
    Stalled(usize),
}

/// An open connection.
pub(crate) struct Wire {
    stream: TcpStream,
    parser: StatusParser,
    /// At most [`READ`] replies: only what one read brought.
    heard: VecDeque<Reply>,
    timings: Timings,
}

impl Wire {
    /// Connects to `host:port`.
    pub(crate) async fn open(addr: &str, timings: Timings) -> Result<Wire, Gone> {
        let stream = match timeout(timings.connect, TcpStream::connect(addr)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(_)) | Err(_) => return Err(Gone),
        };
        // Questions are three bytes; they must not wait for company.
        let _ = stream.set_nodelay(true);
        Ok(Wire {
            stream,
            parser: StatusParser::new(),
            heard: VecDeque::new(),
            timings,
        })
    }

    /// The next reply, or `None` at the deadline.
    pub(crate) async fn reply(&mut self, deadline: Instant) -> Result<Option<Reply>, Gone> {
        loop {
            if let Some(reply) = self.heard.pop_front() {
                return Ok(Some(reply));
            }
            let mut bytes = [0; READ];
            let read = match timeout_at(deadline, self.stream.read(&mut bytes)).await {
                Err(_) => return Ok(None),
                Ok(Ok(0) | Err(_)) => return Err(Gone),
                Ok(Ok(read)) => read,
            };
            let bytes = bytes.iter().take(read);
            let parser = &mut self.parser;
            self.heard
                .extend(bytes.filter_map(|byte| parser.push(*byte)));
        }
    }

    /// Writes, counting what leaves.
    pub(crate) async fn pour(&mut self, bytes: &[u8]) -> Poured {
        let mut left = bytes;
        let count = |left: &[u8]| bytes.len().saturating_sub(left.len());
        while !left.is_empty() {
            match timeout(self.timings.write, self.stream.write(left)).await {
                Ok(Ok(0) | Err(_)) => return Poured::Broken(count(left)),
                Ok(Ok(written)) => left = left.get(written..).unwrap_or_default(),
                Err(_) => return Poured::Stalled(count(left)),
            }
        }
        Poured::All
    }

    /// Writes what is no part of a job.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        match self.pour(bytes).await {
            Poured::All => Ok(()),
            Poured::Broken(_) | Poured::Stalled(_) => Err(Gone),
        }
    }

    /// Waits for the answer to one `DLE EOT`; other replies in between are passed over.
    async fn answer(&mut self, wait: Duration) -> Result<Option<u8>, Gone> {
        let deadline = Instant::now() + wait;
        loop {
            match self.reply(deadline).await? {
                Some(Reply::RealTime(status)) => return Ok(Some(status)),
                Some(Reply::Auto(_) | Reply::Buffered(_) | Reply::Block(_) | Reply::Stray(_)) => {}
                None => return Ok(None),
            }
        }
    }

    async fn ask(&mut self, n: u8) -> Result<Option<u8>, Gone> {
        self.send(&command::ask(n)).await?;
        self.answer(self.timings.answer).await
    }

    /// Asks all four questions; `None` where one stays without an answer.
    pub(crate) async fn survey(&mut self) -> Result<Option<Survey>, Gone> {
        match self.ask(1).await? {
            Some(printer) => self.rest_of_survey(printer).await,
            None => Ok(None),
        }
    }

    /// As [`Wire::survey`]; a printer that does not answer may be waiting for the rest
    /// of a picture and is filled up with NUL until it does.
    pub(crate) async fn wake_and_survey(&mut self) -> Result<Option<Survey>, Gone> {
        if let Some(printer) = self.ask(1).await? {
            return self.rest_of_survey(printer).await;
        }
        let end = Instant::now() + self.timings.flush_for;
        while Instant::now() < end {
            self.send(&FLUSH).await?;
            self.send(&command::ask(1)).await?;
            if self.answer(self.timings.flush_every).await?.is_some() {
                // Each question asked so far may be answered late: wait until all is
                // said, then ask afresh.
                while self.answer(self.timings.flush_every).await?.is_some() {}
                return self.survey().await;
            }
        }
        Ok(None)
    }

    async fn rest_of_survey(&mut self, printer: u8) -> Result<Option<Survey>, Gone> {
        let (Some(offline), Some(error), Some(roll)) =
            (self.ask(2).await?, self.ask(3).await?, self.ask(4).await?)
        else {
            return Ok(None);
        };
        Ok(Some(Survey {
            printer,
            offline,
            error,
            roll,
        }))
    }

    /// Says goodbye: half-close, read what still comes, close.
    pub(crate) async fn close(mut self) {
        let deadline = Instant::now() + self.timings.drain;
        if self.stream.shutdown().await.is_ok() {
            while let Ok(Some(_)) = self.reply(deadline).await {}
        }
    }
}
