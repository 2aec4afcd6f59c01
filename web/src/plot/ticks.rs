//! Ticks at numbers that people count in.

/// A tick of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Position along the axis, 0 to 1.
    pub position: f64,
    /// Text beside it.
    pub label: String,
}

/// The distance between ticks of a time axis that leaves at most `most` of them.
pub fn time_step_s(span_s: f64, most: u32) -> f64 {
    const STEPS_S: [f64; 25] = [
        0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0,
        60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0,
    ];
    let least = span_s / f64::from(most.max(1));
    STEPS_S.into_iter().find(|step| *step >= least).unwrap_or(14_400.0)
}

/// The distance between ticks of a frequency axis: 1, 2 or 5 times a power of ten.
pub fn frequency_step_hz(span_hz: f64, most: u32) -> f64 {
    let least = (span_hz / f64::from(most.max(1))).max(1e-3);
    let decade = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * decade).find(|step| *step >= least).unwrap_or(10.0 * decade)
}

/// Ticks of a time axis.
pub fn time(range_s: (f64, f64), most: u32) -> Vec<Tick> {
    let step = time_step_s(range_s.1 - range_s.0, most);
    at_multiples(range_s, step, |value| crate::format::clock(value, step))
}

/// Ticks of a frequency axis, counted from low to high.
pub fn frequency(range_hz: (f64, f64), most: u32) -> Vec<Tick> {
    let step = frequency_step_hz(range_hz.1 - range_hz.0, most);
    at_multiples(range_hz, step, |value| {
        if value >= 1000.0 {
            let kilo = format!("{:.3}", value / 1000.0);
            format!("{}k", kilo.trim_end_matches('0').trim_end_matches('.'))
        } else {
            format!("{value:.0}")
        }
    })
}

fn at_multiples(range: (f64, f64), step: f64, label: impl Fn(f64) -> String) -> Vec<Tick> {
    let span = range.1 - range.0;
    if !(span > 0.0 && span.is_finite() && step > 0.0) {
        return Vec::new();
    }
    // A step is at least a hundredth of the span, so the loop is short whatever the numbers are.
    let step = step.max(span / 100.0);
    let first = (range.0 / step - 1e-9).ceil() as i64;
    let last = (range.1 / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|multiple| {
            let value = multiple as f64 * step;
            Tick { position: ((value - range.0) / span).clamp(0.0, 1.0), label: label(value) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn five_minutes() {
        assert_eq!(labels(&time((0.0, 300.0), 6)), ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"]);
    }

    #[test]
    fn a_zoomed_window_starts_at_a_round_number() {
        let ticks = time((1.234, 1.734), 6);
        assert_eq!(labels(&ticks), ["0:01.3", "0:01.4", "0:01.5", "0:01.6", "0:01.7"]);
        assert!(ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.position)));
    }

    #[test]
    fn frequencies_to_nyquist() {
        assert_eq!(labels(&frequency((0.0, 16_000.0), 5)), ["0", "5k", "10k", "15k"]);
        assert_eq!(labels(&frequency((0.0, 16_000.0), 8)), ["0", "2k", "4k", "6k", "8k", "10k", "12k", "14k", "16k"]);
        assert_eq!(labels(&frequency((100.0, 350.0), 5)), ["100", "150", "200", "250", "300", "350"]);
    }

    #[test]
    fn never_more_than_asked_for_plus_both_ends() {
        for span in [0.01, 0.3, 1.0, 7.0, 61.0, 3599.0, 86_400.0] {
            assert!(time((0.0, span), 8).len() <= 9, "{span} s");
        }
    }

    #[test]
    fn an_empty_axis_has_none() {
        assert!(time((2.0, 2.0), 8).is_empty());
        assert!(frequency((0.0, f64::NAN), 8).is_empty());
    }
}
