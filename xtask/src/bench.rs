//! `cargo xtask bench NAME`: the one door to the benchmarks, which are the programs of the package `fence-bench`.
//!
//! It knows nothing of what they measure; flags go through to them as they are.

use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;
use crate::process;

const PACKAGE: &str = "fence-bench";

/// Runs the benchmark `name`, built for release; without a name, lists what there is.
pub(crate) fn run(root: &Path, name: Option<&str>, flags: &[String]) -> Result<(), Failure> {
    let mut metadata = process::cargo(root);
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let there = programs(&process::output(&mut metadata)?)?;
    let Some(name) = name else {
        for name in there {
            println!("{name}");
        }
        return Ok(());
    };
    let name = choose(&there, name)?;
    let mut cargo = process::cargo(root);
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        PACKAGE,
        "--bin",
        name,
        "--",
    ]);
    process::run(cargo.args(flags))
}

fn choose<'n>(there: &[String], name: &'n str) -> Result<&'n str, Failure> {
    if there.iter().any(|program| program == name) {
        return Ok(name);
    }
    Err(Failure::Refused(format!(
        "no benchmark is called `{name}`; there are: {}",
        there.join(", ")
    )))
}

/// The programs of the benchmark package, from what `cargo metadata` prints, sorted.
fn programs(metadata: &str) -> Result<Vec<String>, Failure> {
    let refused = |why: &str| Failure::Refused(why.into());
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| {
        Failure::Refused(format!("`cargo metadata` is not understood: {error}"))
    })?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let package = list(&metadata, "packages")
        .into_iter()
        .find(|package| package["name"] == PACKAGE)
        .ok_or_else(|| refused("this workspace has no package `fence-bench`"))?;
    let mut programs: Vec<String> = list(&package, "targets")
        .iter()
        .filter(|target| list(target, "kind").iter().any(|kind| kind == "bin"))
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    programs.sort();
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"packages":[
        {"name":"other","targets":[{"name":"no","kind":["bin"]}]},
        {"name":"fence-bench","targets":[
            {"name":"fence_bench","kind":["lib"]},
            {"name":"lock","kind":["bin"]},
            {"name":"engine","kind":["bin"]}]}]}"#;

    #[test]
    fn the_programs_of_the_benchmark_package_are_the_benchmarks() {
        assert_eq!(programs(METADATA).expect("metadata"), ["engine", "lock"]);
    }

    #[test]
    fn an_unknown_name_is_refused_with_a_list_of_those_there_are() {
        let there = programs(METADATA).expect("metadata");
        assert_eq!(choose(&there, "lock").ok(), Some("lock"));
        let error = choose(&there, "locks").expect_err("an error").to_string();
        assert_eq!(
            error,
            "no benchmark is called `locks`; there are: engine, lock"
        );
    }

    #[test]
    fn a_workspace_without_benchmarks_is_told_so() {
        let error = programs(r#"{"packages":[]}"#)
            .expect_err("an error")
            .to_string();
        assert_eq!(error, "this workspace has no package `fence-bench`");
    }
}
