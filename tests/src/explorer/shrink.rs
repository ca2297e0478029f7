//! A failing program made small: steps and threads are left out as long as it still fails.

use super::program::{Mode, Program, Step};

/// The smallest program that can be reached by leaving out or simplifying, one thing at a time, and that still fails.
pub fn shrink(program: &Program, mut still_fails: impl FnMut(&Program) -> bool) -> Program {
    let mut best = program.clone();
    while let Some(smaller) = simpler(&best).into_iter().find(&mut still_fails) {
        best = smaller;
    }
    best
}

/// All well-formed programs one simplification away: without a thread, one step or two steps of a thread, or with
/// a plainer acquisition.
pub fn simpler(program: &Program) -> Vec<Program> {
    let mut all = Vec::new();
    for thread in 0..program.threads.len() {
        let mut smaller = program.clone();
        smaller.threads.remove(thread);
        all.push(smaller);
    }
    for (thread, steps) in program.threads.iter().enumerate() {
        let with = |steps: Vec<Step>| {
            let mut changed = program.clone();
            if let Some(place) = changed.threads.get_mut(thread) {
                *place = steps;
            }
            changed
        };
        let without = |left_out: [usize; 2]| {
            let kept = steps
                .iter()
                .enumerate()
                .filter(|(step, _)| !left_out.contains(step));
            with(kept.map(|(_, step)| *step).collect())
        };
        for first in 0..steps.len() {
            all.extend((first..steps.len()).map(|second| without([first, second])));
        }
        for (step, what) in steps.iter().enumerate() {
            for plainer in plainer(*what) {
                let mut steps = steps.clone();
                steps[step] = plainer;
                all.push(with(steps));
            }
        }
    }
    all.retain(|program| program.check().is_ok());
    all
}

fn plainer(step: Step) -> Vec<Step> {
    match step {
        Step::Lock {
            lock,
            mode,
            try_: true,
        } => vec![Step::Lock {
            lock,
            mode,
            try_: false,
        }],
        Step::Lock { lock, mode, try_ } if mode.is_read() => {
            vec![Step::Lock {
                lock,
                mode: Mode::Exclusive,
                try_,
            }]
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::{Options, explore};

    #[test]
    fn a_hang_shrinks_to_its_cause() {
        let program: Program = "wC { ?g rA wB -B -A } -C | wD wB -D wA -A ?g -B | { r?D !g -D }"
            .parse()
            .expect("readable");
        let hangs = |program: &Program| {
            explore(
                program,
                &Options {
                    copies: 1,
                    ..Options::default()
                },
            )
            .is_ok_and(|verdict| verdict.deadlock.is_some())
        };
        assert!(hangs(&program));
        let small = shrink(&program, hangs);
        assert!(hangs(&small));
        // With the environment's writers, or one copy's exclusive lock over itself, nothing needs more than one thread.
        assert!(
            small.threads.len() <= 2 && small.threads.iter().all(|steps| steps.len() <= 4),
            "{small}"
        );
    }
}
