//! The staff's program.

fn main() {
    soban_ui::staff::start();
}
