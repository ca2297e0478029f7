//! A trace checked by somebody who did not make it.

use super::{Cause, FenceId, Options, Program, Publication, Run, Step, Trace, Writer};

/// Follows a trace by the rules of the model and checks at its end that everyone named blocked wants something its blockers have.
#[track_caller]
pub(super) fn follow(program: &Program, trace: &Trace, options: &Options) {
    let mut held: Vec<(Run, Step)> = Vec::new();
    let mut at: Vec<(Run, usize)> = Vec::new();
    let mut signalled = Vec::new();
    let mut published = Vec::new();
    for step in &trace.steps {
        let thread = &program.threads[step.run.thread];
        let known = at.iter().position(|(run, _)| *run == step.run);
        let place = known.unwrap_or_else(|| {
            at.push((step.run, 0));
            at.len() - 1
        });
        assert_eq!(at[place].1, step.step, "{} goes step by step", step.run);
        at[place].1 += 1;
        let what = thread[step.step];
        if step.gave_up {
            assert!(matches!(what, Step::Lock { try_: true, .. }));
            held.retain(|(run, _)| *run != step.run);
            signalled.extend(
                thread
                    .iter()
                    .filter(|step| matches!(step, Step::Signal { .. }))
                    .copied(),
            );
            at[place].1 = thread.len();
            continue;
        }
        match what {
            Step::Lock { lock, mode, .. } => {
                let away = |(_, other): &(Run, Step)| match other {
                    Step::Lock {
                        lock: other,
                        mode: holder,
                        ..
                    } => *other == lock && !(holder.is_read() && mode.is_read()),
                    _ => false,
                };
                assert!(
                    !held.iter().any(away),
                    "{} takes {lock} while it is free for it",
                    step.run
                );
                held.push((step.run, what));
            }
            Step::Unlock { lock } => {
                let mine = |(run, what): &(Run, Step)| {
                    *run == step.run
                        && matches!(what, Step::Lock { lock: other, .. } if *other == lock)
                };
                let newest = held.iter().rposition(mine).expect("held");
                held.remove(newest);
            }
            Step::Signal { .. } => signalled.push(what),
            Step::Wait { fence } => {
                let open = signalled.contains(&Step::Signal { fence })
                    || program.signallers(fence).is_empty();
                let known =
                    options.publication == Publication::Beforehand || published.contains(&fence);
                assert!(open || !known, "{} passes its wait for {fence}", step.run);
            }
            Step::SectionBegin => published.extend(signalled_from(&thread[step.step..])),
            Step::SectionEnd => {}
        }
    }
    assert!(!trace.blocked.is_empty());
    let named: Vec<Run> = trace.blocked.iter().map(|blocked| blocked.run).collect();
    for blocked in &trace.blocked {
        let next = at
            .iter()
            .find(|(run, _)| *run == blocked.run)
            .map_or(0, |(_, step)| *step);
        assert_eq!(
            next, blocked.step,
            "{} is blocked where the trace leaves it",
            blocked.run
        );
        let what = program.threads[blocked.run.thread][blocked.step];
        match &blocked.cause {
            Cause::Lock {
                lock,
                holders,
                behind,
            } => {
                assert!(
                    matches!(what, Step::Lock { lock: wanted, try_: false, .. } if wanted == *lock)
                );
                for holder in holders {
                    assert!(named.contains(holder));
                    assert!(held.iter().any(|(run, what)| run == holder
                        && matches!(what, Step::Lock { lock: other, .. } if other == lock)));
                }
                if let Some(Writer::Program(writer)) = behind {
                    assert!(named.contains(writer));
                }
            }
            Cause::Fence { fence, signallers } => {
                assert_eq!(what, Step::Wait { fence: *fence });
                assert!(!signalled.contains(&Step::Signal { fence: *fence }));
                assert!(
                    options.publication == Publication::Beforehand || published.contains(fence)
                );
                assert!(signallers.iter().all(|signaller| named.contains(signaller)));
                for thread in program.signallers(*fence) {
                    assert!(
                        signallers.iter().any(|run| run.thread == thread),
                        "each is owed one run"
                    );
                    let started = trace
                        .steps
                        .iter()
                        .map(|step| step.run)
                        .filter(|run| run.thread == thread);
                    assert!(started.into_iter().all(|run| named.contains(&run)));
                }
            }
        }
    }
}

/// The fences signalled from an opening of a section to its end.
fn signalled_from(steps: &[Step]) -> Vec<FenceId> {
    let mut depth = 0;
    let inside = steps.iter().take_while(|step| {
        depth += i32::from(**step == Step::SectionBegin) - i32::from(**step == Step::SectionEnd);
        depth > 0
    });
    let signals = inside.filter_map(|step| match step {
        Step::Signal { fence } => Some(*fence),
        _ => None,
    });
    signals.collect()
}
