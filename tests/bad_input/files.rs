//! Wrong `soban.toml`, `menu.toml` and `secrets.toml`.

use std::process::Output;

use soban_protocol::event::EventBody;
use soban_tests::setup::{PIN, Setup};
use soban_tests::world::World;

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number of the first line that begins so.
fn line_of(text: &str, begins: &str) -> usize {
    let at = text.lines().position(|line| line.starts_with(begins));
    at.unwrap_or_else(|| panic!("no line begins with {begins:?}")) + 1
}

/// Starts the hub on the files as they are; it must refuse them.
async fn refused(world: &World) -> String {
    let args = [
        "serve",
        "--config",
        "soban.toml",
        "--data",
        "data",
        "--listen",
        "127.0.0.1:0",
    ];
    let output = world.ends(&args).await;
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "it said that it was ready");
    // What is logged before has a time in front.
    let sentences: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("soban: "))
        .collect();
    assert!(
        sentences.len() == 1 && said.ends_with(&format!("{}\n", sentences[0])),
        "{said}"
    );
    sentences[0].to_owned()
}

/// Every kind of wrong setting ends the start with 1 and one sentence that names file,
/// line and reason; the store is not even made.
#[tokio::test]
async fn a_wrong_setting_is_named() {
    let good = World::without_hub(&Setup::sample());
    let text = std::fs::read_to_string(good.config()).unwrap();
    let cases = [
        (
            "idle_seconds = 60",
            "idle_seconds = -1",
            "idle_seconds",
            "invalid value",
        ),
        (
            "idle_seconds = 60",
            "idle_seconds = 5",
            "idle_seconds",
            "10 to 3600",
        ),
        (
            "idle_seconds = 60",
            "idle_secs = 60",
            "idle_warning_seconds",
            "idle_secs",
        ),
        (
            "change_hour = 5",
            "change_hour = 24",
            "change_hour",
            "0 to 23",
        ),
        (
            "\"kakaopay\", \"toss\"",
            "\"cash\"",
            "methods",
            "unknown variant",
        ),
        (
            "\"kakaopay\", \"toss\", \"barcode\", \"qr\", \"counter\"",
            "",
            "methods",
            "at least one",
        ),
        (
            "120-81-47521",
            "120-81-47520",
            "business_number",
            "last digit",
        ),
        (
            "kitchen = \"kitchen\"",
            "kitchen = \"oven\"",
            "kitchen = \"kitchen\"",
            "no printer",
        ),
        (
            "diagonal_inch = 21.5",
            "diagonal_inch = 0",
            "diagonal_inch",
            "3 to 120",
        ),
        (
            "accent = \"#B93A0E\"",
            "accent = \"red\"",
            "accent",
            "#RRGGBB",
        ),
        ("columns = 48", "columns = 4", "columns", "24 to 96"),
    ];
    for (from, to, key, reason) in cases {
        assert!(text.contains(from), "the sample has no {from}");
        good.write("soban.toml", &text.replacen(from, to, 1));
        let said = refused(&good).await;
        // An unknown key stands where the known one stood.
        let line = match to.starts_with("idle_secs") {
            true => line_of(&text, key) - 1,
            false => line_of(&text, key),
        };
        let place = format!("soban.toml, line {line}: ");
        assert!(
            said.contains(&place) && said.contains(reason),
            "{to}: {said}"
        );
    }
    assert!(!good.data().join("soban.db").exists(), "nothing is begun");
}

/// Files that are none: missing, not text, too large, cut short. Each is named.
#[tokio::test]
async fn a_file_that_is_none_is_named() {
    let world = World::without_hub(&Setup::sample());
    let text = std::fs::read_to_string(world.config()).unwrap();
    let cut: String = text.lines().take(12).collect::<Vec<_>>().join("\n") + "\nway = ";
    let cases: [(&[u8], &str); 4] = [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[store", "line 1"),
        (cut.as_bytes(), "line 13"),
        (&[b'#'; 300_000], "larger than"),
    ];
    for (bytes, reason) in cases {
        std::fs::write(world.config(), bytes).unwrap();
        let said = refused(&world).await;
        assert!(
            said.contains("soban.toml") && said.contains(reason),
            "{said}"
        );
    }
    std::fs::remove_file(world.config()).unwrap();
    let said = refused(&world).await;
    assert!(
        said.contains("soban.toml") && said.contains("No such file"),
        "{said}"
    );
    assert!(!world.data().join("soban.db").exists());
}

/// A mistake in the secrets file is named by its line, and what stands there is not told.
#[tokio::test]
async fn a_wrong_secret_is_named_and_not_told() {
    let world = World::without_hub(&Setup::sample());
    let file = world.data().join("secrets.toml");
    std::fs::write(&file, format!("[staff]\nmina = {PIN}\n")).unwrap();
    let said = refused(&world).await;
    assert!(said.contains("secrets.toml, line 2"), "{said}");
    assert!(!said.contains(PIN), "{said}");
}

/// What is wrong in one item of the sample: what becomes of it, where, and the words.
const MISTAKES: [(&str, &str, &str, &str, &str); 12] = [
    (
        "kimchi-jjigae",
        "price = 9500",
        "price = -1",
        "price",
        "below zero",
    ),
    (
        "kimchi-jjigae",
        "price = 9500",
        "price = 1000000000000",
        "price",
        "won",
    ),
    (
        "kimchi-jjigae",
        "price = 9500",
        "price = 9500.5",
        "price",
        "invalid type",
    ),
    (
        "kimchi-jjigae",
        "price = 9500",
        "price = \"9500\"",
        "price",
        "invalid type",
    ),
    (
        "kimchi-jjigae",
        "price = 9500",
        "prise = 9500",
        "price",
        "unknown field",
    ),
    (
        "kimchi-jjigae",
        "\"spiciness\", ",
        "\"spicyness\", ",
        "groups",
        "no group is called",
    ),
    (
        "kimchi-jjigae",
        "en = \"Kimchi stew\"",
        "en = \"Kim\\u0000chi\"",
        "name",
        "control",
    ),
    (
        "kimchi-jjigae",
        "id = \"kimchi-jjigae\"",
        "id = \"김치\"",
        "id",
        "an id has",
    ),
    (
        "gimbap",
        "id = \"gimbap\"",
        "id = \"kimchi-jjigae\"",
        "id",
        "used twice",
    ),
    (
        "kimchi-jjigae",
        "tax = \"taxable\"",
        "tax = \"none\"",
        "tax",
        "unknown variant",
    ),
    (
        "soban-hansang",
        "stock = 40",
        "stock = -1",
        "stock",
        "invalid value",
    ),
    (
        "samgyeopsal",
        "from = \"11:30\"",
        "from = \"25:30\"",
        "hours",
        "written HH:MM",
    ),
];

/// Every kind of wrong menu is refused by check and import with 1, file, line and
/// reason; a hub that runs meanwhile keeps the menu, the prices and the stock it had, and
/// a good file is taken after.
#[tokio::test]
async fn a_wrong_menu_is_named_and_not_taken() {
    let setup = Setup::sample();
    let world = World::with(&setup);
    let guest = world.guest();
    let before = guest.hello().await;
    for (item, from, to, key, reason) in MISTAKES {
        let wrong = setup.clone().item(item, from, to);
        world.write("wrong.toml", wrong.menu_file());
        let from_item = setup
            .menu_file()
            .find(&format!("[[item]]\nid = \"{item}\""))
            .unwrap();
        let above = setup.menu_file()[..from_item].lines().count();
        let line = above + line_of(&setup.menu_file()[from_item..], key);
        let import: &[&str] = &["menu", "import", "wrong.toml", "--data", "data"];
        for args in [&["menu", "check", "wrong.toml"], import] {
            let output = world.ends(args).await;
            let said = errors(&output);
            assert_eq!(output.status.code(), Some(1), "{to}: {said}");
            let place = format!("wrong.toml, line {line}: ");
            let named = said
                .lines()
                .any(|l| l.starts_with(&place) && l.contains(reason));
            assert!(named, "{to}: not {place}…{reason}, but {said}");
        }
    }
    let after = guest.hello().await;
    assert_eq!(
        (after.menu, after.shelf),
        (before.menu.clone(), before.shelf)
    );

    let mut feed = world.feed(before.seq).await;
    let good = setup
        .clone()
        .item("kimchi-jjigae", "price = 9500", "price = 9600");
    world.write("good.toml", good.menu_file());
    let taken = world
        .ends(&["menu", "import", "good.toml", "--data", "data"])
        .await;
    assert!(taken.status.success(), "{}", errors(&taken));
    feed.until("the new menu", |body| {
        matches!(body, EventBody::Menu { .. })
    })
    .await;
    assert_ne!(guest.hello().await.menu, before.menu);
}

/// All that is wrong with a menu is told at once, a line each; also as JSON.
#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let wrong = Setup::sample()
        .item("kimchi-jjigae", "price = 9500", "price = -1")
        .item(
            "donkatsu",
            "station = \"kitchen\"",
            "station = \"kitchen\"\ncup_deposit = -300",
        )
        .item("gimbap", "picture = \"gimbap\"", "picture = \"\"");
    let world = World::without_hub(&Setup::sample());
    world.write("wrong.toml", wrong.menu_file());
    let output = world.ends(&["menu", "check", "wrong.toml", "--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors(&output).lines().count(), 3, "{}", errors(&output));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["ok"], false);
    let lines: Vec<_> = told["wrong"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| &w["line"])
        .collect();
    assert!(
        lines.len() == 3 && lines.iter().all(|line| line.is_u64()),
        "{told}"
    );
}

/// A first menu that is wrong ends the start and is not half taken: with the mistake
/// mended, the same folder starts.
#[tokio::test]
async fn a_wrong_first_menu_leaves_nothing() {
    let wrong = Setup::sample().item("kimchi-jjigae", "price = 9500", "price = -1");
    let mut world = World::without_hub(&wrong);
    let said = refused(&world).await;
    assert!(
        said.contains("menu.toml, line") && said.contains("below zero"),
        "{said}"
    );
    std::fs::remove_file(world.folder().join("menu.toml")).unwrap();
    let said = refused(&world).await;
    assert!(said.contains("there is no menu yet"), "{said}");
    world.write("menu.toml", Setup::sample().menu_file());
    world.start_hub();
    assert!(world.guest().menu().await.items().count() > 50);
}

/// A store's file that is none, or another program's, is refused and left as it is.
#[tokio::test]
async fn a_store_that_is_none_is_left_alone() {
    let world = World::without_hub(&Setup::sample());
    let file = world.data().join("soban.db");
    std::fs::write(&file, b"this is a shopping list").unwrap();
    let said = refused(&world).await;
    assert!(said.contains("soban.db"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), b"this is a shopping list");
}
