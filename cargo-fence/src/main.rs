//! The binary `cargo-fence`: hands its arguments to the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_fence::run(std::env::args_os())
}
