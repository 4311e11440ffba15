//! Programs that stay: the demo, the sandbox, the kiosk window.
//!
//! Guarantees: when one ends or Ctrl-C comes, all are told to stop in an orderly way,
//! waited for, and only then killed. Deliberately absent: starting one again.

use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::interrupt::{self, End, Watched};
use crate::program::Program;

/// How long a program may take to stop before it is killed. The hub needs a moment to
/// finish what it is writing.
const GRACE: Duration = Duration::from_secs(10);

/// Between two looks at programs that run for hours.
const LOOK: Duration = Duration::from_millis(100);

/// A running program. Dropping it stops it.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    watched: Watched,
}

impl Service {
    /// Starts it; its output goes where ours goes.
    pub(crate) fn start(name: &'static str, mut program: Program) -> Result<Self> {
        let (child, watched) = program.start(End::Orderly)?;
        Ok(Self {
            name,
            child,
            watched,
        })
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("The {} cannot be watched", self.name))
    }

    /// Waits for the end until `deadline`, then kills.
    fn wait_until(&mut self, deadline: Instant) {
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() >= deadline {
                // If it ended by itself in this very moment, that is as good.
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(LOOK);
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        // After Ctrl-C it has been told already.
        if !interrupt::asked() {
            self.watched.stop();
        }
        self.wait_until(Instant::now() + GRACE);
    }
}

/// Stays until one of them ends or the end is asked for, then stops them all, the last
/// started first. An end nobody asked for is an error unless its program says all is
/// well, as the kiosk window does when it is closed.
pub(crate) fn stay(mut services: Vec<Service>) -> Result<()> {
    let result = watch(&mut services);
    while let Some(service) = services.pop() {
        drop(service);
    }
    result
}

fn watch(services: &mut [Service]) -> Result<()> {
    loop {
        if interrupt::asked() {
            return Ok(());
        }
        for service in services.iter_mut() {
            match service.ended()? {
                Some(status) if status.success() || interrupt::asked() => return Ok(()),
                Some(status) => {
                    let name = service.name;
                    anyhow::bail!("The {name} stopped ({status}); it says why above")
                }
                None => {}
            }
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(name: &'static str, script: &str) -> Service {
        Service::start(name, Program::new("sh").args(["-c", script])).unwrap()
    }

    /// When one program fails, the error names it and the others are stopped: the one
    /// left is `sleep`, and its process must be gone.
    #[test]
    fn the_others_stop_when_one_fails() {
        let lasting = shell("lasting", "exec sleep 600");
        let id = lasting.child.id();
        let error = stay(vec![lasting, shell("failing", "exit 4")]).unwrap_err();
        assert!(error.to_string().contains("The failing stopped"), "{error}");
        let alive = Program::new("sh")
            .args(["-c", "kill -0 \"$0\""])
            .arg(id.to_string())
            .agrees();
        assert!(!alive);
    }

    /// A program that ends well ends the stay well, as a closed window does.
    #[test]
    fn a_good_end_is_no_error() {
        stay(vec![shell("window", "exit 0")]).unwrap();
    }

    /// A program that will not stop is killed when its time is over: one that ignores
    /// the signal gets no time at all.
    #[test]
    fn a_deaf_program_is_killed() {
        let mut deaf = shell("deaf", "trap '' INT; exec sleep 600");
        deaf.wait_until(Instant::now());
        assert!(deaf.ended().unwrap().is_some());
    }
}
