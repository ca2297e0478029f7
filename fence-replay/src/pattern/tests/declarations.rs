//! What stands outside the threads: `pattern`, `title`, `expect`, `order`, `fence`, `workqueue`, `thread`.

use super::super::{Expect, Expectation, FenceDecl, Order, Workqueue, WorkqueueDecl};
use super::{name, pos, usable};

#[test]
fn a_title_is_any_text_up_to_a_comment_and_may_have_several_lines() {
    let title = |source: &str| usable(source).title.map(|title| title.as_str().to_owned());
    assert_eq!(
        title("title  lock(a) -> wait; 100%? \"é\"  # why\n").as_deref(),
        Some("lock(a) -> wait; 100%? \"é\"")
    );
    assert_eq!(
        title("title one\nexpect clean\ntitle\ntitle two\n").as_deref(),
        Some("one\ntwo")
    );
    assert_eq!(title("title\n"), None);
    assert_eq!(title("title # nothing\n"), None);
}

#[test]
fn expectations_are_words_on_one_line_or_on_several() {
    let expect = |rule: &str, line, column| Expect {
        what: Expectation::Rule(name(rule)),
        pos: pos(line, column),
    };
    let pattern = usable("pattern p\nexpect DF104  wait-in-section\nthread t\nexpect LD001\n");
    assert_eq!(
        pattern.expect,
        [
            expect("DF104", 2, 8),
            expect("wait-in-section", 2, 15),
            expect("LD001", 4, 8)
        ]
    );
    let pattern = usable("pattern p\n  expect clean\n");
    assert_eq!(
        pattern.expect,
        [Expect {
            what: Expectation::Clean,
            pos: pos(2, 10)
        }]
    );
}

#[test]
fn an_order_has_two_classes_or_more_with_or_without_blanks() {
    let order = |line, classes: &[&str]| Order {
        classes: classes.iter().map(|class| name(class)).collect(),
        pos: pos(line, 1),
    };
    let pattern = usable("pattern p\norder a > b > c\norder a>b\norder a> b\norder a >b>c >d\n");
    assert_eq!(
        pattern.orders,
        [
            order(2, &["a", "b", "c"]),
            order(3, &["a", "b"]),
            order(4, &["a", "b"]),
            order(5, &["a", "b", "c", "d"])
        ]
    );
}

#[test]
fn a_fence_is_declared_with_options_in_any_order() {
    let bare = |fence: &str, line| FenceDecl {
        name: name(fence),
        context: None,
        seqno: None,
        lock: None,
        unbounded: false,
        pos: pos(line, 1),
    };
    let pattern = usable(
        "pattern p\nfence A\nfence B unbounded lock=L seqno=4294967295 context=ring\nfence C seqno=0xffffffff\nfence D seqno=0\n",
    );
    let all = FenceDecl {
        context: Some(name("ring")),
        seqno: Some(u32::MAX),
        lock: Some(name("L")),
        unbounded: true,
        ..bare("B", 3)
    };
    let hexadecimal = FenceDecl {
        seqno: Some(u32::MAX),
        ..bare("C", 4)
    };
    let zero = FenceDecl {
        seqno: Some(0),
        ..bare("D", 5)
    };
    assert_eq!(pattern.fences, [bare("A", 2), all, hexadecimal, zero]);
}

#[test]
fn a_queue_declared_before_the_first_thread_belongs_to_the_pattern_and_later_to_the_thread() {
    let pattern = usable("pattern p\nworkqueue Q ordered mem_reclaim\nthread t\nworkqueue Q2\n");
    let queue = Workqueue {
        name: name("Q"),
        mem_reclaim: true,
        ordered: true,
    };
    assert_eq!(
        pattern.workqueues,
        [WorkqueueDecl {
            queue,
            pos: pos(2, 1)
        }]
    );
    assert_eq!(pattern.threads[0].ops.len(), 1);
}

#[test]
fn two_threads_may_share_a_name() {
    let pattern = usable("pattern p\nthread irq hardirq\nthread irq hardirq\n");
    assert_eq!(
        pattern
            .threads
            .iter()
            .map(|thread| thread.line)
            .collect::<Vec<_>>(),
        [2, 3]
    );
}

#[test]
fn a_pattern_may_do_nothing() {
    let pattern = usable("pattern nothing");
    assert_eq!(pattern.id, Some(name("nothing")));
    assert_eq!(pattern.threads, []);
}
