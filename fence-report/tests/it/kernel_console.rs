//! Reads what a kernel's log or our splat printed into lines that can be compared: pieces of one printed line are joined,
//! stack traces and our places become one mark, and what only a running kernel knows (addresses, its version) is dropped.

/// The comparable lines of a report of the kernel, whose log shows every continuation on a line of its own.
pub(crate) fn kernel_lines(log: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for piece in log.lines() {
        match joined.last_mut() {
            Some(line) if continues(line, piece) => line.push_str(piece),
            _ => joined.push(piece.to_owned()),
        }
    }
    comparable_lines(joined.iter().map(String::as_str))
}

/// The comparable lines of our splat.
pub(crate) fn our_lines(splat: &str) -> Vec<String> {
    comparable_lines(splat.lines())
}

/// What stands for a stack trace of any length.
const TRACE: &str = "<trace>";

fn comparable_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut comparable: Vec<String> = lines.filter_map(comparable).collect();
    comparable.dedup_by(|line, before| line == TRACE && before == TRACE);
    comparable
}

/// Whether `piece` goes on with the line so far.
fn continues(line: &str, piece: &str) -> bool {
    let lock_name =
        line.ends_with(" (") || line == "  " || line.ends_with(" --> ") || line.ends_with("lock(");
    let in_name = lock_name
        || line
            .rsplit_once('(')
            .is_some_and(|(_, name)| !name.is_empty() && !name.contains(')'));
    match piece {
        " (" => {
            line.split(' ').next_back().is_some_and(is_address)
                || line.ends_with("->")
                || is_depth(line)
        }
        " ->" | ":" | " {" => line.ends_with('}'),
        " at:" => line.starts_with("   ") && !line.ends_with(':'),
        ");" | ") at:" | " --> " => true,
        piece if piece.starts_with("){") || piece.starts_with('#') || piece.starts_with('/') => {
            in_name
        }
        piece if piece.starts_with(", at:") => line.ends_with('}'),
        piece if is_address(piece) => line.starts_with(" #"),
        _ => lock_name,
    }
}

/// `-> #1`.
fn is_depth(line: &str) -> bool {
    line.strip_prefix("-> #")
        .is_some_and(|depth| depth.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_address(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The line as both sides can have it, or nothing if only one can.
fn comparable(line: &str) -> Option<String> {
    let line = line.trim_end();
    let dropped = [
        "6.12.",
        "fence ",
        "CPU:",
        "Comm:",
        "Tainted:",
        "irq event stamp:",
        "hardirqs last",
        "softirqs last",
        "preempt_count:",
        "RCU nest depth:",
        "... key",
        "Modules linked in:",
        "RIP:",
        "Code:",
        "RSP:",
        "RAX:",
        "RDX:",
        "RBP:",
        "R10:",
        "R13:",
        "FS:",
        "CS:",
        "CR2:",
        "PKRU:",
    ];
    if line.is_empty()
        || dropped
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    {
        return None;
    }
    if is_place(line.trim_start()) {
        return Some(TRACE.into());
    }
    let mut text = line
        .replace("ldfuzz/29", "TASK")
        .replace("pid: 29, name: ldfuzz", "name: TASK");
    for thread in [
        "thread 1", "thread 2", "thread 3", "thread 4", "thread 5", "thread 6", "thread 7",
        "thread 8",
    ] {
        text = text.replace(thread, "TASK");
    }
    let words = text
        .trim_end()
        .split(' ')
        .filter(|word| !is_address(word) && !is_range(word));
    text = words
        .collect::<Vec<_>>()
        .join(" ")
        .replace("memory with", "memory, with");
    for (before, after) in [
        (", at: ", ", at:"),
        ("invalid context at ", "invalid context at"),
        ("WARNING: at ", "WARNING:"),
    ] {
        if let Some((start, _)) = text.split_once(before) {
            text = format!("{start}{after}");
        }
    }
    if let Some((start, _)) = text.split_once("CPU: 0 PID: 29 at ") {
        text = start.trim_end().to_owned();
    }
    Some(without_version(&text))
}

/// `ffffffff8400ff00-ffffffff8400ff2f,`.
fn is_range(word: &str) -> bool {
    word.trim_end_matches(',')
        .split_once('-')
        .is_some_and(|(from, to)| is_address(from) && is_address(to))
}

/// A stack frame of the kernel, or one of ours.
fn is_place(line: &str) -> bool {
    let frame = line.trim_start_matches("? ");
    let frame = frame.split_once("] ").map_or(frame, |(_, frame)| frame);
    let kernel = frame.contains("+0x") && !frame.contains(' ');
    let ours = frame.starts_with("thread ") && frame.ends_with(')');
    kernel || ours
}

/// Names without the `#2` that the kernel adds where several classes have one name.
fn without_version(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        out.push_str(before);
        let named = before.ends_with(|c: char| c.is_ascii_alphanumeric());
        if !named {
            out.push('#');
            rest = after;
            continue;
        }
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}
