//! The command line: 0 for fine, 1 for refused or found wrong, 2 for bad usage.

use std::net::TcpListener;

use soban_tests::setup::Setup;
use soban_tests::world::World;

/// Arguments that make no sense end with 2 and say so on standard error; nothing is made.
#[tokio::test]
async fn bad_usage_is_2() {
    let world = World::without_hub(&Setup::sample());
    let cases: [&[&str]; 12] = [
        &[],
        &["srve"],
        &["serve", "--lisen", "127.0.0.1:0"],
        &["serve", "--listen", "everywhere"],
        &["sandbox", "--printers", "99999"],
        &["menu"],
        &["menu", "import"],
        &["order", "show"],
        &["order", "list", "--day"],
        &["doctor", "please"],
        &["qr", "decode"],
        &["qr", "encode", "code.json"],
    ];
    for args in cases {
        let output = world.ends(args).await;
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            !output.stderr.is_empty() && output.stdout.is_empty(),
            "{args:?}"
        );
    }
    assert!(!world.data().join("soban.db").exists());
}

/// Every command explains itself and ends with 0.
#[tokio::test]
async fn every_command_has_help() {
    let world = World::without_hub(&Setup::sample());
    let commands: [&[&str]; 13] = [
        &["--help"],
        &["--version"],
        &["serve", "--help"],
        &["sandbox", "--help"],
        &["demo", "--help"],
        &["menu", "--help"],
        &["menu", "check", "--help"],
        &["menu", "import", "--help"],
        &["order", "list", "--help"],
        &["order", "show", "--help"],
        &["doctor", "--help"],
        &["qr", "decode", "--help"],
        &["qr", "encode", "--help"],
    ];
    for args in commands {
        let output = world.ends(args).await;
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty(), "{args:?}");
    }
}

/// What is asked for and not there ends with 1 and one plain sentence that names it.
#[tokio::test]
async fn what_is_not_there_is_1() {
    let world = World::start();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    std::fs::create_dir(world.folder().join("other")).unwrap();
    let secrets = std::fs::read_to_string(world.data().join("secrets.toml")).unwrap();
    world.write("other/secrets.toml", &secrets);
    let elsewhere: &[&str] = &[
        "serve",
        "--config",
        "soban.toml",
        "--data",
        "other",
        "--listen",
        &address,
    ];
    let twice: &[&str] = &[
        "serve",
        "--config",
        "soban.toml",
        "--data",
        "data",
        "--listen",
        "127.0.0.1:0",
    ];
    let cases: [(&[&str], &str); 8] = [
        (&["order", "show", "999", "--data", "data"], "999"),
        (&["order", "show", "101", "--data", "nowhere"], "nowhere"),
        (
            &["order", "list", "--data", "data", "--day", "22.11.2026"],
            "day",
        ),
        (&["menu", "check", "no-menu.toml"], "no-menu.toml"),
        (
            &["menu", "import", "no-menu.toml", "--data", "data"],
            "no-menu.toml",
        ),
        (
            &["doctor", "--config", "no.toml", "--data", "data"],
            "no.toml",
        ),
        (elsewhere, &address),
        (twice, "another hub"),
    ];
    for (args, named) in cases {
        let output = world.ends(args).await;
        let all = [output.stderr, output.stdout].concat();
        let said = String::from_utf8_lossy(&all);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(
            said.contains(named) && !said.contains("panicked"),
            "{args:?}: {said}"
        );
    }
    assert!(
        !world.folder().join("nowhere").exists(),
        "looking makes nothing"
    );
}

/// The doctor finds a healthy store healthy, and names a printer that is unplugged.
#[tokio::test]
async fn the_doctor_names_what_is_wrong() {
    let world = World::start();
    let args = [
        "doctor",
        "--config",
        "soban.toml",
        "--data",
        "data",
        "--json",
    ];
    let well = world.ends(&args).await;
    let said: serde_json::Value = serde_json::from_slice(&well.stdout).unwrap();
    assert_eq!(
        (well.status.code(), &said["ok"]),
        (Some(0), &true.into()),
        "{said}"
    );
    world.outside.switch("printer.bar", "power_off", true).await;
    world.outside.switch("pos", "closed", true).await;
    let ill = world.ends(&args).await;
    let said: serde_json::Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!(
        (ill.status.code(), &said["ok"]),
        (Some(1), &false.into()),
        "{said}"
    );
    let wrong: Vec<_> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["ok"] == false)
        .map(|finding| finding["part"].as_str().unwrap())
        .collect();
    assert_eq!(wrong, ["printer bar", "pos"]);
}
