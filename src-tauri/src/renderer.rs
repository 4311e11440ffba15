//! WebKitGTK's DMABUF renderer shows a white or torn window on many kiosk boards, so
//! it is off unless somebody chose otherwise.
//!
//! Guarantees: the variable is in the environment from the program's first moment,
//! before GTK and before any thread.
//!
//! Deliberately absent: setting it in the running process. That is a data race with
//! whatever reads the environment, and unsafe in today's Rust for that reason.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program anew in the same process with the variable set, or returns at
/// once when it is set, to whatever value.
pub fn settle() {
    if env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut words = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    // Comes back only when it failed; the window may be white then, but it may be fine.
    let error = again.args(words).env(VARIABLE, "1").exec();
    eprintln!("{VARIABLE} could not be set ({error}); if the window stays white, set it to 1.");
}
