//! Use-cases, pumps, and the ports they need.
