//! What programs say that we did not write, and that can contradict us.
//!
//! Guarantees: where an independent peer exists, it judges and not our own code; a peer
//! that is missing fails its tests in one sentence that says how to get it.
//!
//! Deliberately absent: peers that are no packages of Debian. Of `python-escpos`, which
//! is none, the bytes are kept in `python_escpos.json`; `python_escpos.py` writes them.

#[cfg(test)]
mod encoder;
#[cfg(test)]
mod hangul;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod symbols;
