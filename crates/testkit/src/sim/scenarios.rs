//! The scenarios that are crashed at every boundary: each a story of one or two guests in
//! which one thing goes wrong.

use soban_domain::payment::Method;
use soban_engine::ports::pos::PosHealth;
use soban_engine::ports::printer::Trouble;

use super::act::Act;
use super::plan::Plan;
use super::shock::Shock;
use crate::gateway::{Call, Fault};
use crate::pos;
use crate::printers::Mishap;

const KAKAO: Method = Method::Kakaopay;
const VAN: Method = Method::Barcode;
const QR: Method = Method::Qr;

/// A stew, on disk.
fn stew() -> Vec<Act> {
    vec![Act::Quote(vec![("stew", 1)]), Act::Place]
}

/// A payment from the tap to its end.
fn paying(method: Method) -> Vec<Act> {
    vec![
        Act::Start(method),
        Act::Shown,
        Act::Pay,
        Act::Home,
        Act::Ended,
    ]
}

/// One script after the other.
fn all(parts: impl IntoIterator<Item = Vec<Act>>) -> Vec<Act> {
    parts.into_iter().flatten().collect()
}

/// A stew paid with a fault laid just before the approval.
fn stew_with(method: Method, faults: &[(Call, Fault)]) -> Vec<Act> {
    let strikes = faults
        .iter()
        .map(|(call, fault)| Act::Strike(Shock::Gateway(method, *call, *fault)));
    all([
        stew(),
        vec![Act::Start(method), Act::Shown, Act::Pay],
        strikes.collect(),
        vec![Act::Home, Act::Ended],
    ])
}

/// Every scenario.
pub fn every() -> Vec<Plan> {
    let mut plans = pages();
    plans.extend(codes());
    plans.extend(neighbours());
    plans.extend(refunds());
    plans
}

/// The scenario of a name.
pub fn named(name: &str) -> Option<Plan> {
    every().into_iter().find(|plan| plan.name == name)
}

/// Payments on a gateway's page, and at the counter.
fn pages() -> Vec<Plan> {
    let at_counter = vec![
        Act::Start(Method::Counter),
        Act::Wait(5),
        Act::HandCash,
        Act::Ended,
    ];
    let quits = vec![Act::Start(KAKAO), Act::Shown, Act::QuitPage, Act::Ended];
    vec![
        Plan::new("paid").guest(all([stew(), paying(KAKAO), vec![Act::Receipt]])),
        Plan::new("paid by another gateway").guest(all([stew(), paying(Method::Toss)])),
        Plan::new("quits, then pays at the counter").guest(all([
            stew(),
            quits,
            at_counter.clone(),
        ])),
        Plan::new("declined, then pays").guest(all([
            stew_with(KAKAO, &[(Call::Approve, Fault::Refusal)]),
            paying(KAKAO),
        ])),
        Plan::new("approval lost").guest(stew_with(KAKAO, &[(Call::Approve, Fault::LostReply)])),
        Plan::new("approval not done").guest(stew_with(
            KAKAO,
            &[
                (Call::Approve, Fault::ServerError),
                (Call::Inquire, Fault::ServerError),
            ],
        )),
        Plan::new("wrong amount approved").guest(all([
            stew_with(KAKAO, &[(Call::Approve, Fault::WrongAmount)]),
            vec![Act::Wait(20)],
            paying(KAKAO),
        ])),
        Plan::new("wrong amount, reversal lost").guest(stew_with(
            KAKAO,
            &[
                (Call::Approve, Fault::WrongAmount),
                (Call::Reverse, Fault::LostReply),
            ],
        )),
        Plan::new("comes home twice").guest(all([
            stew(),
            vec![
                Act::Start(KAKAO),
                Act::Shown,
                Act::Pay,
                Act::Home,
                Act::Home,
                Act::Ended,
            ],
            vec![Act::Home],
        ])),
        Plan::new("comes home to another's order")
            .guest(all([
                stew(),
                vec![
                    Act::Start(KAKAO),
                    Act::Shown,
                    Act::Pay,
                    Act::Wait(8),
                    Act::Home,
                    Act::Ended,
                ],
            ]))
            .guest(all([
                stew(),
                vec![
                    Act::Start(KAKAO),
                    Act::Shown,
                    Act::Wait(4),
                    Act::HomeWithTokenOf(0),
                ],
                vec![Act::Ended],
            ])),
        Plan::new("comes home too late").guest(all([
            stew(),
            vec![
                Act::Start(KAKAO),
                Act::Shown,
                Act::Pay,
                Act::Wait(65),
                Act::Home,
                Act::Ended,
            ],
        ])),
        Plan::new("late approval")
            .guest(stew_with(KAKAO, &[(Call::Approve, Fault::LateApproval(8))])),
        Plan::new("leaves and pays otherwise").guest(all([
            stew(),
            vec![Act::Start(KAKAO), Act::Shown, Act::Leave, Act::Ended],
            paying(Method::Toss),
        ])),
        Plan::new("leaves the order").guest(all([
            stew(),
            vec![
                Act::Start(KAKAO),
                Act::Shown,
                Act::Leave,
                Act::Ended,
                Act::LeaveOrder,
            ],
        ])),
        Plan::new("taps pay twice").guest(all([
            stew(),
            vec![
                Act::StartTwice(KAKAO),
                Act::Shown,
                Act::Pay,
                Act::Home,
                Act::Ended,
            ],
        ])),
        repeats(),
        Plan::new("network away").guest(all([
            stew(),
            vec![Act::Start(KAKAO), Act::Shown, Act::Pay],
            vec![Act::Strike(Shock::Network(false)), Act::Home, Act::Wait(20)],
            vec![Act::Strike(Shock::Network(true)), Act::Ended],
        ])),
        staff_ends("staff saw the money", Fault::LostReply),
        staff_ends("staff saw no money", Fault::ServerError),
    ]
}

/// A guest whose every command comes twice, and one of them with another body.
fn repeats() -> Plan {
    let mut plan = Plan::new("commands come again").guest(all([
        stew(),
        vec![
            Act::Start(KAKAO),
            Act::Reuse,
            Act::Shown,
            Act::Pay,
            Act::Home,
            Act::Ended,
        ],
    ]));
    for guest in &mut plan.guests {
        guest.repeats = true;
    }
    plan
}

/// A gateway that cannot be asked for long: staff end it by what they see.
fn staff_ends(name: &str, fault: Fault) -> Plan {
    Plan::new(name)
        .guest(all([
            stew(),
            vec![Act::Start(KAKAO), Act::Shown, Act::Pay],
            vec![Act::Strike(Shock::Inquiries(KAKAO, false))],
            vec![Act::Strike(Shock::Gateway(KAKAO, Call::Approve, fault))],
            vec![Act::Home, Act::Ended, Act::Wait(300)],
        ]))
        .with_staff()
}

/// Money that staff send back.
fn refunds() -> Vec<Plan> {
    let two = vec![Act::Quote(vec![("stew", 2)]), Act::Place];
    let paid = || all([two.clone(), paying(KAKAO)]);
    let lost = Act::Strike(Shock::Gateway(KAKAO, Call::Refund, Fault::LostReply));
    vec![
        Plan::new("all of it refunded").guest(all([paid(), vec![Act::Refund(None), Act::Wait(9)]])),
        Plan::new("a part refunded, its answer lost").guest(all([
            paid(),
            vec![lost, Act::Refund(Some(1)), Act::Wait(9)],
        ])),
        Plan::new("refunded in two parts").guest(all([
            paid(),
            vec![Act::Refund(Some(1)), Act::Refund(None), Act::Wait(9)],
        ])),
    ]
}

/// Codes that customers show, and codes that we show.
fn codes() -> Vec<Plan> {
    let shown = |rest: Vec<Act>| all([stew(), vec![Act::Start(QR), Act::Shown], rest]);
    vec![
        Plan::new("barcode paid").guest(all([stew(), paying(VAN)])),
        Plan::new("barcode, answer lost").guest(all([
            stew_with(VAN, &[(Call::Approve, Fault::LostReply)]),
            paying(VAN),
        ])),
        Plan::new("barcode, net-cancel lost").guest(stew_with(
            VAN,
            &[
                (Call::Approve, Fault::LostReply),
                (Call::Reverse, Fault::LostReply),
            ],
        )),
        Plan::new("barcode, late approval")
            .guest(stew_with(VAN, &[(Call::Approve, Fault::LateApproval(20))])),
        Plan::new("barcode declined, then paid").guest(all([
            stew_with(VAN, &[(Call::Approve, Fault::Refusal)]),
            paying(VAN),
        ])),
        Plan::new("code paid while asked").guest(shown(vec![Act::Wait(6), Act::Pay, Act::Ended])),
        Plan::new("code paid late").guest(shown(vec![
            Act::PayOddly(0, 75),
            Act::Ended,
            Act::Wait(60),
        ])),
        Plan::new("code paid with another amount")
            .guest(shown(vec![Act::PayOddly(-500, 5), Act::Ended])),
        Plan::new("code that cannot be asked for: paid")
            .guest(shown(vec![Act::Pay, Act::Ended]))
            .without_qr_inquiry()
            .with_staff(),
        Plan::new("code that cannot be asked for: left")
            .guest(shown(vec![Act::Wait(70), Act::Ended]))
            .without_qr_inquiry()
            .with_staff(),
        Plan::new("sticker").guest(all([
            stew(),
            vec![
                Act::Start(Method::Sticker),
                Act::Wait(5),
                Act::HandCash,
                Act::Ended,
            ],
        ])),
    ]
}

/// POS, printers, stock, clock and disk.
fn neighbours() -> Vec<Plan> {
    let drinker = vec![Act::Quote(vec![("stew", 1), ("beer", 1)]), Act::Place];
    let drinks = || all([drinker.clone(), paying(KAKAO)]);
    let pie = |count| {
        all([
            vec![Act::Quote(vec![("pie", count)]), Act::Place],
            paying(KAKAO),
        ])
    };
    let paper = |name, trouble| Shock::Printer(name, trouble);
    let forgetful = pos::Make {
        can_look_up: false,
        tells_repeats: false,
        confirms: true,
    };
    vec![
        Plan::new("the last pies").guest(pie(2)).guest(pie(1)),
        Plan::new("a pie that nobody pays").guest(vec![
            Act::Quote(vec![("pie", 1)]),
            Act::Place,
            Act::Start(KAKAO),
            Act::Shown,
        ]),
        Plan::new("pos closed and back")
            .guest(drinks())
            .shock(0, Shock::Pos(PosHealth::DayClosed))
            .shock(45, Shock::Pos(PosHealth::Open)),
        Plan::new("pos loses its answer")
            .guest(drinks())
            .at_pos(pos::Make {
                tells_repeats: false,
                ..pos::Make::default()
            })
            .shock(0, Shock::PosFault(pos::Fault::LostReply)),
        Plan::new("pos never hears")
            .guest(drinks())
            .shock(0, Shock::PosFault(pos::Fault::LostRequest)),
        Plan::new("pos without memory loses its answer")
            .guest(drinks())
            .at_pos(forgetful)
            .shock(0, Shock::PosFault(pos::Fault::LostReply))
            .with_staff(),
        Plan::new("pos refuses one of two")
            .guest(drinks())
            .guest(all([vec![Act::Wait(9)], drinks()]))
            .shock(
                0,
                Shock::PosFault(pos::Fault::Reject {
                    code: "items_out_of_stock".to_owned(),
                    words: "품절".to_owned(),
                }),
            )
            .with_staff(),
        Plan::new("paper out and back")
            .guest(drinks())
            .shock(0, paper("bar-1", Some(Trouble::PaperOut)))
            .shock(30, paper("bar-1", None)),
        Plan::new("kitchen printer away")
            .guest(drinks())
            .shock(0, paper("kitchen-1", Some(Trouble::Unreachable))),
        Plan::new("ticket without proof")
            .guest(drinks())
            .shock(0, Shock::Mishap("kitchen-1", Mishap::LostProof))
            .shock(0, Shock::Mishap("bar-1", Mishap::CutOff))
            .with_staff(),
        Plan::new("clock set back while paying")
            .guest(all([stew(), paying(KAKAO)]))
            .guest(all([vec![Act::Wait(4)], stew(), paying(VAN)]))
            .shock(1, Shock::Clock(-3600)),
        Plan::new("day changes while paying")
            .guest(all([stew(), paying(KAKAO)]))
            .guest(all([vec![Act::Wait(7)], stew(), paying(KAKAO)]))
            .shock(0, Shock::DayChange),
        Plan::new("disk full while paying")
            .guest(all([
                stew(),
                vec![Act::Start(KAKAO), Act::Shown, Act::Pay],
                vec![Act::Strike(Shock::Disk(true)), Act::Home, Act::Ended],
            ]))
            .shock(40, Shock::Disk(false)),
        Plan::new("price changes while paying")
            .guest(all([stew(), vec![Act::Wait(4)], paying(KAKAO)]))
            .guest(all([vec![Act::Wait(3)], stew(), paying(KAKAO)]))
            .shock(0, Shock::Price(9_900))
            .shock(2, Shock::Price(10_500)),
        Plan::new("water costs nothing").guest(vec![
            Act::Quote(vec![("water", 1)]),
            Act::Place,
            Act::Ended,
        ]),
    ]
}
