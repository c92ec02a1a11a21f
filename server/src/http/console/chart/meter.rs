//! How much of a limit is used, for a `meter` element and in words.

/// From how many hundredths on a limit is nearly used up.
const NEAR: u64 = 80;

/// How much of a limit is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// For `value`: what is used, but never more than `max`.
    pub value: u64,
    /// For `max`: the limit.
    pub max: u64,
    /// For `high`: from here on it is nearly used up.
    pub high: u64,
    /// Hundredths of the limit, rounded down; above 100 where a limit only counts.
    pub percent: u64,
    /// How it stands.
    pub state: MeterState,
    /// The numbers, such as "250 of 1,000 used (25%)".
    pub words: String,
}

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterState {
    /// Much is left.
    Free,
    /// A fifth or less is left.
    Near,
    /// Nothing is left.
    Full,
    /// More is used than the limit, which only counts.
    Beyond,
}

impl MeterState {
    /// In words, for those who do not see the colour.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Free => "within the limit",
            Self::Near => "close to the limit",
            Self::Full => "at the limit",
            Self::Beyond => "beyond the limit",
        }
    }
}

/// How much of a limit is used.
pub fn utilisation(used: u64, limit: u64) -> Meter {
    let max = limit.max(1);
    let hundredths = u128::from(used) * 100 / u128::from(max);
    let percent = u64::try_from(hundredths).unwrap_or(u64::MAX);
    let state = match percent {
        _ if used > limit => MeterState::Beyond,
        _ if used == limit => MeterState::Full,
        NEAR.. => MeterState::Near,
        _ => MeterState::Free,
    };
    let high = u128::from(max) * u128::from(NEAR) / 100;
    Meter {
        value: used.min(max),
        max,
        high: u64::try_from(high).unwrap_or(max),
        percent,
        state,
        words: format!("{} of {} used ({percent}%)", grouped(used), grouped(limit)),
    }
}

/// A number with a comma before each three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
