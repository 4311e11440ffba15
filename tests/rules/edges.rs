//! Who may depend on whom.

use std::collections::BTreeSet;

use crate::tree::{edges, features, packages};

/// Each package and the packages of the workspace that it may be built from. What is
/// not here may depend on none and be depended on by none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("soban-domain", &[]),
    ("soban-protocol", &["soban-domain"]),
    ("soban-engine", &["soban-domain", "soban-protocol"]),
    ("soban-store", ADAPTER),
    ("soban-payments", ADAPTER),
    ("soban-devices", ADAPTER),
    ("soban-relay", ADAPTER),
    ("soban-testkit", ADAPTER),
    (
        "soban-hub",
        &[
            "soban-domain",
            "soban-protocol",
            "soban-engine",
            "soban-store",
            "soban-payments",
            "soban-devices",
            "soban-relay",
            "soban-sandbox",
        ],
    ),
    ("soban-sandbox", &[]),
    ("soban-ui", &["soban-domain", "soban-protocol"]),
    (
        "soban-shell",
        &["soban-domain", "soban-protocol", "soban-hub"],
    ),
    ("soban-bundler", &[]),
    ("xtask", &[]),
];

/// An adapter knows the engine's ports and no other adapter.
const ADAPTER: &[&str] = &["soban-domain", "soban-protocol", "soban-engine"];

/// The package whose programs are tests: it may use everything, and nothing uses it.
const SUITES: &str = "soban-tests";

/// Packages that no test may tie to the rest either: a stand-in that learnt the
/// contract from the code it stands against would prove nothing.
const ALONE: &[&str] = &["soban-domain", "soban-protocol", "soban-sandbox"];

/// Crates of others that only these packages may be built from, by the beginning of
/// their names.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["soban-store"]),
    ("tauri", &["soban-shell"]),
    ("gtk", &["soban-shell"]),
    ("webkit2gtk", &["soban-shell"]),
    ("leptos", &["soban-ui"]),
    ("web-sys", &["soban-ui"]),
    ("gloo-", &["soban-ui"]),
    ("wasm-bindgen-cli", &["soban-bundler"]),
    // The shell hands requests of its custom scheme to the hub's own router; it opens
    // no socket.
    ("axum", &["soban-hub", "soban-sandbox", "soban-shell"]),
    ("tower", &["soban-hub", "soban-sandbox", "soban-shell"]),
    ("encoding_rs", &["soban-devices", "soban-sandbox"]),
    ("rand", &["soban-sandbox"]),
    ("clap", &["soban-hub", "soban-shell"]),
    (
        "anyhow",
        &["soban-hub", "soban-shell", "soban-bundler", "xtask"],
    ),
];

/// All that the pure crates are built from besides each other.
const PURE: &[(&str, &[&str])] = &[
    (
        "soban-domain",
        &[
            // Customers' QR codes are base64; tables and nothing else.
            "base64",
            "rust_decimal",
            "serde",
            "thiserror",
            "time",
            "unicode-normalization",
            "uuid",
        ],
    ),
    ("soban-protocol", &["serde", "serde_json", "thiserror"]),
];

fn is_ours(name: &str) -> bool {
    name.starts_with("soban-") || name == "xtask"
}

fn allowed(from: &str) -> &'static [&'static str] {
    let found = ALLOWED.iter().find(|(name, _)| *name == from);
    found.map_or(&[], |(_, to)| to)
}

/// The crates of the workspace depend on each other only in the direction of the
/// design, by comparing what their manifests declare with the list above.
#[test]
fn crates_depend_in_one_direction() {
    let wrong: Vec<String> = edges()
        .iter()
        .filter(|edge| edge.kind != "dev" && edge.from != SUITES && is_ours(&edge.to))
        .filter(|edge| !allowed(&edge.from).contains(&edge.to.as_str()))
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert!(
        wrong.is_empty(),
        "these dependencies run against the design (ARCHITECTURE.md, crate map): {wrong:#?}\n\
         ports belong into soban-engine, and adapters meet only in soban-hub"
    );
}

/// Every package of the workspace has its place in the list of edges, and the list
/// names none that is gone.
#[test]
fn every_package_has_a_place() {
    let there: BTreeSet<String> = packages()
        .into_iter()
        .filter(|name| name != SUITES)
        .collect();
    let listed: BTreeSet<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        there, listed,
        "a package (left) has no place in the list of edges (right), or the other way round"
    );
}

/// Tests of the pure crates and of the stand-ins use nothing else of the workspace, by
/// looking at their dev-dependencies.
#[test]
fn stand_ins_stand_alone() {
    let wrong: Vec<String> = edges()
        .iter()
        .filter(|edge| ALONE.contains(&edge.from.as_str()) && edge.kind == "dev")
        .filter(|edge| is_ours(&edge.to))
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert!(wrong.is_empty(), "these tests must stand alone: {wrong:#?}");
}

/// SQL, windows, screens, sockets and their like each have one home, by looking who
/// declares their crates.
#[test]
fn each_technology_has_one_home() {
    let mut wrong = Vec::new();
    for edge in edges()
        .iter()
        .filter(|e| e.kind != "dev" && e.from != SUITES)
    {
        for (prefix, homes) in ONLY_IN {
            let is_it = edge.to == *prefix
                || edge.to.starts_with(prefix)
                    && (prefix.ends_with('-') || edge.to[prefix.len()..].starts_with(['-', '_']));
            if is_it && !homes.contains(&edge.from.as_str()) {
                wrong.push(format!("{} -> {} (only in {homes:?})", edge.from, edge.to));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The pure crates are built from a handful of crates that were thought of, none with
/// a feature that reads a clock or makes random numbers.
#[test]
fn the_pure_crates_stay_pure() {
    let mut wrong = Vec::new();
    for edge in edges().iter().filter(|edge| edge.kind != "dev") {
        let Some((_, known)) = PURE.iter().find(|(name, _)| *name == edge.from) else {
            continue;
        };
        if !is_ours(&edge.to) && !known.contains(&edge.to.as_str()) {
            wrong.push(format!("{} -> {}", edge.from, edge.to));
        }
        let impure = ["v1", "v4", "v6", "v7", "rng", "local-offset"];
        for feature in edge
            .features
            .iter()
            .filter(|f| impure.contains(&f.as_str()))
        {
            wrong.push(format!("{} -> {} with {feature}", edge.from, edge.to));
        }
    }
    assert!(
        wrong.is_empty(),
        "the pure crates take no clock, no chance and no I/O in: {wrong:#?}"
    );
}

/// Ends of the names of features that only suites ask for.
const NOT_SHIPPED: [&str; 3] = ["crash-points", "boundaries", "mutants"];

/// The program that is shipped cannot be told to kill itself, nor to make a mistake: only
/// the suites ask for the features that make it so, and no feature of the hub or the engine
/// brings them along.
#[test]
fn crash_points_are_for_the_suites() {
    let crashing = [
        ("soban-hub", "crash-points"),
        ("soban-engine", "boundaries"),
        ("soban-engine", "mutants"),
    ];
    let asked: Vec<String> = edges()
        .iter()
        .filter(|edge| edge.from != SUITES && edge.from != "soban-testkit")
        .flat_map(|edge| edge.features.iter().map(move |feature| (edge, feature)))
        .filter(|(edge, feature)| crashing.contains(&(edge.to.as_str(), feature.as_str())))
        .map(|(edge, feature)| format!("{} -> {} with {feature}", edge.from, edge.to))
        .collect();
    assert!(
        asked.is_empty(),
        "no program that is shipped has these: {asked:#?}"
    );
    let brought: Vec<String> = features()
        .into_iter()
        .filter(|(_, feature, brings)| {
            feature != "crash-points"
                && brings
                    .iter()
                    .any(|b| NOT_SHIPPED.iter().any(|end| b.ends_with(end)))
        })
        .map(|(package, feature, _)| format!("{package}/{feature}"))
        .collect();
    assert!(
        brought.is_empty(),
        "these features bring crash points along: {brought:#?}"
    );
    let known = features();
    for (package, feature) in crashing {
        let there = known
            .iter()
            .any(|(of, name, _)| of == package && name == feature);
        assert!(
            there,
            "{package} has no feature {feature}: this test watches nothing"
        );
    }
}
