//! One printer: it receives bytes, obeys in order while it is online, and answers.
//!
//! Guarantees: real-time orders are obeyed on receipt and all others in order; offline, nothing
//! is printed and neither `GS r` nor the process id is answered, but what was received is
//! printed once the trouble is over; the same bytes give the same paper and the same answers
//! however they were cut into packets. Deliberately absent: the time printing takes.

use std::collections::VecDeque;

use super::condition::{Condition, Paper};
use super::paper::{Item, Job, Pulse};
use super::parser::Parser;
use super::realtime::Ear;
use super::style::{Line, Style};
use super::token::{Piece, RealTime, Token};
use crate::clock::Moment;
use crate::config::PrinterModel;

/// Jobs kept for reading; older ones are counted.
const MAX_JOBS: usize = 300;
/// Bytes waiting while the printer is offline; what comes after is lost and counted.
const MAX_WAITING: usize = 2 * 1024 * 1024;
/// Answers not yet taken by a connection.
const MAX_ANSWERS: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) columns: u16,
    pub(crate) model: PrinterModel,
    pub(crate) condition: Condition,
    /// Lines until the paper runs out by itself.
    pub(crate) lines_left: Option<u32>,
    parser: Parser,
    ear: Ear,
    waiting: VecDeque<Piece>,
    waiting_bytes: usize,
    pub(super) style: Style,
    pub(super) line: Line,
    pub(super) symbols: super::symbols::Symbols,
    pub(super) graphics: Option<super::paper::Bitmap>,
    auto_status: bool,
    real_time_pulse: bool,
    answers: Vec<u8>,
    pub(super) job: Option<Job>,
    finished: VecDeque<Job>,
    next_number: u64,
    pub(crate) jobs_dropped: u64,
    pub(crate) bytes_lost: u64,
    pub(crate) pulses: u64,
    pub(crate) connections: u64,
    pub(crate) refused_connections: u64,
    pub(super) now: Moment,
}

impl Machine {
    pub(crate) fn new(columns: u16, model: PrinterModel, now: Moment) -> Self {
        Self {
            columns,
            model,
            condition: Condition::default(),
            lines_left: None,
            parser: Parser::default(),
            ear: Ear::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            style: Style::default(),
            line: Line::default(),
            symbols: super::symbols::Symbols::default(),
            graphics: None,
            auto_status: false,
            real_time_pulse: true,
            answers: Vec::new(),
            job: None,
            finished: VecDeque::new(),
            next_number: 1,
            jobs_dropped: 0,
            bytes_lost: 0,
            pulses: 0,
            connections: 0,
            refused_connections: 0,
            now,
        }
    }

    /// Receives bytes from the line.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Moment) {
        self.now = now;
        let mut pieces = Vec::new();
        for byte in bytes {
            self.parser.push(*byte, &mut pieces);
            let heard = self.ear.hear(*byte);
            let order = if self.model.realtime_in_data {
                heard
            } else {
                pieces.iter().find_map(|piece| match piece.token {
                    Token::RealTime(order) => Some(order),
                    _ => None,
                })
            };
            if let Some(order) = order {
                self.obey_at_once(order, &mut pieces);
            }
            for piece in pieces.drain(..) {
                self.queue(piece);
            }
            self.work();
        }
    }

    fn queue(&mut self, piece: Piece) {
        if self.waiting_bytes + piece.raw.len() > MAX_WAITING {
            self.bytes_lost += piece.raw.len() as u64;
            return;
        }
        self.waiting_bytes += piece.raw.len();
        self.waiting.push_back(piece);
    }

    fn obey_at_once(&mut self, order: RealTime, pieces: &mut Vec<Piece>) {
        match order {
            RealTime::Status(n) => self.answer(&[self.condition.real_time(n)]),
            RealTime::Pulse(pin, time) if self.real_time_pulse => {
                self.pulse(pin, u32::from(time) * 100, u32::from(time) * 100, true);
            }
            RealTime::ClearBuffers => {
                pieces.clear();
                self.forget_waiting();
            }
            RealTime::Pulse(..) | RealTime::Recover | RealTime::Other => {}
        }
    }

    /// What was received and not printed will never be.
    fn forget_waiting(&mut self) {
        self.bytes_lost += self.waiting_bytes as u64;
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.parser.clear();
        self.line = Line::default();
    }

    /// Obeys what waits, as long as the printer can.
    fn work(&mut self) {
        while self.condition.online() {
            let Some(piece) = self.waiting.pop_front() else {
                return;
            };
            self.waiting_bytes -= piece.raw.len();
            self.begin_job(&piece);
            if let Some(job) = &mut self.job {
                job.keep_raw(&piece.raw);
            }
            self.obey(piece);
        }
    }

    /// `ESC @` after something was printed begins a new job; so does the first byte of all.
    fn begin_job(&mut self, piece: &Piece) {
        let printed = self.job.as_ref().is_some_and(|job| job.number.is_some());
        if piece.token == Token::Initialize && printed {
            self.finish_job();
        }
        let says_something = !matches!(piece.token, Token::RealTime(_) | Token::Quiet);
        if self.job.is_none() && says_something {
            self.job = Some(Job::new(self.connections, self.now));
        }
    }

    fn finish_job(&mut self) {
        let Some(mut job) = self.job.take() else {
            return;
        };
        if job.number.is_none() {
            return;
        }
        job.closed = true;
        if self.finished.len() >= MAX_JOBS {
            self.finished.pop_front();
            self.jobs_dropped += 1;
        }
        self.finished.push_back(job);
    }

    /// Something comes out of the printer.
    pub(super) fn print(&mut self, item: Item) {
        if let Some(job) = self.numbered_job() {
            job.add(item);
        }
        let Some(left) = &mut self.lines_left else {
            return;
        };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.lines_left = None;
            let out = Condition {
                paper: Paper::Out,
                ..self.condition
            };
            self.become_condition(out);
        }
    }

    fn numbered_job(&mut self) -> Option<&mut Job> {
        let job = self
            .job
            .get_or_insert_with(|| Job::new(self.connections, self.now));
        if job.number.is_none() {
            job.number = Some(self.next_number);
            self.next_number += 1;
        }
        Some(job)
    }

    pub(super) fn pulse(&mut self, pin: u8, on_ms: u32, off_ms: u32, real_time: bool) {
        self.pulses += 1;
        let pulse = Pulse {
            pin: if pin == 1 { 5 } else { 2 },
            on_ms,
            off_ms,
            real_time,
            at: self.now,
        };
        if let Some(job) = self.numbered_job() {
            job.pulses.push(pulse);
        }
        let open = Condition {
            drawer_open: true,
            ..self.condition
        };
        self.become_condition(open);
    }

    pub(super) fn answer(&mut self, bytes: &[u8]) {
        if self.answers.len() + bytes.len() <= MAX_ANSWERS {
            self.answers.extend_from_slice(bytes);
        }
    }

    pub(super) fn set_auto_status(&mut self, n: u8) {
        self.auto_status = n != 0;
        if self.auto_status {
            let status = self.condition.automatic();
            self.answer(&status);
        }
    }

    pub(super) fn set_real_time_pulse(&mut self, on: bool) {
        self.real_time_pulse = on;
    }

    /// What the printer has to say; taken by the connection that writes it.
    pub(crate) fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answers)
    }

    /// The modes of power-on and `ESC @`.
    pub(super) fn initialize(&mut self) {
        self.style = Style::default();
        self.line = Line::default();
        self.symbols = super::symbols::Symbols::default();
        self.auto_status = false;
        self.real_time_pulse = true;
    }

    fn become_condition(&mut self, next: Condition) {
        let before = self.condition.automatic();
        self.condition = next;
        let after = next.automatic();
        if self.auto_status && before != after {
            self.answer(&after);
        }
    }

    /// Somebody opens the cover, takes the paper out, pulls the plug, or undoes it.
    pub(crate) fn set_condition(&mut self, next: Condition, now: Moment) {
        self.now = now;
        if self.condition.power && !next.power {
            self.forget_waiting();
            self.parser.restart();
            self.ear = Ear::default();
            self.finish_job();
            self.initialize();
            self.graphics = None;
            self.answers.clear();
        }
        self.become_condition(next);
        self.work();
    }

    /// A host has connected.
    pub(crate) fn connected(&mut self, now: Moment) {
        self.now = now;
        self.connections += 1;
        self.answers.clear();
    }

    /// The host has gone; answers nobody took are lost, what was received is still printed.
    pub(crate) fn disconnected(&mut self) {
        self.answers.clear();
        if self.waiting.is_empty() {
            self.finish_job();
        }
    }

    /// Finished jobs and the one being printed, oldest first.
    pub(crate) fn jobs(&self) -> impl DoubleEndedIterator<Item = &Job> {
        let current = self.job.iter().filter(|job| job.number.is_some());
        self.finished.iter().chain(current)
    }

    pub(crate) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }
}
