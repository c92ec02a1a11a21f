//! Round numbers along the side of a chart.

/// How many lines there are above the bottom line at most.
const MAX_LINES: u128 = 5;

/// The scale of a chart: from 0 up in round steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// From one line to the next: 1, 2 or 5 with noughts behind it.
    step: u128,
    /// The number at the topmost line.
    top: u128,
}

impl Scale {
    /// The scale on which this number has its place.
    pub(super) fn up_to(greatest: u128) -> Self {
        let greatest = greatest.max(1);
        let mut power = 1_u128;
        loop {
            for factor in [1, 2, 5] {
                let step = power.saturating_mul(factor);
                let lines = greatest.div_ceil(step);
                if lines <= MAX_LINES {
                    let top = step.saturating_mul(lines);
                    return Self { step, top };
                }
            }
            power = power.saturating_mul(10);
        }
    }

    /// The number at each line, from the bottom up.
    pub(super) fn lines(self) -> impl Iterator<Item = u128> {
        (0..=self.top / self.step).map(move |line| line * self.step)
    }

    /// How high a number stands where the topmost line is `height` high, to the nearest.
    pub(super) fn height(self, number: u128, height: u128) -> u128 {
        (number.saturating_mul(height) + self.top / 2) / self.top
    }
}

/// A number in few characters: 1500 is 1.5k.
pub(super) fn short(number: u128) -> String {
    const UNITS: [(u128, &str); 6] = [
        (1_000_000_000_000_000_000, "E"),
        (1_000_000_000_000_000, "P"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
    ];
    let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| number >= *size) else {
        return number.to_string();
    };
    match number % size * 10 / size {
        0 => format!("{}{unit}", number / size),
        tenth => format!("{}.{tenth}{unit}", number / size),
    }
}
