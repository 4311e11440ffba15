//! The checks of this suite, checked: each must find what it is there for.

use std::fs;

use soban_domain::payment::PaymentState;
use soban_domain::print::PrintState;
use soban_tests::setup::PIN;

use crate::chance::Chance;
use crate::keeper::Keeper;
use crate::ledgers::{Ledgers, Played};
use crate::play::play;
use crate::scenario::Scenario;
use crate::secrecy::{files, leaks, leaks_in_words, secrets};

/// A change of the ledgers, and words of what must be said of it.
type Spoil = (&'static str, fn(&mut Ledgers));

/// What can have gone wrong, by the ledgers of four orders: the first was paid, the second
/// given up, the third paid and its money given back, the fourth paid at the counter.
const SPOILT: [Spoil; 18] = [
    ("won taken where", |it| it.gateway.payments[0].approvals = 2),
    ("won taken where", |it| it.gateway.payments[0].approvals = 0),
    ("won taken where 0 are due", |it| {
        it.gateway.payments[1].approvals = 1
    }),
    ("the gateway holds", |it| it.gateway.approved_total += 1),
    ("with proof of", |it| {
        let approval = it.disk[0].payments[0].approval.as_mut();
        approval.expect("a proof").amount.0 += 1;
    }),
    ("is Approving", |it| {
        it.disk[1].payments[0].state = PaymentState::Approving
    }),
    ("2 times at the till", |it| {
        let again = it.till.orders[0].clone();
        it.till.orders.push(again);
    }),
    ("0 times at the till", |it| it.till.orders.clear()),
    ("at the till, not", |it| {
        it.till.orders[0].order_number = "K-999".to_owned()
    }),
    ("2 first tickets", |it| {
        let kitchen = it.printers.get_mut("kitchen").expect("a kitchen");
        let again = kitchen.jobs[0].clone();
        kitchen.jobs.push(again);
    }),
    ("printed on disk and not on paper", |it| {
        it.printers.get_mut("bar").expect("a bar").jobs.clear();
    }),
    ("nobody was told", |it| {
        it.disk[0].prints[0].state = PrintState::Sending
    }),
    ("shown", |it| it.disk[0].order.number = None),
    ("dishes are left", |it| {
        it.left = it.left.map(|left| left - 1)
    }),
    ("won taken where 0 are due", |it| {
        it.gateway.payments[2].canceled_amount.total = 0;
    }),
    ("2 refunds, not 1", |it| {
        let again = it.disk[2].refunds[0].clone();
        it.disk[2].refunds.push(again);
    }),
    ("0 cash receipts, not 1", |it| {
        it.disk[3].cash_receipts.clear()
    }),
    ("is of", |it| {
        it.disk[1].order.number = it.disk[0].order.number
    }),
];

/// Four orders are played on a hub that lives: nothing is found wrong with them, and each
/// of eighteen ways of spoiling their ledgers, and a token, a PIN or a key planted in a
/// copy of what the hub left, is found.
#[test]
fn every_check_finds_what_it_is_for() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let mut keeper = Keeper::new();
        let (mut seq, mut played, mut tokens) = (0, Vec::new(), Vec::new());
        let scenarios = [
            Scenario::Paid,
            Scenario::GuestLeaves,
            Scenario::GivenBack,
            Scenario::DeclinedThenCounter,
        ];
        for scenario in scenarios {
            let outcome = play(&mut keeper, scenario, &[], Chance::of(1, seq), seq).await;
            assert_eq!(outcome.wrongs, Vec::<String>::new());
            seq = outcome.seq;
            played.push(outcome.played);
            tokens.extend(outcome.tokens);
        }
        let ledgers = Ledgers::read(&keeper.world, &played).await;
        assert_eq!(ledgers.wrongs(&played), Vec::<String>::new());
        spoilt_ledgers_are_found(&ledgers, &played);
        keeper.stop();
        planted_secrets_are_found(&keeper, &tokens);
    });
}

/// A place to die that does not read ends the program with its name, so that no run
/// believes in a kill that cannot come: by starting a hub with each.
#[test]
fn a_wrong_place_to_die_is_named() {
    let keeper = Keeper::new();
    for wrong in [
        "0",
        "-1",
        "soon",
        "gateway.approve/after",
        "gateway.approve/after/0",
    ] {
        let mut command = keeper.world.hub_command();
        let output = command
            .env("SOBAN_KILL_AT", wrong)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{wrong}: {said}");
        assert!(
            said.contains(&format!("SOBAN_KILL_AT is {wrong:?}")),
            "{said}"
        );
    }
}

fn spoilt_ledgers_are_found(ledgers: &Ledgers, played: &[Played]) {
    for (at, (words, spoil)) in SPOILT.iter().enumerate() {
        let mut spoilt = ledgers.clone();
        spoil(&mut spoilt);
        let wrongs = spoilt.wrongs(played);
        let found = wrongs.iter().any(|wrong| wrong.contains(words));
        assert!(found, "number {at}, {words:?}, is not in {wrongs:?}");
    }
}

fn planted_secrets_are_found(keeper: &Keeper, tokens: &[String]) {
    let secrets = secrets(tokens);
    assert_eq!(tokens.len(), 4, "every phone pressed pay");
    let folder = keeper.world.folder();
    assert_eq!(leaks(folder, &secrets), Vec::<String>::new());
    assert_eq!(leaks_in_words(&keeper.said, &secrets), Vec::<String>::new());
    let searched = files(folder);
    for name in ["hub.log", "soban.db"] {
        let named = |path: &std::path::PathBuf| path.ends_with(name);
        assert!(
            searched.iter().any(named),
            "{name} is searched: {searched:?}"
        );
    }
    let copy = tempfile::tempdir().expect("a folder");
    for (what, secret) in &secrets {
        for file in searched
            .iter()
            .filter(|file| file.ends_with("hub.log") || file.ends_with("soban.db"))
        {
            let mut bytes = fs::read(file).expect("a file of the world");
            let middle = bytes.len() / 2;
            bytes.splice(middle..middle, secret.bytes());
            fs::write(copy.path().join("copy"), bytes).expect("a copy");
            let found = leaks(copy.path(), &secrets);
            assert!(
                found.iter().any(|leak| leak.starts_with(what)),
                "{what}: {found:?}"
            );
        }
    }
    let said = vec![format!("staff {PIN}")];
    assert_eq!(leaks_in_words(&said, &secrets).len(), 1);
}
