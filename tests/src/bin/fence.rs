//! The command line, for tests that need it and are not in its package.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_fence::run(std::env::args_os())
}
