//! An order through the kiosk shell's own window, with the hub inside it.

#[cfg(test)]
mod in_the_window {
    use soban_tests::phone::Phone;
    use soban_tests::setup::Setup;
    use soban_tests::shell::Shell;
    use soban_tests::truth::{papers, settled_once};
    use soban_tests::world::World;

    /// The whole way in the Tauri window: options and a set by touch, the QR read from
    /// the screen's own picture and paid on a phone, number and receipt. Gateway, till,
    /// papers, database and screen agree.
    #[tokio::test]
    async fn a_guest_orders_pays_and_gets_a_receipt() {
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
}
