//! The words of every problem: what it says, and where it points.

use insta::assert_snapshot;

use super::super::{Found, MAX_NAME, Problem, ProblemKind, parse_bytes};
use super::{pos, problems};

/// The problems of lines in a thread; the first of them is line 3.
fn in_thread(lines: &str) -> String {
    problems(&format!("pattern p\nthread t\n{lines}\n"))
}

#[test]
fn an_unknown_word_is_answered_with_the_known_one_it_resembles() {
    assert_snapshot!(in_thread("  lokc gpu mutex"), @r#"3:3: expected an operation or a declaration, found "lokc"; did you mean "lock"?"#);
    assert_snapshot!(in_thread("  Signal F"), @r#"3:3: expected an operation or a declaration, found "Signal"; did you mean "signal"?"#);
    assert_snapshot!(in_thread("  frobnicate"), @r#"3:3: expected an operation or a declaration, found "frobnicate""#);
    assert_snapshot!(in_thread("  expct clean"), @r#"3:3: expected an operation or a declaration, found "expct"; did you mean "expect"?"#);
}

#[test]
fn a_word_outside_a_list_is_answered_with_the_list() {
    assert_snapshot!(in_thread("  lock gpu mutx"), @r#"3:12: expected a lock kind (mutex, spin, …), found "mutx"; did you mean "mutex"?"#);
    assert_snapshot!(in_thread("  lock gpu lock"), @r#"3:12: expected a lock kind (mutex, spin, raw_spin, rwsem-read, rwsem-write, rwlock-read, rwlock-write, ww, sem, folio, custom-sleep, custom-spin), found "lock""#);
    assert_snapshot!(in_thread("  alloc gfp_kernel"), @r#"3:9: expected allocation flags (GFP_KERNEL, GFP_NOFS, …), found "gfp_kernel"; did you mean "GFP_KERNEL"?"#);
    assert_snapshot!(in_thread("  scope_begin nosleep"), @r#"3:15: expected an allocation scope (noreclaim, nofs, noio), found "nosleep""#);
    assert_snapshot!(in_thread("  publish F usage=writer"), @r#"3:19: expected a fence usage (kernel, write, …), found "writer"; did you mean "write"?"#);
    assert_snapshot!(problems("thread t kthred\n"), @r#"1:10: expected a thread context (task, kthread, …), found "kthred"; did you mean "kthread"?"#);
}

#[test]
fn a_missing_word_is_reported_behind_the_last() {
    assert_snapshot!(in_thread("  lock"), @r#"3:7: expected a lock name after "lock", found the end of the line"#);
    assert_snapshot!(in_thread("  lock gpu   # kind?"), @r#"3:11: expected a lock kind (mutex, spin, raw_spin, rwsem-read, rwsem-write, rwlock-read, rwlock-write, ww, sem, folio, custom-sleep, custom-spin) after "lock", found the end of the line"#);
    assert_snapshot!(in_thread("  wait"), @r#"3:7: expected a fence name after "wait", found the end of the line"#);
    assert_snapshot!(in_thread("  scope_end"), @r#"3:12: expected an allocation scope (noreclaim, nofs, noio) after "scope_end", found the end of the line"#);
    assert_snapshot!(in_thread("  wait_user"), @r#"3:12: expected the name of an event after "wait_user", found the end of the line"#);
    assert_snapshot!(problems("pattern\n"), @r#"1:8: expected a pattern id after "pattern", found the end of the line"#);
    assert_snapshot!(problems("pattern p\nexpect # what?\n"), @r#"2:7: expected a rule id or name, or "clean" after "expect", found the end of the line"#);
    assert_snapshot!(problems("pattern p\nthread\n"), @r#"2:7: expected a thread name after "thread", found the end of the line"#);
}

#[test]
fn a_word_too_many_is_reported_with_what_may_stand_there() {
    assert_snapshot!(in_thread("  irq_off now"), @r#"3:11: expected nothing more after "irq_off", found "now""#);
    assert_snapshot!(in_thread("  unlock gpu mutex"), @r#"3:14: expected nothing more after "unlock", found "mutex""#);
    assert_snapshot!(in_thread("  lock a mutex spin"), @r#"3:16: expected only class=, subclass=, nest=, try, ctx= after "lock", found "spin""#);
    assert_snapshot!(in_thread("  lock a mutex clss=C"), @r#"3:16: expected only class=, subclass=, nest=, try, ctx= after "lock", found "clss=C"; did you mean "class="?"#);
    assert_snapshot!(in_thread("  lock a clss=C mutex"), @r#"3:10: expected only class=, subclass=, nest=, try, ctx= after "lock", found "clss=C"; did you mean "class="?"#);
    assert_snapshot!(in_thread("  lock a mutex class"), @r#"3:16: expected only class=, subclass=, nest=, try, ctx= after "lock", found "class"; did you mean "class="?"#);
    assert_snapshot!(in_thread("  dma_map A unlokced"), @r#"3:13: expected only "unlocked" after "dma_map", found "unlokced"; did you mean "unlocked"?"#);
    assert_snapshot!(in_thread("  wait F timeout=1 timeout"), @r#"3:20: expected "timeout" once, found it again"#);
    assert_snapshot!(problems("pattern a b\n"), @r#"1:11: expected nothing more after "pattern", found "b""#);
    assert_snapshot!(problems("thread a task b\n"), @r#"1:15: expected nothing more after "thread", found "b""#);
}

#[test]
fn an_option_stands_once_and_has_a_value_of_its_kind() {
    assert_snapshot!(in_thread("  lock a mutex class=C class=D"), @r#"3:24: expected "class=" once, found it again"#);
    assert_snapshot!(in_thread("  lock a mutex try try"), @r#"3:20: expected "try" once, found it again"#);
    assert_snapshot!(in_thread("  lock a mutex class= C"), @r#"3:22: expected a value after "class=", found nothing (no blank may stand there)"#);
    assert_snapshot!(in_thread("  lock a mutex subclass=8"), @r#"3:25: expected a number from 0 to 7 after "subclass=", found "8""#);
    assert_snapshot!(in_thread("  lock a mutex subclass=one"), @r#"3:25: expected a number from 0 to 7 after "subclass=", found "one""#);
    assert_snapshot!(problems("fence F seqno=4294967296\n"), @r#"1:15: expected a number from 0 to 4294967295 after "seqno=", found "4294967296""#);
    assert_snapshot!(problems("fence F seqno=-1\n"), @r#"1:15: expected a number from 0 to 4294967295 after "seqno=", found "-1""#);
    assert_snapshot!(problems("fence F seqno=+1\n"), @r#"1:15: expected a number from 0 to 4294967295 after "seqno=", found "+1""#);
    assert_snapshot!(problems("fence F seqno=0x\n"), @r#"1:15: expected a number from 0 to 4294967295 after "seqno=", found "0x""#);
    assert_snapshot!(in_thread("  wait F timeout=soon"), @r#"3:18: expected a number from 0 to 18446744073709551615 after "timeout=", found "soon""#);
    assert_snapshot!(in_thread("  signal F error=-"), @r#"3:18: expected an error such as -110 or ETIME after "error=", found "-""#);
    assert_snapshot!(in_thread("  signal F error=99999999999"), @r#"3:18: expected an error such as -110 or ETIME after "error=", found "99999999999""#);
}

#[test]
fn a_name_has_no_other_characters_and_a_length() {
    assert_snapshot!(in_thread("  wait F;signal"), @r#"3:8: expected a fence name, found "F;signal": a name is made of letters, digits, "_", "-" and ".""#);
    assert_snapshot!(in_thread("  lock a=b mutex"), @r#"3:8: expected a lock name, found "a=b": a name is made of letters, digits, "_", "-" and ".""#);
    assert_snapshot!(in_thread("  queue w wq=a/b"), @r#"3:14: expected the name of a work queue, found "a/b": a name is made of letters, digits, "_", "-" and ".""#);
    assert_snapshot!(in_thread("  poll F\u{1b}[2J"), @r#"3:8: expected a fence name, found "F\u{1b}[2J": a name is made of letters, digits, "_", "-" and ".""#);
    assert_snapshot!(problems("pattern p\nexpect DF104, DF105\n"), @r#"2:8: expected a rule id or name, or "clean", found "DF104,": a name is made of letters, digits, "_", "-" and ".""#);
    let long = "n".repeat(MAX_NAME + 1);
    assert_snapshot!(in_thread(&format!("  poll {long}")), @"3:8: expected a fence name of at most 255 bytes, found one of 256");
}

#[test]
fn acquire_contexts_belong_to_ww_locks() {
    assert_snapshot!(in_thread("  lock a mutex ctx=W"), @r#"3:20: expected "ctx=" beside the kind "ww" only, found it beside "mutex""#);
    assert_snapshot!(in_thread("  ww_begin auto"), @r#"3:12: expected the name of an acquire context, found "auto", which opens and closes by itself"#);
}

#[test]
fn an_order_is_classes_with_a_sign_between_them() {
    assert_snapshot!(problems("order\n"), @r#"1:6: expected a class name after "order", found the end of the line"#);
    assert_snapshot!(problems("order a\n"), @r#"1:8: expected ">" and a class name after "order", found the end of the line"#);
    assert_snapshot!(problems("order a >\n"), @r#"1:10: expected a class name after "order", found the end of the line"#);
    assert_snapshot!(problems("order a b\n"), @r#"1:9: expected ">" between two classes, found "b""#);
    assert_snapshot!(problems("order a < b\n"), @r#"1:9: expected ">" between two classes, found "<""#);
    assert_snapshot!(problems("order a >> b\n"), @r#"1:10: expected a class name, found ">": a name is made of letters, digits, "_", "-" and ".""#);
    assert_snapshot!(problems("order a>b>a\n"), @r#"1:11: expected each class once, found "a" again"#);
}

#[test]
fn statements_have_their_places() {
    assert_snapshot!(problems("pattern p\n  lock a mutex\n"), @r#"2:3: expected "thread NAME" before the first operation, found "lock""#);
    assert_snapshot!(in_thread("order a > b"), @r#"3:1: expected "order" before the first thread, found it after"#);
    assert_snapshot!(in_thread("fence F"), @r#"3:1: expected "fence" before the first thread, found it after"#);
    assert_snapshot!(problems("title x\npattern p\n"), @r#"1:1: expected "pattern ID" before the first statement, found "title""#);
}

#[test]
fn a_thing_is_declared_once() {
    assert_snapshot!(problems("pattern a\npattern b\npattern a\n"), @r#"3:1: expected an id of its own, found "a", which is the pattern of line 1"#);
    assert_snapshot!(problems("fence F\nfence F unbounded\n"), @r#"2:1: expected one declaration of the fence "F", found another; the first is on line 1"#);
    assert_snapshot!(problems("workqueue Q\nthread t\n  workqueue Q ordered\n"), @r#"3:3: expected the flags of line 1 for the queue "Q", found others"#);
    assert_snapshot!(problems("expect clean\nexpect DF104\n"), @r#"2:8: expected either "clean" or rules, found both"#);
    assert_snapshot!(problems("expect DF104 clean\n"), @r#"1:14: expected either "clean" or rules, found both"#);
}

#[test]
fn what_ends_has_begun_and_a_callback_ends() {
    assert_snapshot!(in_thread("  done w"), @r#"3:3: expected "run w" earlier on this thread, found "done w" alone"#);
    assert_snapshot!(in_thread("  timer_done T"), @r#"3:3: expected "timer_run T" earlier on this thread, found "timer_done T" alone"#);
    assert_snapshot!(in_thread("  pm_done R"), @r#"3:3: expected "pm_busy R" earlier on this thread, found "pm_done R" alone"#);
    assert_snapshot!(in_thread("  callback_end F"), @r#"3:3: expected "callback F" earlier on this thread, found "callback_end F" alone"#);
    assert_snapshot!(in_thread("  callback F\n  signal G\nthread u\n  callback_end F"), @r#"
    3:3: expected "callback_end F" before the thread ends, found "callback F" alone
    6:3: expected "callback F" earlier on this thread, found "callback_end F" alone
    "#);
}

#[test]
fn a_lock_keeps_its_kind_and_class() {
    assert_snapshot!(in_thread("  lock a mutex\n  lock a spin"), @r#"4:3: expected "mutex" as on line 3 for the lock "a", found "spin""#);
    assert_snapshot!(in_thread("  lock a mutex\n  spin_irq a"), @r#"4:3: expected "mutex" as on line 3 for the lock "a", found "spin""#);
    assert_snapshot!(in_thread("  lock a mutex\n  lock a mutex class=C\nthread u\n  lock a mutex class=D"), @r#"6:3: expected "class=C" as on line 4 for the lock "a", found "class=D""#);
}

#[test]
fn bytes_and_lengths_are_reported() {
    let first = |source: &[u8]| parse_bytes(source).patterns[0].problems[0].to_string();
    assert_snapshot!(first(b"pattern p\nthread \xf0\x9f\x98"), @r"2:8: expected UTF-8 text, found the bytes \xf0\x9f\x98");
    assert_snapshot!(first(&[b'a'; 4097]), @"1:1: expected a line of at most 4096 bytes, found one of 4097");
}

#[test]
fn a_problem_says_where_it_stands_before_what_it_is() {
    let kind = ProblemKind::BeforeThread {
        found: Found::new("fault"),
    };
    let problem = Problem {
        pos: pos(7, 9),
        kind,
    };
    assert_snapshot!(problem, @r#"7:9: expected "thread NAME" before the first operation, found "fault""#);
    assert_snapshot!(problem.kind, @r#"expected "thread NAME" before the first operation, found "fault""#);
}
