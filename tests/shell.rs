//! An order through the kiosk shell's own window, with the hub inside it.

#[cfg(test)]
mod in_the_window {
    use soban_tests::outside::Gateway;
    use soban_tests::phone::Phone;
    use soban_tests::setup::Setup;
    use soban_tests::shell::Shell;
    use soban_tests::truth::{papers, settled_once};
    use soban_tests::world::World;
    use tokio::sync::Mutex;

    /// A window at a time: each has a display, a bus and a web engine of its own, and two
    /// of them starve each other on a small machine.
    static ONE_WINDOW: Mutex<()> = Mutex::const_new(());

    /// The whole way in the Tauri window: options and a set by touch, the QR read from
    /// the screen's own picture and paid on a phone, number and receipt. Gateway, till,
    /// papers, database and screen agree.
    #[tokio::test]
    async fn a_guest_orders_pays_and_gets_a_receipt() {
        let _alone = ONE_WINDOW.lock().await;
        let world = World::without_hub(&Setup::sample());
        let shell = Shell::start(&world).await;
        let face = &shell.face;
        face.screen("start").await;
        let chosen = [
            "start-eat-in",
            "category-stews",
            "item-kimchi-jjigae",
            "choice-spiciness-hot",
            "choice-add-ons-rice",
            "more-add-ons-rice",
            "qty-plus",
            "sheet-add",
            "category-sets",
            "item-set-solo",
            "choice-spiciness-mild",
            "choice-cup-size-large",
            "choice-ice-level-none",
            "sheet-add",
            "go-pay",
        ];
        face.taps(&chosen).await;
        face.see("review").await;
        face.says("basket-total", "38,600원").await;
        face.tap("method-kakaopay").await;
        face.screen("qr").await;
        let order = face.order().await;
        let qr = face.qr("pay-qr").await;
        let home = Phone::default().open(&qr).await.pay().await;
        assert!(home.status.is_success(), "{}", home.status);
        face.screen("done").await;
        let number = face.text("done-number").await;
        face.tap("receipt-yes").await;
        face.until(
            "a printed receipt",
            "document.querySelector('[data-testid=receipt-state]')?.dataset.state === 'printed'",
        )
        .await;
        let disk = settled_once(&world, order).await;
        assert_eq!(disk.order.priced.total.0, 38_600);
        assert_eq!(
            disk.order.number.map(|number| number.to_string()),
            Some(number)
        );
        let receipts = papers(&world, &disk.order, "receipt", "영수증").await;
        assert_eq!(receipts.len(), 1);
        assert_eq!(receipts[0].value("합계"), "38,600");
        shell.close().await;
    }

    /// Where no phone reaches the hub: the gateway's own page in the shell's locked
    /// window, whose QR a phone pays; the window comes home by navigation, the token is
    /// caught there, and gateway, till, papers, database and screen agree.
    #[tokio::test]
    async fn the_gateways_page_comes_home_in_the_window() {
        let _alone = ONE_WINDOW.lock().await;
        let setup = Setup::sample().settings("way = \"phone_qr\"", "way = \"pc_page\"");
        let world = World::without_hub(&setup);
        let shell = Shell::start(&world).await;
        let face = &shell.face;
        face.screen("start").await;
        let chosen = [
            "start-take-out",
            "category-stews",
            "item-kimchi-jjigae",
            "choice-spiciness-mild",
            "sheet-add",
            "go-pay",
        ];
        face.taps(&chosen).await;
        face.see("review").await;
        face.tap("method-kakaopay").await;
        face.screen("window").await;
        let order = face.order().await;
        let page = face.attribute("pay-window", "data-url").await;
        let opened =
            |gateway: &Gateway| gateway.payments.iter().any(|p| p.status == "OPEN_PAYMENT");
        world
            .outside
            .gateway_until("the window on its page", opened)
            .await;
        // The QR of that page says where a phone pays.
        let phone = page
            .strip_suffix("/info")
            .map(|page| format!("{page}/mInfo"));
        let stays = Phone::default().open(&phone.unwrap()).await.pay().await;
        assert!(
            stays.url.as_str().contains("/kakaopay/"),
            "the phone stays at the gateway"
        );
        face.screen("done").await;
        let number = face.text("done-number").await;
        let disk = settled_once(&world, order).await;
        assert_eq!(
            disk.order.number.map(|number| number.to_string()),
            Some(number)
        );
        shell.close().await;
    }
}
