//! Programs in the scenario language of the kernel oracle (`tests/data/oracle/README.md`).
//!
//! A scenario knows one fence map, so only programs with at most one fence can be printed. Threads run one after another, each once; a signal is no
//! operation there and is left out, as is the publication.

use super::program::{LockId, Program, Step};

/// The operations of the scenario; none if the program has more than one fence.
pub fn to_scenario(program: &Program) -> Option<Vec<String>> {
    if program.fences().len() > 1 {
        return None;
    }
    let class = |lock: LockId| format!("class {lock}");
    let mut operations: Vec<String> = program.locks().into_iter().map(class).collect();
    for (thread, steps) in program.threads.iter().enumerate() {
        if thread > 0 {
            operations.push("thread".to_owned());
        }
        operations.extend(steps.iter().copied().filter_map(operation));
    }
    Some(operations)
}

/// The scenario as one line of a `.jsonl` file; none if the program has more than one fence. The id is printed as it is and must
/// need no escapes.
pub fn to_scenario_line(id: &str, program: &Program) -> Option<String> {
    let operations = to_scenario(program)?.join("\",\"");
    Some(format!(
        "{{\"id\":\"{id}\",\"scenario\":[\"{operations}\"]}}"
    ))
}

fn operation(step: Step) -> Option<String> {
    match step {
        Step::Lock { lock, mode, try_ } => Some(format!(
            "acq {lock} {mode}{}",
            if try_ { " try" } else { "" }
        )),
        Step::Unlock { lock } => Some(format!("rel {lock}")),
        Step::SectionBegin => Some("fb".to_owned()),
        Step::SectionEnd => Some("fe".to_owned()),
        Step::Wait { .. } => Some("fw".to_owned()),
        Step::Signal { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fence_scenario_of_the_oracle_is_printed_as_it_stands_there() {
        // fence.jsonl, mutex-over-wait/ww, with its class called A.
        let program: Program = "wA ?f -A | { wA -A !f }".parse().expect("readable");
        let expected = [
            "class A", "acq A w", "fw", "rel A", "thread", "fb", "acq A w", "rel A", "fe",
        ];
        assert_eq!(to_scenario(&program).expect("one fence"), expected);
    }

    #[test]
    fn modes_and_trylocks_are_the_oracles_words() {
        let program: Program = "r?A -A | RB -B".parse().expect("readable");
        let line = to_scenario_line("x", &program).expect("no fence");
        let expected = r#"{"id":"x","scenario":["class A","class B","acq A r try","rel A","thread","acq B R","rel B"]}"#;
        assert_eq!(line, expected);
    }

    #[test]
    fn two_fences_cannot_be_said() {
        let program: Program = "?f ?g".parse().expect("readable");
        assert_eq!(to_scenario(&program), None);
    }
}
