//! Runs what may panic on bytes that are not ours: a parser on a file, the engine on an index whose
//! disk has changed a byte.
//!
//! Knows nothing of what runs. A panic is a fault to be told like any other, not a backtrace.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// What it said and where, for a report of the fault.
    message: String,
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Panicked {}

thread_local! {
    /// Whether a panic of this thread is caught and reported by us.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
    /// Where the last such panic happened.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`; a panic in it is caught, and the panic hook keeps still for this thread meanwhile.
///
/// # Errors
/// If it panicked.
pub fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !EXPECTED.get() {
                before(info);
                return;
            }
            let place = info.location().map(|at| {
                // The name alone: the folders are those of who built the program.
                let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
                format!("{file}:{}", at.line())
            });
            PLACE.set(place.unwrap_or_default());
        }));
    });
    let outer = EXPECTED.replace(true);
    // Whatever `work` half made is dropped with it: it shares nothing that can be left broken.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    EXPECTED.set(outer);
    result.map_err(|panic| Panicked { message: format!("{}, {}", said(&*panic), PLACE.take()) })
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_value() {
        let panicked = quietly(|| panic!("on purpose")).map(|(): ()| ()).unwrap_err();
        assert!(panicked.to_string().starts_with("on purpose, caught.rs:"), "{panicked}");
        let number = 4;
        let panicked = quietly(|| [1, 2][number % 7]).unwrap_err().to_string();
        assert!(panicked.starts_with("index out of bounds"), "{panicked}");
        assert!(matches!(quietly(|| 7), Ok(7)));
    }
}
