//! Rebuilds the crate when a text changes: the compiler does not see what `i18n!` reads.

fn main() {
    println!("cargo:rerun-if-changed=locales");
}
