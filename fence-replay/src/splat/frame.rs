//! Functions of a stack trace, and which of them is worth showing.

use std::fmt;

use crate::lines::hexadecimal;

/// Longest symbol that is kept, in bytes; the kernel's own end at 512.
const MAX_SYMBOL_BYTES: usize = 512;

/// A function of the kernel or of a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// Name of the function, with the compiler's suffixes (`.constprop.0`).
    pub function: String,
    /// Module it is in; `None` for the kernel itself.
    pub module: Option<String>,
}

impl Symbol {
    /// Reads `[<ffffffff81001234>] function+0x1b/0x33 [module]`; address and module may be missing.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let text = match text.strip_prefix(b"[<") {
            Some(rest) => rest[memchr::memmem::find(rest, b">]")? + 2..].trim_ascii_start(),
            None => text,
        };
        let plus = memchr::memmem::find(text, b"+0x")?;
        let (function, rest) = text.split_at(plus);
        let is_name = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'(' | b'[' | b'<');
        if function.is_empty() || function.len() > MAX_SYMBOL_BYTES || !function.iter().all(is_name)
        {
            return None;
        }
        let (_, rest) = hexadecimal(&rest[3..])?;
        let (_, rest) = hexadecimal(rest.strip_prefix(b"/0x")?)?;
        let module = match rest.trim_ascii_start() {
            [b'[', rest @ ..] => {
                let end = memchr::memchr2(b']', b' ', rest)?;
                Some(&rest[..end.min(MAX_SYMBOL_BYTES)])
            }
            [] => None,
            _ => return None,
        };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Some(Symbol {
            function: text(function),
            module: module.map(text),
        })
    }

    /// Whether this is lockdep or a lock function: true for any acquisition, so it tells nothing.
    fn is_machinery(&self) -> bool {
        const PREFIXES: [&str; 18] = [
            "lock_acquire",
            "lockdep_",
            "trace_hardirqs_",
            "trace_softirqs_",
            "__raw_spin_",
            "__raw_read_",
            "__raw_write_",
            "_raw_spin_",
            "_raw_read_",
            "_raw_write_",
            "mutex_lock",
            "ww_mutex_lock",
            "down_read",
            "down_write",
            "rt_spin_lock",
            "rt_mutex_lock",
            "percpu_down_",
            "fs_reclaim_acquire",
        ];
        let name = self.function.trim_start_matches("__");
        PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix.trim_start_matches("__")))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        if let Some(module) = &self.module {
            write!(f, " [{module}]")?;
        }
        Ok(())
    }
}

/// The function that a stack trace stands for: the first that is no lock function, else the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    first: Option<Symbol>,
    interesting: Option<Symbol>,
}

impl Stack {
    /// Takes the next line; tells whether it was a frame. Frames that the unwinder is not sure of
    /// (`? function`) count for nothing.
    pub(super) fn frame(&mut self, text: &[u8]) -> bool {
        let text = text.trim_ascii();
        if text.starts_with(b"? ") {
            return true;
        }
        let Some(symbol) = Symbol::parse(text) else {
            return false;
        };
        if self.interesting.is_none() && !symbol.is_machinery() {
            self.interesting = Some(symbol.clone());
        }
        self.first.get_or_insert(symbol);
        true
    }

    /// The function, if there was any frame.
    pub(super) fn symbol(self) -> Option<Symbol> {
        self.interesting.or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands_for(frames: &[&str]) -> Option<String> {
        let mut stack = Stack::default();
        for frame in frames {
            assert!(stack.frame(frame.as_bytes()), "{frame}");
        }
        stack.symbol().map(|symbol| symbol.to_string())
    }

    #[test]
    fn lock_functions_are_passed_over() {
        let frames = [
            "        __lock_acquire+0xdad/0x110d",
            "        lock_acquire+0x12e/0x22c",
            "        __mutex_lock.constprop.0+0x10/0x20",
            "        _raw_spin_lock_irqsave+0x45/0x80",
            "        ? unsure+0x1/0x2",
            "        cb_spin+0x1b/0x33 [fencebug]",
            "        dma_fence_signal+0x26/0x61",
        ];
        assert_eq!(stands_for(&frames), Some("cb_spin [fencebug]".to_owned()));
    }

    #[test]
    fn a_stack_of_lock_functions_stands_for_its_first() {
        assert_eq!(
            stands_for(&["lock_acquire+0x1/0x2", "down_read+0x1/0x2"]),
            Some("lock_acquire".to_owned())
        );
        assert_eq!(stands_for(&[]), None);
    }

    #[test]
    fn what_is_no_frame_is_told() {
        for text in [
            "...",
            "",
            "lock(&tl->lock);",
            "irq event stamp: 20",
            "foo+0x1",
            "a b+0x1/0x2",
            "foo+0x1/0x2 at:",
        ] {
            assert!(!Stack::default().frame(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn module_build_ids_are_no_part_of_its_name() {
        let symbol = Symbol::parse(b"amdgpu_cs_ioctl+0x1/0x2 [amdgpu 0123abcd]").expect("a symbol");
        assert_eq!(symbol.to_string(), "amdgpu_cs_ioctl [amdgpu]");
    }
}
