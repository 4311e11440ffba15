//! Icons: Lucide (ISC), inlined, drawn in the colour of the text beside them.
//!
//! Guarantees: hidden from screen readers, since an icon never stands without words.
//! Deliberately absent: a way to draw an icon that is not in `assets/icons`.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident = $file:literal;)*) => {
        /// An icon by what it shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names are the drawings' own")]
        pub enum Icon { $($name),* }

        impl Icon {
            fn drawing(self) -> &'static str {
                match self {
                    $(Icon::$name => include_str!(concat!("../../assets/icons/", $file, ".svg"))),*
                }
            }
        }
    };
}

icons! {
    ArrowLeft = "arrow-left";
    ArrowRight = "arrow-right";
    Bell = "concierge-bell";
    Check = "check";
    ChevronRight = "chevron-right";
    Clock = "clock";
    Contrast = "contrast";
    Home = "house";
    IdCard = "id-card";
    Info = "info";
    Languages = "languages";
    Large = "a-large-small";
    Low = "arrow-down-to-line";
    Minus = "minus";
    Pencil = "pencil";
    Plus = "plus";
    Printer = "printer";
    Qr = "qr-code";
    Receipt = "receipt-text";
    Refresh = "refresh-cw";
    Undo = "rotate-ccw";
    Bag = "shopping-bag";
    Ban = "ban";
    List = "list";
    User = "user";
    Basket = "shopping-basket";
    Card = "credit-card";
    Chart = "chart-column";
    Coins = "coins";
    Phone = "smartphone";
    Scan = "scan-line";
    Store = "store";
    Trash = "trash-2";
    Warning = "triangle-alert";
    Utensils = "utensils";
    Wallet = "wallet";
    WifiOff = "wifi-off";
    Close = "x";
}

/// Draws an icon.
pub fn icon(which: Icon) -> AnyView {
    view! { <span class="icon" aria-hidden="true" inner_html=which.drawing()></span> }.into_any()
}
