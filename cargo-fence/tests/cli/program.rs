//! Runs the binary in the repository's root, and files for it to read.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The binary, about to be run with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-fence"));
    command.current_dir(root()).args(arguments);
    // What the caller's terminal likes must not change what is tested.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs with these arguments.
pub(crate) fn fence(arguments: &[&str]) -> Ran {
    fence_reading(arguments, b"")
}

/// Runs with these arguments and this standard input.
pub(crate) fn fence_reading(arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = command(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that does not read its input is free not to.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("the binary ends")
    });
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// A folder of its own for a test, empty.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        std::fs::write(&path, content).expect("a file");
        path.display().to_string()
    }

    pub(crate) fn path(&self) -> String {
        self.0.display().to_string()
    }
}

/// Two threads that take two locks in both orders: lock-order-cycle.
pub(crate) const ABBA: &str = "\
thread one
  lock a mutex
  lock b mutex
  unlock b
  unlock a
thread two
  lock b mutex
  lock a mutex
  unlock a
  unlock b
";

/// One thread that takes one lock: nothing to be found.
pub(crate) const CLEAN: &str = "thread one\n  lock a mutex\n  unlock a\n";

/// A line of a trace.
pub(crate) fn event(task: u32, time: u32, event: &str) -> String {
    format!("          t{task}-{task}       [000] .....  {time:5}.000001: {event}\n")
}

/// A trace in which two tasks take two locks in both orders; the last acquisition, on line 8, closes the circle.
pub(crate) fn abba_trace() -> String {
    let mut text = String::from("# tracer: nop\n#\n");
    let steps = [
        (1, "acquire", "a"),
        (1, "acquire", "b"),
        (1, "release", "b"),
        (1, "release", "a"),
    ];
    let others = [
        (2, "acquire", "b"),
        (2, "acquire", "a"),
        (2, "release", "a"),
        (2, "release", "b"),
    ];
    for (time, (task, what, lock)) in (1..).zip(steps.into_iter().chain(others)) {
        let address = if lock == "a" {
            "ff11000000000010"
        } else {
            "ff11000000000020"
        };
        text.push_str(&event(
            task,
            time,
            &format!("lock_{what}: {address} {lock}_lock"),
        ));
    }
    text
}
