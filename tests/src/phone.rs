//! The guest's phone: opens what the QR says, presses a button, is sent home.
//!
//! Guarantees: it follows forms and redirects as a browser does and knows no address but
//! the one that it was shown.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use soban_protocol::view::{OrderView, PaymentPage};

const FORM: &str = "application/x-www-form-urlencoded";

/// A phone.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    client: Client,
}

/// A page on the phone.
#[derive(Clone, Debug)]
pub struct Page {
    phone: Phone,
    /// Where the phone is, after every redirect.
    pub url: Url,
    /// How the last server answered.
    pub status: StatusCode,
    /// What it showed.
    pub html: String,
}

/// What the QR of an order's payment says.
///
/// # Panics
/// Where it shows none.
pub fn qr(order: &OrderView) -> String {
    let payment = order.payment.as_ref().expect("a payment is under way");
    match &payment.page {
        Some(PaymentPage::Qr { text }) => text.clone(),
        other => panic!("no QR but {other:?}"),
    }
}

impl Phone {
    /// Opens an address.
    ///
    /// # Panics
    /// Where nobody answers.
    pub async fn open(&self, url: &str) -> Page {
        self.look(self.client.get(url)).await
    }

    /// Opens an address of a server that may be gone.
    pub async fn try_open(&self, url: &str) -> Option<Page> {
        self.try_look(self.client.get(url)).await
    }

    async fn look(&self, request: reqwest::RequestBuilder) -> Page {
        let page = self.try_look(request).await;
        page.expect("the page's server answers")
    }

    async fn try_look(&self, request: reqwest::RequestBuilder) -> Option<Page> {
        let response = request.send().await.ok()?;
        Some(Page {
            phone: self.clone(),
            url: response.url().clone(),
            status: response.status(),
            html: response.text().await.ok()?,
        })
    }
}

impl Page {
    /// Presses pay.
    pub async fn pay(&self) -> Page {
        self.submit("/pay", "method=MONEY").await
    }

    /// Presses pay, and is sent home without going there: the address, token and all.
    ///
    /// # Panics
    /// Where the gateway sends it nowhere.
    pub async fn pay_and_stay(&self) -> String {
        let (url, form) = self.form("/pay", "method=MONEY");
        let staying = Client::builder().redirect(Policy::none()).build();
        let request = staying
            .expect("a phone")
            .post(url)
            .header(CONTENT_TYPE, FORM);
        let response = request.body(form).send().await;
        let response = response.expect("the gateway answers");
        let home = response.headers().get(LOCATION).map(|home| home.to_str());
        let home = home.expect("a way home").expect("an address");
        home.to_owned()
    }

    /// Presses the way out.
    pub async fn quit(&self) -> Page {
        self.submit("/quit", "").await
    }

    /// Fails to say who one is.
    pub async fn fail(&self) -> Page {
        self.submit("/fail", "").await
    }

    /// Sends the form whose action ends so.
    async fn submit(&self, ending: &str, content: &str) -> Page {
        let (url, form) = self.form(ending, content);
        let request = self.phone.client.post(url).header(CONTENT_TYPE, FORM);
        self.phone.look(request.body(form)).await
    }

    fn form(&self, ending: &str, content: &str) -> (Url, String) {
        let action = self
            .html
            .split("action=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .find(|action| action.ends_with(ending))
            .unwrap_or_else(|| panic!("no form leads to {ending}: {}", self.html));
        let url = self.url.join(action).expect("a form leads to an address");
        (url, content.to_owned())
    }

    /// The sentence that the hub's page is about: `paid`, `checking`, `not_paid`, …
    ///
    /// # Panics
    /// Where it is not a page of the hub.
    pub fn state(&self) -> &str {
        let rest = self.html.split_once("data-state=");
        let (_, rest) = rest.unwrap_or_else(|| panic!("not a page of the hub: {}", self.html));
        rest.split('>').next().unwrap_or_default()
    }
}
