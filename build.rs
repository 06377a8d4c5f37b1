//! The migrations are built in by a macro whose files the compiler does not watch.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
