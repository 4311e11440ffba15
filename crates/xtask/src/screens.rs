//! Builds the screens: wasm first, then the folder that hub and shell serve.
//!
//! Guarantees: both parts do nothing when nothing changed. Deliberately absent: the
//! linking and packing itself, which `soban-bundler` does in a program of its own,
//! since it takes over a minute to compile.

use anyhow::Result;

use crate::places::Places;
use crate::program::Program;
use crate::steps::Line;
use crate::wasm::Way;
use crate::workshop::SCREENS;

/// Compiles the two screen programs.
pub(crate) fn build(places: &Places, way: &Way, line: &Line) -> Result<()> {
    way.build(places).args(["-p", SCREENS, "--bins"]).run(line)
}

/// Compiles the crates that the screens share with the hub, each alone: a call to the
/// clock, the disk or a thread would not get through.
pub(crate) fn build_shared(places: &Places, way: &Way, line: &Line) -> Result<()> {
    ["soban-domain", "soban-protocol"]
        .iter()
        .try_for_each(|package| way.build(places).args(["-p", package, "--lib"]).run(line))
}

/// Links, names and packs what was compiled. Optimised: packing with a bundler that is
/// not takes longer than building one that is.
pub(crate) fn bundle(places: &Places, line: &Line) -> Result<()> {
    Program::cargo(places)
        .args(["run", "--release", "-p", "soban-bundler", "--"])
        .arg(&places.root)
        .arg(places.wasm_programs())
        .arg(places.ui_dist())
        .run(line)
}
