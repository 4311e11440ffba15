//! Fakes with ground-truth ledgers and conformance suites for the ports.
