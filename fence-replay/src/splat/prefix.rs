//! What stands in front of the kernel's own text in a log line: time, level, host, caller.

use crate::lines::decimal;

/// How far into a line a syslog prefix can reach, in bytes.
const SYSLOG_REACH: usize = 120;

/// Takes the prefixes of `dmesg` (also `-r`, `-x`, `-T`), syslog and journald off a line; the blanks
/// of the kernel's own text stay.
pub(super) fn strip(line: &[u8]) -> &[u8] {
    let line = level(line);
    let line = syslog(line);
    let line = stamp(line);
    caller(line)
}

/// `<4>` of `dmesg -r`, or `kern  :warn  : ` of `dmesg -x`.
fn level(line: &[u8]) -> &[u8] {
    if let Some(rest) = line.strip_prefix(b"<")
        && let Some((_, rest)) = decimal(rest)
        && let Some(rest) = rest.strip_prefix(b">")
    {
        return rest;
    }
    if line.starts_with(b"kern  :")
        && let Some(at) = memchr::memmem::find(line, b": ")
    {
        return &line[at + 2..];
    }
    line
}

/// `Nov 20 22:34:01 host kernel: `.
fn syslog(line: &[u8]) -> &[u8] {
    let reach = &line[..line.len().min(SYSLOG_REACH)];
    match memchr::memmem::find(reach, b" kernel: ") {
        Some(at) => &line[at + b" kernel: ".len()..],
        None => line.strip_prefix(b"kernel: ").unwrap_or(line),
    }
}

/// `[    4.692662] `, or `[Wed Nov 20 22:34:01 2024] ` of `dmesg -T`.
fn stamp(line: &[u8]) -> &[u8] {
    let Some(rest) = line.strip_prefix(b"[") else {
        return line;
    };
    let Some(end) = memchr::memchr(b']', rest) else {
        return line;
    };
    let (stamp, rest) = rest.split_at(end);
    let is_number = |text: &[u8]| {
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        digits > 0 && digits + 1 == text.len() && text.contains(&b'.')
    };
    let is_date = |text: &[u8]| {
        let colons = memchr::memchr_iter(b':', text).count();
        let is_char = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b':');
        colons == 2 && text.len() >= 20 && text.iter().all(is_char)
    };
    if is_number(stamp.trim_ascii()) || is_date(stamp) {
        let rest = &rest[1..];
        rest.strip_prefix(b" ").unwrap_or(rest)
    } else {
        line
    }
}

/// `[T43] ` or `[    C0] `, the caller column of `CONFIG_PRINTK_CALLER`.
fn caller(line: &[u8]) -> &[u8] {
    let Some(rest) = line.strip_prefix(b"[") else {
        return line;
    };
    let id = rest.trim_ascii_start();
    match id {
        [b'T' | b'C', digits @ ..] => match decimal(digits) {
            Some((_, [b']', b' ', rest @ ..])) => rest,
            Some((_, [b']'])) => b"",
            _ => line,
        },
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_comes_off_and_the_texts_own_blanks_stay() {
        for line in [
            "  lock(&tl->lock);",
            "[    4.589906]   lock(&tl->lock);",
            "[12345.589906]   lock(&tl->lock);",
            "<4>[    4.589906]   lock(&tl->lock);",
            "[    4.589906] [   T46]   lock(&tl->lock);",
            "[    4.589906][    C0]   lock(&tl->lock);",
            "kern  :warn  : [    4.589906]   lock(&tl->lock);",
            "[Wed Nov 20 22:34:01 2024]   lock(&tl->lock);",
            "Nov 20 22:34:01 host kernel: [    4.589906]   lock(&tl->lock);",
            "Nov 20 22:34:01 host kernel:   lock(&tl->lock);",
            "2024-11-20T22:34:01.123456+00:00 host kernel: [    4.589906]   lock(&tl->lock);",
        ] {
            let text = String::from_utf8_lossy(strip(line.as_bytes())).into_owned();
            assert_eq!(text, "  lock(&tl->lock);", "{line}");
        }
    }

    #[test]
    fn brackets_of_the_text_itself_stay() {
        for line in [
            "[ BUG: Invalid wait context ]",
            "[<ffffffff810a06f3>] run_scenario+0x3d8/0x11aa",
            "[",
            "[]",
            "[Total 1] x",
            "",
        ] {
            assert_eq!(strip(line.as_bytes()), line.as_bytes());
        }
    }
}
