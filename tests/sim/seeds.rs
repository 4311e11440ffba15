//! Many faults at once, by seed.

use soban_testkit::sim::{chaos, run};

use crate::crashes::{Batch, on_all_cores};
use crate::disk::open;
use crate::effort;

/// A batch so large must have seen everything below.
const BATCH: u64 = 200;

/// Every fault, state and outcome that a batch must have seen, or it proves nothing.
const SOMETIMES: &[&str] = &[
    "approve: approved",
    "approve: declined",
    "approve: mismatched",
    "approve: not sent",
    "approve: unknown",
    "fault: Approve: garbled reply",
    "fault: Approve: late approval",
    "fault: Approve: lost reply",
    "fault: Approve: refusal",
    "fault: Approve: server error",
    "fault: Approve: wrong amount",
    "fault: Inquire: lost reply",
    "fault: Offer: lost reply",
    "fault: Reverse: lost reply",
    "fault: a call hangs",
    "fault: clock back",
    "fault: clock forward",
    "fault: clock to midnight",
    "fault: clock to the day's change",
    "fault: crash",
    "fault: disk full",
    "fault: inquiries unavailable",
    "fault: menu price",
    "fault: network down",
    "fault: pos DayClosed",
    "fault: pos LostReply",
    "fault: pos LostRequest",
    "fault: pos Reject",
    "fault: pos Unreachable",
    "fault: printer CoverOpen",
    "fault: printer CutOff",
    "fault: printer LostProof",
    "fault: printer PaperOut",
    "fault: printer Unreachable",
    "inquire: mismatched",
    "inquire: no answer",
    "inquire: open",
    "inquire: paid",
    "inquire: sent back",
    "inquire: unpaid",
    "order: abandoned",
    "order: accepted",
    "order: needs_staff",
    "outcome: not paid",
    "outcome: paid",
    "outcome: paid at the counter",
    "outcome: sold out",
    "outcome: staff sent money back",
    "outcome: with staff",
    "payment: approved",
    "payment: approving",
    "payment: asking",
    "payment: closing",
    "payment: declined",
    "payment: expired",
    "payment: partly_refunded",
    "payment: voided",
    "payment: late money",
    "payment: needs_staff",
    "payment: reversed",
    "payment: reversing",
    "payment: unknown",
    "payment: waiting",
    "print: failed",
    "print: moved to the backup",
    "print: printed",
    "print: sent_unconfirmed",
    "refund: done",
    "relay: accepted",
    "relay: needs_staff",
    "reverse: done",
    "reverse: unknown",
    "staff: entered at the POS",
    "staff: missed a ticket",
    "staff: payment SawMoney",
    "staff: payment SawNoMoney",
    "staff: retries the POS",
    "staff: saw a ticket",
];

/// Everything holds under many faults at once, by plans made from seeds; and the batch has
/// seen every fault, state and outcome of the list.
#[test]
fn seeds_go_well() {
    if effort::seed().is_some() {
        return;
    }
    let (first, count) = effort::seeds();
    let seeds: Vec<u64> = (first..first + count).collect();
    let batch = on_all_cores(&seeds, |seed| {
        let mut batch = Batch::default();
        batch.add(&run(&chaos::plan(*seed), open));
        batch
    });
    println!(
        "sim: {} seeds from {first}, {} wrong",
        batch.runs,
        batch.wrong.len()
    );
    if std::env::var_os("SOBAN_SIM_COUNTS").is_some() {
        for (what, count) in &batch.seen {
            println!("{count:9} {what}");
        }
    }
    batch.must_be_clean();
    let unseen = SOMETIMES
        .iter()
        .filter(|what| !batch.seen.contains_key(**what));
    let unseen: Vec<_> = unseen.collect();
    assert!(
        count < BATCH || unseen.is_empty(),
        "never occurred: {unseen:#?}"
    );
}

/// The same seed gives the same trace, line by line, by running some twice; a seed that is
/// asked for is told.
#[test]
fn a_seed_repeats() {
    let asked = effort::seed();
    let seeds = asked.map_or((1..=12).collect(), |seed| vec![seed]);
    for seed in seeds {
        let first = run(&chaos::plan(seed), open);
        let again = run(&chaos::plan(seed), open);
        if asked.is_some() {
            println!("{first}");
        }
        assert!(!first.trace.is_empty());
        let mut lines = first.trace.iter().zip(&again.trace).enumerate();
        let other = lines.find(|(_, (one, two))| one != two);
        assert_eq!(other, None, "seed {seed}");
        assert_eq!(first.trace.len(), again.trace.len(), "seed {seed}");
        assert_eq!(first.violations, again.violations, "seed {seed}");
    }
}
