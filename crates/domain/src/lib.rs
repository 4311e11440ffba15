//! Money, tax, menu, pricing, state machines and paper of a restaurant. Pure.
