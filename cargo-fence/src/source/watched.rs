//! A reader that can be told to stop, and that notices whether there was anything in it.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

/// Reads `inner` until nobody wants more, which is an error so that a half line is not taken for a last one.
#[derive(Debug)]
pub(crate) struct Watched<R> {
    inner: R,
    open: Rc<Cell<bool>>,
    blank: Rc<Cell<bool>>,
}

impl<R> Watched<R> {
    pub(super) fn new(inner: R, open: Rc<Cell<bool>>) -> Self {
        Self {
            inner,
            open,
            blank: Rc::new(Cell::new(true)),
        }
    }

    /// Whether all that was read is white space; the answer changes with reading.
    pub(crate) fn is_blank(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.blank)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.open.get() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let count = self.inner.read(buffer)?;
        if self.blank.get() && !buffer.iter().take(count).all(u8::is_ascii_whitespace) {
            self.blank.set(false);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_as_good_as_nothing() {
        for (text, blank) in [("", true), (" \n\t\n", true), ("\n x", false)] {
            let mut reader = Watched::new(text.as_bytes(), Rc::new(Cell::new(true)));
            io::copy(&mut reader, &mut io::sink()).expect("memory can be read");
            assert_eq!(reader.is_blank().get(), blank, "{text:?}");
        }
    }

    #[test]
    fn reading_ends_when_nobody_wants_more() {
        let open = Rc::new(Cell::new(true));
        let mut reader = Watched::new(&b"abc"[..], Rc::clone(&open));
        let mut one = [0];
        assert_eq!(reader.read(&mut one).expect("memory can be read"), 1);
        open.set(false);
        assert!(reader.read(&mut one).is_err());
    }
}
