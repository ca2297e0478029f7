//! The verdicts of the real lockdep, against the exploration and the contract.
//!
//! Lockdep looks at orders, the exploration at runs. On scenarios of plain locks both must see the same deadlocks, except where a
//! gate makes an order harmless, and except for one blind spot of lockdep. On scenarios with its fence map the contract
//! must see what lockdep does.

use serde_json::Value;

use super::{Breach, FenceId, LockId, Mode, Options, Program, Step, contract_broken, explore};

/// A row of the oracle this language can say.
struct Row {
    id: String,
    complains: bool,
    program: Program,
}

fn rows(file: &str) -> Vec<Row> {
    let path = format!("{}/data/oracle/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the oracle is in the tree");
    let row = |line| {
        let row: Value = serde_json::from_str(line).expect("json");
        let program = program(row["scenario"].as_array()?)?;
        let id = row["id"].as_str()?.to_owned();
        Some(Row {
            id,
            complains: row["verdict"] != "ok",
            program,
        })
    };
    text.lines().filter_map(row).collect()
}

/// The program of a scenario of plain locks, sections and waits; none for anything else. The fence waited for is always the same;
/// nobody signals it, as no scenario says who does.
fn program(scenario: &[Value]) -> Option<Program> {
    let mut names: Vec<&str> = Vec::new();
    let mut threads = vec![Vec::new()];
    for operation in scenario {
        let words: Vec<&str> = operation.as_str()?.split_whitespace().collect();
        let lock = |name: &str| {
            names
                .iter()
                .position(|known| *known == name)
                .map(|lock| LockId(lock as u8))
        };
        let step = match words[..] {
            ["class", name] => {
                names.push(name);
                continue;
            }
            ["thread"] => {
                threads.push(Vec::new());
                continue;
            }
            ["acq", name, mode, ref rest @ ..] => {
                let mode = match mode {
                    "w" => Mode::Exclusive,
                    "r" => Mode::Read,
                    "R" => Mode::RecursiveRead,
                    _ => return None,
                };
                let try_ = match rest {
                    [] => false,
                    ["try"] => true,
                    _ => return None,
                };
                Step::Lock {
                    lock: lock(name)?,
                    mode,
                    try_,
                }
            }
            ["rel", name] => Step::Unlock { lock: lock(name)? },
            ["fb"] => Step::SectionBegin,
            ["fe"] => Step::SectionEnd,
            ["fw"] => Step::Wait { fence: FenceId(0) },
            _ => return None,
        };
        threads.last_mut()?.push(step);
    }
    let program = Program { threads };
    program.check().is_ok().then_some(program)
}

fn hangs(program: &Program) -> bool {
    explore(program, &Options::default())
        .expect("small")
        .deadlock
        .is_some()
}

/// The same program without the outermost lock of its threads.
fn without_gate(program: &Program) -> Program {
    let inner = |steps: &Vec<Step>| steps.get(1..steps.len() - 1).unwrap_or_default().to_vec();
    Program {
        threads: program.threads.iter().map(inner).collect(),
    }
}

/// Whether some thread takes a lock under a recursive read that is itself under another lock. Lockdep records no edge from the outer lock to the
/// inner one, because the path over the middle is to stand for it; but a path through a recursive read that is held is not strong, so the
/// order of the outer and the inner lock is lost.
fn has_hidden_order(program: &Program) -> bool {
    let hidden = |three: &[Step]| {
        let middle = Some(&Step::Lock {
            lock: LockId(1),
            mode: Mode::RecursiveRead,
            try_: false,
        });
        three.get(1) == middle
            && three
                .iter()
                .all(|step| matches!(step, Step::Lock { try_: false, .. }))
    };
    program
        .threads
        .iter()
        .any(|steps| steps.windows(3).any(hidden))
}

#[test]
fn the_exploration_hangs_where_lockdep_complains_about_plain_locks() {
    let (mut agree, mut gates, mut blind) = (0, 0, 0);
    for row in ["families.jsonl", "random.jsonl", "permuted.jsonl"]
        .into_iter()
        .flat_map(rows)
    {
        if row
            .program
            .threads
            .iter()
            .flatten()
            .any(|step| matches!(step, Step::SectionBegin | Step::Wait { .. }))
        {
            continue;
        }
        match (row.complains, hangs(&row.program)) {
            (true, false) => {
                assert!(row.id.starts_with("ABC-ACB/"), "{} {}", row.id, row.program);
                assert!(
                    hangs(&without_gate(&row.program)),
                    "{} {}",
                    row.id,
                    row.program
                );
                gates += 1;
            }
            (false, true) => {
                assert!(row.id.starts_with("ABC-CA/"), "{} {}", row.id, row.program);
                assert!(has_hidden_order(&row.program), "{} {}", row.id, row.program);
                blind += 1;
            }
            _ => agree += 1,
        }
    }
    assert!(
        agree > 700 && gates > 0 && blind > 0,
        "{agree} agree, {gates} gates, {blind} blind"
    );
}

#[test]
fn the_contract_is_broken_where_lockdep_complains_about_its_fence_map() {
    let mut compared = (0, 0);
    for row in rows("fence.jsonl") {
        // Up to 6.12 the section itself was something to wait for, so a lock held at its beginning came before it.
        if row
            .program
            .threads
            .iter()
            .any(|steps| begins_under_a_lock(steps))
            || hangs(&row.program)
        {
            continue;
        }
        let breaches = contract_broken(&row.program);
        let broken = breaches
            .iter()
            .any(|breach| matches!(breach, Breach::LockAcrossTimelines { .. }));
        assert_eq!(
            broken, row.complains,
            "{} {}: {breaches:?}",
            row.id, row.program
        );
        if broken {
            compared.0 += 1;
        } else {
            compared.1 += 1;
        }
    }
    assert!(compared.0 > 20 && compared.1 > 10, "{compared:?}");
}

fn begins_under_a_lock(steps: &[Step]) -> bool {
    let mut held = 0;
    steps.iter().any(|step| {
        match step {
            Step::Lock { .. } => held += 1,
            Step::Unlock { .. } => held -= 1,
            _ => {}
        }
        *step == Step::SectionBegin && held > 0
    })
}
