//! The guest's program: kiosk, table tablet, phone.

fn main() {
    soban_ui::guest::start();
}
