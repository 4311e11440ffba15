/// Every command of the shell. The build declares these, and a test holds them against
/// what the capabilities allow.
const COMMANDS: &[&str] = &[
    "rpc",
    "subscribe",
    "open_payment_window",
    "close_payment_window",
];
