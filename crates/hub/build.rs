//! Builds again when the screens or the sample store changed: what is carried in the
//! program is read at compile time.

fn main() {
    for folder in ["../../target/ui/dist", "../../assets/sample"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
