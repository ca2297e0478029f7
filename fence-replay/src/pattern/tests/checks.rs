//! What the lines of a pattern need of each other, from the side of what is allowed; what is not is in `messages`.

use super::{problems, usable};

#[test]
fn brackets_may_nest_and_repeat_on_their_thread() {
    usable(
        "thread t\nrun w\nrun w\ndone w\ntimer_run T\ncallback F\ncallback F\ncallback_end F\ncallback_end F\ntimer_done T\ndone w\n",
    );
}

#[test]
fn the_end_of_a_thread_ends_its_work_item_its_timer_and_its_busy_section() {
    usable("thread t\nrun w\nthread u\ntimer_run T\nthread v\npm_busy R\n");
}

#[test]
fn a_bracket_is_not_carried_to_the_next_thread_or_pattern() {
    let closers = [
        ("run", "done"),
        ("timer_run", "timer_done"),
        ("pm_busy", "pm_done"),
    ];
    for (opener, closer) in closers {
        let found = problems(&format!(
            "pattern p\nthread t\n{opener} x\nthread u\n{closer} x\n"
        ));
        assert_eq!(
            found,
            format!(
                "5:1: expected \"{opener} x\" earlier on this thread, found \"{closer} x\" alone"
            )
        );
        let found = problems(&format!(
            "pattern p\nthread t\n{opener} x\npattern q\nthread u\n{closer} x\n"
        ));
        assert!(found.starts_with("6:1: "), "{found}");
    }
}

#[test]
fn a_bracket_is_closed_by_its_own_kind_and_name_only() {
    assert!(problems("thread t\nrun x\ntimer_done x\n").starts_with("3:1: "));
    assert!(problems("thread t\nrun x\ndone y\n").starts_with("3:1: "));
}

#[test]
fn a_lock_may_be_taken_on_both_sides_and_with_or_without_its_class() {
    usable(
        "thread t\nlock m rwsem-read\nunlock m\nlock m rwsem-write\nlock r rwlock-write\nlock r rwlock-read\n",
    );
    usable(
        "thread t\nlock bo ww ctx=auto\nthread u\nlock bo ww class=resv\nthread v\nlock bo ww\n",
    );
    usable("thread t\nlock s spin\nunlock s\nspin_irq s\n");
}

#[test]
fn a_name_may_be_another_lock_after_init_or_free() {
    usable(
        "thread t\nlock a mutex class=C\nunlock a\nfree a\nlock a spin class=D\nunlock a\ninit a\nlock a sem\n",
    );
}

#[test]
fn instances_of_one_class_may_be_of_different_kinds() {
    usable("thread t\nlock gpu.lock spin\nunlock gpu.lock\nlock gpu.mutex mutex\n");
}

#[test]
fn a_name_may_be_a_lock_a_fence_and_a_work_item_at_once() {
    usable(
        "fence x lock=x\nworkqueue x\nthread x\nlock x spin\nwait x\nqueue x wq=x\ntimer_arm x\n",
    );
}

#[test]
fn a_queue_may_be_declared_again_with_the_same_flags() {
    usable("workqueue Q ordered\nthread t\nworkqueue Q ordered\nthread u\nworkqueue Q ordered\n");
}
