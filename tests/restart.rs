//! The hub killed at every point of an order's way, and started again: the guest is shown
//! the truth, and order, money, tickets and the till's copy are there exactly once.
//!
//! The sandbox is another process and lives on, as the world outside does.

#[cfg(test)]
mod crashes {
    use serde_json::json;
    use soban_domain::ids::OrderId;
    use soban_domain::order::OrderState;
    use soban_domain::payment::{Method, PaymentState};
    use soban_domain::print::PrintState;
    use soban_domain::relay::RelayState;
    use soban_protocol::endpoint::endpoints::{PlaceOrder, SettlePrint, StartPayment};
    use soban_protocol::event::EventBody;
    use soban_protocol::staff::SettlePrintRequest;
    use soban_protocol::view::OrderView;
    use soban_tests::baskets::{eat_in, hot_stew, pancake};
    use soban_tests::guest::{command, payment, place, staff};
    use soban_tests::phone::{Phone, qr};
    use soban_tests::setup::Setup;
    use soban_tests::truth::{is_settled, settled_once};
    use soban_tests::world::World;

    fn pay_state(view: &OrderView) -> Option<PaymentState> {
        view.payment.as_ref().map(|payment| payment.state)
    }

    /// What the kiosk goes on with is what the order's own record says.
    async fn assert_resumes(world: &World, order: OrderId) -> OrderView {
        let guest = world.guest();
        let resume = guest.hello().await.resume;
        let resume = resume.expect("the kiosk goes on with an order");
        assert_eq!(resume.id, order);
        resume
    }

    /// A quote outlives the hub, and so does what it holds: it is taken up after a crash;
    /// a placed order is gone on with, and paid once.
    #[tokio::test]
    async fn after_quote_and_order() {
        let mut world = World::start();
        let guest = world.guest();
        let (quote, priced) = guest.quote(&eat_in(vec![hot_stew()])).await;
        world.crash();
        assert_eq!(guest.hello().await.resume, None);
        let wish = place(quote);
        let order = guest.must::<PlaceOrder>(&wish).await;
        assert_eq!(order.priced, priced);

        world.crash();
        let resumed = assert_resumes(&world, order.id).await;
        assert_eq!(resumed.state, OrderState::Placed);
        let again = guest.must::<PlaceOrder>(&wish).await;
        assert_eq!(again.id, order.id, "the lost reply, from the record");
        finish(&world, order.id).await;
    }

    /// Killed while a payment page is asked for: nothing can have been paid, the guest
    /// may choose again, and the order is paid once.
    #[tokio::test]
    async fn while_a_page_is_asked_for() {
        let mut world = World::start();
        let slow = json!({
            "endpoint": "payment.ready", "fault": "delay", "times": 1, "delay_ms": 20_000,
        });
        world.outside.fault(slow).await;
        let guest = world.guest();
        let order = guest.order(&eat_in(vec![pancake()])).await.id;
        let wish = payment(order, Method::Kakaopay);
        guest.must::<StartPayment>(&wish).await;
        world
            .outside
            .gateway_until("a payment at the gateway", |g| g.payments.len() == 1)
            .await;
        world.crash();
        let back = world
            .until(order, "an order to be paid", |v| {
                v.state == OrderState::Placed
            })
            .await;
        assert!(pay_state(&back).is_some_and(PaymentState::is_closed_unpaid));
        assert_resumes(&world, order).await;
        finish(&world, order).await;
        assert_eq!(world.outside.gateway().await.count("approve"), 1);
    }

    /// Killed while the guest has the QR: it is shown again as it was; a phone that pays
    /// while the hub is dead is sent home in vain, comes again later, and pays once.
    #[tokio::test]
    async fn while_the_guest_pays() {
        let mut world = World::start();
        let guest = world.guest();
        let order = guest.order(&eat_in(vec![pancake()])).await.id;
        guest.pay(order, Method::Kakaopay).await;
        let waiting = offered(&world, order).await;
        let page = Phone::default().open(&qr(&waiting)).await;
        world.kill_hub();
        let home = page.pay_and_stay().await;
        world.start_hub();
        let resumed = assert_resumes(&world, order).await;
        assert_eq!(qr(&resumed), qr(&waiting));
        let landed = Phone::default().open(&home).await;
        assert!(landed.status.is_success(), "{}", landed.status);
        settled_once(&world, order).await;
        assert_eq!(world.outside.gateway().await.count("approve"), 1);
    }

    /// Killed while the approval is under way, the gateway done with it or still at it:
    /// nobody calls it failed, the gateway is asked, and the money is taken once.
    #[tokio::test]
    async fn during_the_approval() {
        let mut world = World::start();
        for (fault, ms) in [("delay", 20_000), ("late", 2_500)] {
            let slow = json!({
                "endpoint": "payment.approve", "fault": fault, "times": 1, "delay_ms": ms,
            });
            world.outside.fault(slow).await;
            let order = approving(&world).await;
            world.crash();
            let resumed = assert_resumes(&world, order).await;
            let state = pay_state(&resumed).expect("a payment");
            assert!(!state.is_closed_unpaid(), "{fault}: {state:?}");
            let disk = settled_once(&world, order).await;
            assert_eq!(disk.payments[0].approvals_sent, 1, "{fault}");
        }
        assert_eq!(world.outside.gateway().await.count("approve"), 2);
    }

    /// Killed at once after the approval was written down: number and release are in the
    /// same commit, so the guest sees the number and everything follows once.
    #[tokio::test]
    async fn after_the_approval() {
        let mut world = World::start();
        let guest = world.guest();
        let order = guest.order(&eat_in(vec![hot_stew()])).await.id;
        guest.pay(order, Method::Kakaopay).await;
        let page = Phone::default()
            .open(&qr(&offered(&world, order).await))
            .await;
        let mut feed = world.feed(guest.seq().await).await;
        page.pay().await;
        feed.until("the approval", |body| {
            let approved = Some(PaymentState::Approved);
            matches!(body, EventBody::Order { payment, .. } if *payment == approved)
        })
        .await;
        world.crash();
        let resumed = assert_resumes(&world, order).await;
        assert!(resumed.number.is_some() && resumed.state.is_released());
        settle_doubts(&world, order).await;
        assert_eq!(world.outside.gateway().await.approved_total, 12_000);
        assert_eq!(world.outside.till().await.of(order).len(), 1);
    }

    /// Killed while a ticket is being written: it is in doubt after, never printed again
    /// by itself, and staff who see the paper end the doubt.
    #[tokio::test]
    async fn during_printing() {
        let mut world = World::with(&Setup::sample().without_backups());
        let runs_out = json!({
            "endpoint": "printer.kitchen", "fault": "paper_out", "after_lines": 4,
        });
        world.outside.fault(runs_out).await;
        let order = released(&world).await;
        world
            .outside
            .printer_until("kitchen", "half a ticket", |kitchen| {
                kitchen.jobs.iter().any(|job| job.lines.len() >= 4)
            })
            .await;
        world.crash();
        let doubt = world
            .until(order, "a ticket in doubt", |view| {
                view.prints[0].state == PrintState::SentUnconfirmed
            })
            .await;
        let board = world.staff().board().await;
        assert!(
            board
                .prints
                .iter()
                .any(|open| open.print.job == doubt.prints[0].job)
        );
        world
            .outside
            .switch("printer.kitchen", "paper_out", false)
            .await;
        settle_doubts(&world, order).await;
        let kitchen = world.outside.printer("kitchen").await;
        let tickets = kitchen.jobs.iter().filter(|job| job.says("주문서"));
        assert_eq!(tickets.count(), 1, "{:#?}", kitchen.jobs);
    }

    /// Killed while the till is being told, done with it or still at it: it is looked up
    /// and has the order once.
    #[tokio::test]
    async fn during_the_relay() {
        let mut world = World::start();
        // Else the till's own news may tell before the look-up does.
        let no_news = json!({ "endpoint": "pos.changes", "fault": "unavailable" });
        world.outside.fault(no_news).await;
        for (fault, ms) in [("delay", 20_000), ("late", 1_500)] {
            let slow = json!({
                "endpoint": "pos.submit", "fault": fault, "times": 1, "delay_ms": ms,
            });
            world.outside.fault(slow).await;
            let order = released(&world).await;
            world
                .until(order, "a message under way", |view| {
                    view.relay == Some(RelayState::Sending)
                        && view.prints.iter().all(|p| p.state == PrintState::Printed)
                })
                .await;
            world.crash();
            settled_once(&world, order).await;
            let till = world.outside.till().await;
            assert!(till.counts["lookup"] > 0, "{fault}: {:?}", till.counts);
        }
    }

    /// Killed upon each of an order's events in turn, from the first to the last: each
    /// order of them is finished by a guest who only goes on with what the kiosk shows,
    /// and is there once.
    #[tokio::test]
    async fn upon_every_event() {
        let mut world = World::start();
        let mut point = 0;
        loop {
            let guest = world.guest();
            let mut feed = world.feed(guest.seq().await).await;
            let order = guest.order(&eat_in(vec![pancake()])).await.id;
            let mine = |body: &EventBody| matches!(body, EventBody::Order { order: of, .. } if *of == order);
            let watch = async {
                for _ in 0..=point {
                    feed.until("the next event", mine).await;
                }
            };
            let killed = tokio::select! {
                biased;
                () = watch => true,
                () = go_to_the_end(&world, order, is_settled) => false,
            };
            if !killed {
                assert!(point >= 10, "an order has more events than {point}");
                break;
            }
            world.crash();
            assert_resumes(&world, order).await;
            finish(&world, order).await;
            point += 1;
        }
    }

    /// Goes on with an order as a guest does who sees only how it stands.
    async fn go_to_the_end(world: &World, order: OrderId, end: fn(&OrderView) -> bool) {
        loop {
            let view = world
                .until(order, "something to do, or the end", |view| {
                    view.state == OrderState::Placed
                        || view.payment.as_ref().is_some_and(|p| p.page.is_some())
                        || end(view)
                })
                .await;
            if end(&view) {
                return;
            }
            go_on(world, &view).await;
        }
    }

    /// What a guest does next who sees an order like this.
    async fn go_on(world: &World, view: &OrderView) {
        let showing = view.payment.as_ref().is_some_and(|p| p.page.is_some());
        if view.state == OrderState::Placed {
            world.guest().pay(view.id, Method::Kakaopay).await;
        } else if showing {
            Phone::default().open(&qr(view)).await.pay().await;
        }
    }

    /// Goes on until the order is accepted, and ends what is in doubt as staff do.
    async fn finish(world: &World, order: OrderId) {
        go_to_the_end(world, order, |view| view.state == OrderState::Accepted).await;
        settle_doubts(world, order).await;
    }

    /// Ends the doubt about tickets as staff do, paper in hand or not, and looks at the
    /// order from every side.
    async fn settle_doubts(world: &World, order: OrderId) {
        let ended = |view: &OrderView| {
            view.state == OrderState::Accepted
                && view.prints.iter().all(|print| {
                    matches!(
                        print.state,
                        PrintState::Printed | PrintState::SentUnconfirmed
                    )
                })
        };
        let view = world
            .until(order, "tickets that are printed or in doubt", ended)
            .await;
        let number = view.number.expect("a number").to_string();
        for print in &view.prints {
            if print.state == PrintState::Printed {
                continue;
            }
            let paper = world.outside.printer(print.printer.as_str()).await;
            let came_out = paper
                .jobs
                .iter()
                .any(|job| job.says(&number) && job.cuts == 1);
            let settle = SettlePrintRequest {
                staff: staff(),
                command: command(),
                job: print.job,
                came_out,
            };
            world.staff().must::<SettlePrint>(&settle).await;
        }
        world.until(order, "every ticket on paper", in_hand).await;
        for print in &view.prints {
            let paper = world.outside.printer(print.printer.as_str()).await;
            let tickets: Vec<_> = paper.jobs.iter().filter(|job| job.says(&number)).collect();
            let first = tickets.iter().filter(|job| !job.says("*** 재출력 ***"));
            assert!(first.count() <= 1 && !tickets.is_empty(), "{tickets:#?}");
        }
        let disk = world.on_disk(order);
        let approved = disk
            .payments
            .iter()
            .filter(|a| a.state == PaymentState::Approved);
        assert_eq!(approved.count(), 1);
        let gateway = world.outside.gateway().await;
        let attempts = disk
            .payments
            .iter()
            .filter(|a| a.method == Method::Kakaopay);
        let taken: u64 = attempts
            .filter_map(|a| {
                let name = a.id.to_string();
                gateway.payments.iter().find(|p| p.partner_order_id == name)
            })
            .map(|p| p.approvals)
            .sum();
        assert_eq!(taken, 1, "approvals of the order at the gateway");
        assert_eq!(world.outside.till().await.of(order).len(), 1);
    }

    fn in_hand(view: &OrderView) -> bool {
        view.prints
            .iter()
            .all(|print| matches!(print.state, PrintState::Printed | PrintState::Failed))
    }

    async fn offered(world: &World, order: OrderId) -> OrderView {
        world
            .until(order, "a QR", |view| {
                view.payment.as_ref().is_some_and(|p| p.page.is_some())
            })
            .await
    }

    /// An order whose approval is under way.
    async fn approving(world: &World) -> OrderId {
        let guest = world.guest();
        let order = guest.order(&eat_in(vec![pancake()])).await.id;
        guest.pay(order, Method::Kakaopay).await;
        let page = Phone::default()
            .open(&qr(&offered(world, order).await))
            .await;
        page.pay().await;
        world
            .until(order, "an approval under way", |view| {
                pay_state(view) == Some(PaymentState::Approving)
            })
            .await;
        order
    }

    /// An order paid by phone and released.
    async fn released(world: &World) -> OrderId {
        let guest = world.guest();
        let order = guest.order(&eat_in(vec![pancake()])).await.id;
        guest.pay(order, Method::Kakaopay).await;
        let page = Phone::default()
            .open(&qr(&offered(world, order).await))
            .await;
        page.pay().await;
        world
            .until(order, "a released order", |view| view.state.is_released())
            .await;
        order
    }
}
