//! A limit to log lines that others can cause.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// How many lines may be written in a second.
const PER_SECOND: u32 = 20;

/// Allows so many lines per second, and counts the others.
#[derive(Debug, Default)]
pub(super) struct LogBudget(Mutex<Option<Second>>);

#[derive(Debug)]
struct Second {
    begin: Instant,
    lines: u32,
    omitted: u64,
}

impl LogBudget {
    /// Whether one more line may be written; if so, how many were omitted since the last second in which one
    /// was.
    pub(super) fn line(&self, now: Instant) -> Option<u64> {
        let mut second = self.0.lock();
        match &mut *second {
            Some(second) if now.duration_since(second.begin) < Duration::from_secs(1) => {
                if second.lines >= PER_SECOND {
                    second.omitted += 1;
                    return None;
                }
                second.lines += 1;
                Some(0)
            }
            _ => {
                let omitted = second.as_ref().map_or(0, |second| second.omitted);
                *second = Some(Second { begin: now, lines: 1, omitted: 0 });
                Some(omitted)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant, LogBudget};

    #[test]
    fn lines_beyond_the_budget_are_counted() {
        let (budget, now) = (LogBudget::default(), Instant::now());
        let written = (0..100).filter(|_| budget.line(now).is_some()).count();
        assert_eq!(written, 20);
        let later = now + Duration::from_secs(1);
        assert_eq!((budget.line(later), budget.line(later)), (Some(80), Some(0)));
    }
}
