//! `cargo xtask no-std`: the engine builds where there is no std, and no dependency brings std in again.
//!
//! The proof works on any machine: `tests/no-std` is a `#![no_std]` static library with a panic handler of its own that
//! depends on the engine. Were std linked in, there would be two panic handlers, which is an error; so that this is no
//! idle hope, the same crate is also built with std and must then fail. Where the target of a machine without operating
//! system is installed, the engine is built for that too.

use std::path::Path;

use crate::failure::Failure;
use crate::process;

const CRATE: &str = "tests/no-std/Cargo.toml";

/// Runs the proof and every bare-metal build that the installed targets allow.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let target_folder = root.join("target/no-std");
    let build = || {
        let mut cargo = process::cargo(root);
        cargo.args(["build", "--quiet", "--manifest-path", CRATE]);
        if std::env::var_os("CARGO_TARGET_DIR").is_none() {
            cargo.arg("--target-dir").arg(&target_folder);
        }
        cargo
    };
    process::run(&mut build())?;
    expect_two_panic_handlers(process::output(build().args(["--features", "std"])))?;
    println!("no-std: a no_std library with the engine in it builds, and with std it does not");

    let mut any = false;
    for target in bare_metal_targets(root)? {
        if !has_wide_atomics(root, &target)? {
            println!(
                "no-std: {target} has no 64-bit atomics, which the chain table needs: skipped"
            );
            continue;
        }
        let mut cargo = process::cargo(root);
        process::run(cargo.args([
            "build",
            "--quiet",
            "--package",
            "fence-engine",
            "--target",
            &target,
        ]))?;
        println!("no-std: the engine builds for {target}");
        any = true;
    }
    if !any {
        println!("no-std: no bare-metal target is installed, such as x86_64-unknown-none");
    }
    Ok(())
}

/// The build with std has to fail, and for this reason and no other.
fn expect_two_panic_handlers(build: Result<String, Failure>) -> Result<(), Failure> {
    match build {
        Ok(_) => Err(Failure::Refused(format!(
            "{CRATE} builds with std too, so it proves nothing"
        ))),
        Err(Failure::Program { said, .. }) if said.contains("panic_impl") => Ok(()),
        Err(other) => Err(other),
    }
}

/// The installed targets that have core and no std.
fn bare_metal_targets(root: &Path) -> Result<Vec<String>, Failure> {
    let sysroot = process::output(process::rustc(root).args(["--print", "sysroot"]))?;
    let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
    let mut targets = Vec::new();
    for entry in libraries.read_dir().into_iter().flatten().flatten() {
        let files: Vec<String> = entry
            .path()
            .join("lib")
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect();
        if is_bare_metal(&files) {
            targets.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    targets.sort();
    Ok(targets)
}

fn is_bare_metal(libraries: &[String]) -> bool {
    let has = |name: &str| libraries.iter().any(|library| library.starts_with(name));
    has("libcore-") && has("liballoc-") && !has("libstd-")
}

fn has_wide_atomics(root: &Path, target: &str) -> Result<bool, Failure> {
    let facts = process::output(process::rustc(root).args(["--print", "cfg", "--target", target]))?;
    Ok(facts.lines().any(|fact| fact == "target_has_atomic=\"64\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(said: &str) -> Result<String, Failure> {
        Err(Failure::Program {
            command: "cargo build".into(),
            said: said.into(),
        })
    }

    #[test]
    fn a_crate_that_also_builds_with_std_is_no_proof() {
        assert!(expect_two_panic_handlers(Ok(String::new())).is_err());
        assert!(expect_two_panic_handlers(failed("no network")).is_err());
        let reason = "error[E0152]: found duplicate lang item `panic_impl`";
        assert!(expect_two_panic_handlers(failed(reason)).is_ok());
    }

    #[test]
    fn a_bare_metal_target_has_core_and_alloc_but_no_std() {
        let files = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert!(is_bare_metal(&files(&[
            "libcore-1.rlib",
            "liballoc-1.rlib"
        ])));
        assert!(!is_bare_metal(&files(&[
            "libcore-1.rlib",
            "liballoc-1.rlib",
            "libstd-1.rlib"
        ])));
        assert!(!is_bare_metal(&files(&[])));
    }
}
