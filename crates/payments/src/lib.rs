//! Payment gateways, one module each.
