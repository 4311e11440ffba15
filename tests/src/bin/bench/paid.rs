//! What the hub adds to a payment: from the guest's return, token in hand, to the event
//! that tells the screen that it is paid, over the gateway's own time and two fsyncs.
//!
//! Two are what cannot be saved: that an approval is sent is on disk before it is sent, and
//! that it came is on disk before anybody is told.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use soban_domain::ids::OrderId;
use soban_domain::order::OrderState;
use soban_domain::payment::{Method, PaymentState};
use soban_domain::print::PrintState;
use soban_domain::secret::Secret;
use soban_hub::Options;
use soban_hub::secrets::{KakaoPaySecrets, PosSecrets, Secrets};
use soban_protocol::event::EventBody;
use soban_protocol::view::OrderView;
use soban_sandbox::{Endpoint, FaultKind, FaultRule, PrinterConfig, Sandbox, SandboxConfig};
use soban_tests::baskets::{eat_in, pancake};
use soban_tests::feed::Feed;
use soban_tests::guest::Guest;
use soban_tests::phone::{Phone, qr};
use soban_tests::setup::{GATEWAY_KEY, POS_ACCESS_KEY, POS_SECRET_KEY};
use soban_tests::{ports, world};

use crate::disk::{Blocks, fresh};
use crate::report::{Limit, Report};
use crate::stats::{Ratio, median, percentile};

/// The gateway's time for an approval, in milliseconds.
const APPROVAL: u32 = 300;
const ROUNDS: usize = 40;
const WARM_UPS: usize = 4;

/// Return to "paid" ÷ (300 ms of the gateway + two fsyncs of the same disk).
pub(crate) async fn overhead(folder: &Path, report: &mut Report) {
    let place = fresh(folder);
    let sandbox = slow_sandbox().await;
    let hub = soban_hub::start(options(place.path(), &sandbox)).await;
    let hub = hub.expect("a hub");
    let mut blocks = Blocks::open(place.path());
    let (mut ratios, mut times) = (vec![], vec![]);
    for round in 0..WARM_UPS + ROUNDS {
        let before = blocks.append();
        let took = return_to_paid(hub.address()).await;
        let bare = f64::from(APPROVAL) + before + blocks.append();
        if round < WARM_UPS {
            continue;
        }
        ratios.push(took / bare);
        times.push(took);
    }
    report.ratio(
        "return to paid ÷ (300 ms gateway + 2 fsyncs)",
        Ratio::of(&ratios),
        Limit::AtMost(1.10),
    );
    report.figure("return to paid p50", median(&times), "ms");
    report.figure("return to paid p99", percentile(&times, 0.99), "ms");
    hub.stop().await;
    sandbox.stop().await;
}

/// The world outside, whose gateway takes its time for an approval.
async fn slow_sandbox() -> Sandbox {
    let free = |address: SocketAddr| SocketAddr::new(address.ip(), 0);
    let usual = SandboxConfig::default();
    let printers = usual.printers.iter().map(|printer| PrinterConfig {
        addr: free(printer.addr),
        ..printer.clone()
    });
    let sandbox = Sandbox::start(SandboxConfig {
        http: free(usual.http),
        printers: printers.collect(),
        ..usual
    });
    let sandbox = sandbox.await.expect("a sandbox");
    let slow = FaultRule {
        endpoint: Endpoint::PaymentApprove,
        fault: FaultKind::Delay,
        times: None,
        delay_ms: Some(u64::from(APPROVAL)),
        code: None,
        reason: None,
    };
    sandbox.fault(slow).expect("a slow gateway");
    sandbox
}

/// The sample store in a folder, with that sandbox outside.
fn options(folder: &Path, sandbox: &Sandbox) -> Options {
    let listen = SocketAddr::from(([127, 0, 0, 1], ports::free()));
    let mut options = crate::hub::options(folder);
    let mut settings = soban_hub::sample::settings()
        .replace("127.0.0.1:7790", &sandbox.http_addr().to_string())
        .replace("127.0.0.1:7780", &listen.to_string())
        .replace("merchant = \"1\"", "merchant = \"1001\"");
    for (port, (_, address)) in (9101..).zip(sandbox.printer_addrs()) {
        settings = settings.replace(&format!("127.0.0.1:{port}"), &address.to_string());
    }
    std::fs::write(&options.config, settings).expect("settings");
    options.listen = listen;
    options.secrets = Some(Secrets {
        kakaopay: KakaoPaySecrets {
            secret_key: Secret::new(GATEWAY_KEY),
            cid_secret: None,
        },
        pos: PosSecrets {
            access_key: Secret::new(POS_ACCESS_KEY),
            secret_key: Secret::new(POS_SECRET_KEY),
        },
        ..crate::hub::secrets()
    });
    options
}

/// One order paid; milliseconds from the phone's way home to the screen's event.
async fn return_to_paid(hub: SocketAddr) -> f64 {
    let guest = Guest::new(hub, world::KIOSK);
    let mut feed = Feed::open(hub, guest.seq().await, world::KIOSK).await;
    let order = guest.order(&eat_in(vec![pancake()])).await.id;
    guest.pay(order, Method::Kakaopay).await;
    let shown = until(&guest, &mut feed, order, |view| {
        view.payment.as_ref().is_some_and(|p| p.page.is_some())
    });
    let page = Phone::default().open(&qr(&shown.await)).await;
    let home = page.pay_and_stay().await;
    let begin = Instant::now();
    let came = tokio::spawn(async move { Phone::default().open(&home).await });
    feed.until("the approval", |body| {
        let approved = Some(PaymentState::Approved);
        matches!(body, EventBody::Order { order: of, payment, .. } if *of == order && *payment == approved)
    })
    .await;
    let took = begin.elapsed().as_secs_f64() * 1000.0;
    assert!(came.await.expect("a phone").status.is_success());
    // What follows from it must not run into the next round.
    until(&guest, &mut feed, order, |view| {
        view.state == OrderState::Accepted
            && view
                .prints
                .iter()
                .all(|print| print.state == PrintState::Printed)
    })
    .await;
    took
}

/// Looks at an order again at each event until it is as wanted.
async fn until(
    guest: &Guest,
    feed: &mut Feed,
    order: OrderId,
    wanted: impl Fn(&OrderView) -> bool,
) -> OrderView {
    loop {
        let view = guest.status(order).await;
        if wanted(&view) {
            return view;
        }
        feed.next().await;
    }
}
