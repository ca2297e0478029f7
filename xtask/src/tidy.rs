//! `cargo xtask tidy`: the rules of the house that a machine can check. One check a file, each a function over texts.

mod declaring_files;
mod dependencies;
mod file_heads;
mod file_names;
mod issued_ids;
mod let_chains;
mod manuals;
mod message_arguments;
mod outside_paths;
mod patterns;
mod row_names;
mod rule_files;

use fence_engine::rules::ALL;

use crate::catalogue::{self, Catalogue};
use crate::failure::Failure;
use crate::generate;
use crate::problem::Problem;
use crate::tree::Tree;

pub(crate) use issued_ids::{LIST as ID_LIST, is_issued};
pub(crate) use patterns::FOLDER as PATTERNS;
pub(crate) use rule_files::{is_id, is_name};

/// Runs every check and prints what they found.
pub(crate) fn run(tree: &Tree) -> Result<(), Failure> {
    let mut problems = problems(tree);
    problems.extend(issued_ids::check_history(tree));
    problems.sort();
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!("tidy: {} files, nothing to complain of", tree.files.len());
        return Ok(());
    }
    println!("tidy: {} problems", problems.len());
    Err(Failure::Found)
}

/// What every check but that of the list's history has to say.
pub(crate) fn problems(tree: &Tree) -> Vec<Problem> {
    let catalogue = Catalogue::read(tree);
    let mut problems = outside_paths::check(tree);
    problems.extend(dependencies::check(tree));
    problems.extend(file_heads::check(tree));
    problems.extend(declaring_files::check(tree));
    problems.extend(file_names::check(tree));
    problems.extend(rule_files::check(&catalogue, &catalogue::listed()));
    problems.extend(issued_ids::check(tree, &catalogue));
    problems.extend(manuals::check(&catalogue));
    problems.extend(message_arguments::check(&catalogue));
    problems.extend(patterns::check(tree, &catalogue::listed()));
    problems.extend(row_names::check(tree));
    problems.extend(let_chains::check(tree));
    problems.extend(generate::stale(tree, &generate::pages(ALL)));
    problems
}
