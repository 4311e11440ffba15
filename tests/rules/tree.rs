//! The workspace as files and as packages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The workspace's folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.parent().expect("tests/ has a parent").to_owned()
    })
}

/// A path as people write it: from the workspace's folder, with slashes.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// The text of a file of the workspace.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

/// Every Rust file of every package, sorted.
pub(crate) fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["crates", "ui", "src-tauri", "tests"] {
        gather(&root().join(folder), &mut files);
    }
    assert!(
        files.len() > 100,
        "only {} files: a folder moved",
        files.len()
    );
    files.sort();
    files
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", shown(folder)));
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !matches!(name.as_ref(), "target" | "node_modules" | "dist" | "gen") {
                gather(&path, files);
            }
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
}

/// A dependency as a manifest declares it.
pub(crate) struct Edge {
    /// Who depends.
    pub(crate) from: String,
    /// On whom.
    pub(crate) to: String,
    /// `normal`, `dev` or `build`.
    pub(crate) kind: String,
    /// Features asked for.
    pub(crate) features: Vec<String>,
}

/// The names of the workspace's packages.
pub(crate) fn packages() -> Vec<String> {
    let packages = metadata()["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| text(&package["name"]))
        .collect()
}

/// Every declared dependency of every package of the workspace.
pub(crate) fn edges() -> Vec<Edge> {
    let mut edges = Vec::new();
    for package in metadata()["packages"].as_array().expect("packages") {
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let features = dependency["features"].as_array().expect("features");
            edges.push(Edge {
                from: text(&package["name"]),
                to: text(&dependency["name"]),
                kind: dependency["kind"].as_str().unwrap_or("normal").to_owned(),
                features: features.iter().map(text).collect(),
            });
        }
    }
    edges
}

/// Every feature of every package of the workspace: package, name, what it brings along.
pub(crate) fn features() -> Vec<(String, String, Vec<String>)> {
    let mut all = Vec::new();
    for package in metadata()["packages"].as_array().expect("packages") {
        for (name, brings) in package["features"].as_object().expect("features") {
            let brings = brings.as_array().expect("what a feature brings along");
            let brings = brings.iter().map(text).collect();
            all.push((text(&package["name"]), name.clone(), brings));
        }
    }
    all
}

/// What cargo says of the workspace. Manifests alone: nothing is downloaded.
fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(root())
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo metadata: {said}");
        serde_json::from_slice(&output.stdout).expect("cargo metadata gives JSON")
    })
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
