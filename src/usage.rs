//! What this process takes of its machine: processor time and memory.

use std::time::Duration;

/// Processor time of the calling thread so far; `None` where the system does not tell.
#[must_use]
pub fn of_thread() -> Option<Duration> {
    #[cfg(unix)]
    return read(rustix::time::ClockId::ThreadCPUTime);
    #[cfg(not(unix))]
    None
}

/// Processor time of all threads of this process so far, those that ended included; `None` where the
/// system does not tell.
#[must_use]
pub fn of_process() -> Option<Duration> {
    #[cfg(unix)]
    return read(rustix::time::ClockId::ProcessCPUTime);
    #[cfg(not(unix))]
    None
}

#[cfg(unix)]
fn read(clock: rustix::time::ClockId) -> Option<Duration> {
    let time = rustix::time::clock_gettime(clock);
    let nanoseconds = u32::try_from(time.tv_nsec).ok()?;
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, nanoseconds))
}

/// The most memory that this process held so far, mapped files that were read included, in bytes;
/// `None` where the system does not tell as Linux does.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    peak(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads `VmHWM:   12345 kB`.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_used_up_by_work() {
        let Some(before) = of_thread() else { return };
        let mut sum = 0u64;
        while of_thread() == Some(before) {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(of_process() >= of_thread());
    }

    #[test]
    fn memory_is_read_as_linux_tells_it() {
        assert_eq!(peak("VmPeak:\t9 kB\nVmHWM:\t    1234 kB\n"), Some(1234 * 1024));
        assert_eq!(peak("VmPeak:\t9 kB\n"), None);
    }
}
