//! `cargo xtask compiled-out`: without the checker a checked lock is the plain lock, in size and in code.
//!
//! `tests/compiled-out` has pairs of functions, `NAME_checked` and `NAME_plain`; its constants compare the sizes. Here its
//! assembly is read, and both of a pair must have the same instructions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::process;

const CRATE: &str = "tests/compiled-out/Cargo.toml";

/// Compiles the pairs and compares them.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let own = std::env::var_os("CARGO_TARGET_DIR");
    let folder = own.map_or_else(|| root.join("target/compiled-out"), PathBuf::from);
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::Refused(format!("{}: {error}", folder.display())))?;
    let assembly = folder.join("compiled-out.s");
    let mut cargo = process::cargo(root);
    cargo.args(["rustc", "--quiet", "--release", "--manifest-path", CRATE]);
    cargo.arg("--target-dir").arg(&folder);
    let emit = format!("asm={}", assembly.display());
    cargo.args(["--", "--emit", &emit]);
    process::run(&mut cargo)?;
    let text = std::fs::read_to_string(&assembly)
        .map_err(|error| Failure::Refused(format!("{}: {error}", assembly.display())))?;
    let compared = compare(&functions(&text)).map_err(Failure::Refused)?;
    for (name, instructions) in compared {
        println!("compiled-out: {name}: {instructions} instructions, the same as of the plain one");
    }
    Ok(())
}

/// The instructions of each function whose name is no mangled one.
fn functions(assembly: &str) -> BTreeMap<&str, Vec<String>> {
    let mut functions = BTreeMap::new();
    let mut lines = assembly.lines();
    while let Some(line) = lines.next() {
        let name = line.strip_suffix(':').unwrap_or_default();
        if !(name.ends_with("_checked") || name.ends_with("_plain")) {
            // One that is the same as another may only be said to be so.
            if let Some((alias, of)) = alias(line) {
                let same = functions.get(of).cloned().unwrap_or_default();
                functions.insert(alias, same);
            }
            continue;
        }
        let body = lines
            .by_ref()
            .take_while(|line| !line.contains(".cfi_endproc"))
            .map(str::trim)
            .filter(|line| !line.starts_with(['.', '#', '/']) && !line.ends_with(':'))
            .map(without_labels)
            .collect();
        functions.insert(name, body);
    }
    functions
}

/// `.set alias, of` or `alias = of`.
fn alias(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (alias, of) = match line.strip_prefix(".set") {
        Some(rest) => rest.split_once(',')?,
        None => line.split_once(" = ")?,
    };
    Some((alias.trim(), of.trim()))
}

/// An instruction with its labels, which are numbered through the file, made alike.
fn without_labels(line: &str) -> String {
    let words = line.split_inclusive([' ', '\t', ',', '(', ')', '+']);
    words
        .map(|word| if word.starts_with(".L") { ".L" } else { word })
        .collect()
}

/// Each pair with how many instructions both have.
fn compare(functions: &BTreeMap<&str, Vec<String>>) -> Result<Vec<(String, usize)>, String> {
    let mut compared = Vec::new();
    for (checked, code) in functions {
        let Some(name) = checked.strip_suffix("_checked") else {
            continue;
        };
        let plain = functions
            .get(format!("{name}_plain").as_str())
            .ok_or_else(|| format!("{CRATE}: `{name}` has no plain half"))?;
        if code.is_empty() {
            return Err(format!("{CRATE}: no instruction of `{checked}` was found"));
        }
        if code != plain {
            return Err(format!(
                "{CRATE}: `{name}` is not the same without the checker:\n{}\nand plain:\n{}",
                code.join("\n"),
                plain.join("\n")
            ));
        }
        compared.push((name.to_owned(), code.len()));
    }
    if compared.is_empty() {
        return Err(format!("{CRATE}: there is no pair to compare"));
    }
    Ok(compared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_differ_in_labels_only_are_the_same() {
        let text = "a_checked:\n\t.cfi_startproc\n\tjne\t.LBB1_2\n.LBB1_2:\n\tret\n\t.cfi_endproc\n\
                    a_plain:\n\t.cfi_startproc\n\tjne\t.LBB7_9\n\tret\n\t.cfi_endproc\n";
        assert_eq!(compare(&functions(text)), Ok(vec![("a".to_owned(), 2)]));
    }

    #[test]
    fn functions_that_the_compiler_made_one_are_the_same() {
        for alias in [".set a_checked, a_plain", "a_checked = a_plain"] {
            let text = format!("a_plain:\n\tret\n\t.cfi_endproc\n{alias}\n");
            assert_eq!(compare(&functions(&text)), Ok(vec![("a".to_owned(), 1)]));
        }
    }

    #[test]
    fn one_more_instruction_is_told() {
        let text = "a_checked:\n\tnop\n\tret\n\t.cfi_endproc\na_plain:\n\tret\n\t.cfi_endproc\n";
        let error = compare(&functions(text)).expect_err("they differ");
        assert!(error.contains("`a` is not the same"), "{error}");
        assert!(compare(&functions("")).is_err(), "nothing is no proof");
    }
}
