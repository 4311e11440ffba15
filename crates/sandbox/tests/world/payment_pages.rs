//! The guest's phone page and the kiosk's waiting page.

use std::time::Duration;

use serde_json::json;

use crate::harness::{World, approve_body, but, ready_body, tid};

/// Goal: the phone shows shop, item and amount and opening it is seen by the inquiry; method: the page is fetched.
#[tokio::test]
async fn the_phone_shows_what_is_paid() {
    let world = World::start().await;
    let ready = world.ready().await;
    for name in ["next_redirect_mobile_url", "next_redirect_app_url"] {
        let page = world.text(ready[name].as_str().unwrap()).await;
        for words in [
            "27,000",
            "김치찌개 외 2건",
            "소반 식당",
            "결제하기",
            "그만두기",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("{{"), "every placeholder is filled");
    }
    assert_eq!(world.status_of(&tid(&ready)).await, "OPEN_PAYMENT");
}

/// Goal: names from outside stay text on the page; method: an item name that is markup.
#[tokio::test]
async fn names_stay_text() {
    let world = World::start().await;
    let name = "<script>alert(1)</script>";
    let (_, ready) = world
        .kakao("ready", but(ready_body(), json!({ "item_name": name })))
        .await;
    for address in ["next_redirect_mobile_url", "next_redirect_pc_url"] {
        let page = world.text(ready[address].as_str().unwrap()).await;
        assert!(!page.contains(name));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
}

/// Goal: paying on a phone alone leads that phone home, once; method: pay pressed twice, both redirects compared.
#[tokio::test]
async fn the_phone_goes_home_with_its_token() {
    let world = World::start().await;
    let ready = world.ready().await;
    let first = world.press(&ready, "pay", "method=MONEY").await.unwrap();
    assert!(
        first.starts_with("http://hub.test/paid?a=1&pg_token="),
        "{first}"
    );
    let second = world.press(&ready, "pay", "method=CARD").await.unwrap();
    assert_eq!(first, second, "a second tap must not make a second token");
    assert_eq!(world.press(&ready, "quit", "").await.unwrap(), first);
    assert_eq!(world.status_of(&tid(&ready)).await, "AUTH_PASSWORD");
}

/// Goal: quitting and failing lead to their own addresses and end the payment; method: each button, then an approve.
#[tokio::test]
async fn quitting_and_failing_end_it() {
    let world = World::start().await;
    for (button, home, status) in [
        ("quit", "http://hub.test/quit", "QUIT_PAYMENT"),
        ("fail", "http://hub.test/fail", "FAIL_PAYMENT"),
    ] {
        let ready = world.ready().await;
        assert_eq!(world.press(&ready, button, "").await.unwrap(), home);
        assert_eq!(world.status_of(&tid(&ready)).await, status);
        let (_, body) = world.kakao("approve", approve_body(&ready, "any")).await;
        assert_eq!(body["error_code"], -783);
        assert_eq!(
            world.press(&ready, "pay", "method=MONEY").await.unwrap(),
            home
        );
        assert_eq!(world.status_of(&tid(&ready)).await, status);
    }
}

/// Goal: with the kiosk's screen watching, the phone stays and the screen goes home; method: both pages, then the screen's question.
#[tokio::test]
async fn the_screen_goes_home_instead_of_the_phone() {
    let world = World::start().await;
    let ready = world.ready().await;
    let screen = ready["next_redirect_pc_url"].as_str().unwrap();
    let page = world.text(screen).await;
    let mobile = ready["next_redirect_mobile_url"].as_str().unwrap();
    assert!(page.contains("<svg") && page.contains(mobile));
    let ask = screen.replace("/info", "/state");
    let before: serde_json::Value = serde_json::from_str(&world.text(&ask).await).unwrap();
    assert!(before["url"].is_null());
    let led = world.press(&ready, "pay", "method=MONEY").await.unwrap();
    assert!(led.ends_with("/mInfo"), "{led}");
    assert!(world.text(mobile).await.contains("키오스크 화면"));
    let after: serde_json::Value = serde_json::from_str(&world.text(&ask).await).unwrap();
    let home = after["url"].as_str().unwrap();
    let token = home
        .strip_prefix("http://hub.test/paid?a=1&pg_token=")
        .unwrap();
    let (status, _) = world.kakao("approve", approve_body(&ready, token)).await;
    assert_eq!(status, 200);
}

/// Goal: after fifteen minutes both pages lead to the fail address; method: the clock is pushed, then both are asked.
#[tokio::test]
async fn time_out_leads_to_the_fail_address() {
    let world = World::start().await;
    let ready = world.ready().await;
    world.sandbox.clock().advance(Duration::from_secs(15 * 60));
    let ask = ready["next_redirect_pc_url"]
        .as_str()
        .unwrap()
        .replace("/info", "/state");
    let state: serde_json::Value = serde_json::from_str(&world.text(&ask).await).unwrap();
    assert_eq!(state["url"], "http://hub.test/fail");
    assert_eq!(
        world.press(&ready, "pay", "method=MONEY").await.unwrap(),
        "http://hub.test/fail"
    );
    let (_, body) = world.kakao("approve", approve_body(&ready, "any")).await;
    assert_eq!(body["error_code"], -723);
}

/// Goal: a guessed page address shows nothing; method: an address nobody was given.
#[tokio::test]
async fn unknown_pages_are_404() {
    let world = World::start().await;
    for view in ["mInfo", "info", "state"] {
        let url = world.url(&format!("/kakaopay/v1/{}/{view}", "x".repeat(40)));
        assert_eq!(world.client.get(url).send().await.unwrap().status(), 404);
    }
}
