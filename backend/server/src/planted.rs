//! The binary `anlin-planted`: the same program, built with the planted bugs.

#[path = "main.rs"]
mod program;

fn main() -> std::process::ExitCode {
    program::main()
}
