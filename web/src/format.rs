//! Numbers for people. Pure functions, so that the server and the browser write the same text.

/// Length of a recording: `0.84 s`, `12.3 s`, `4:05`, `1:02:09`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds < 10.0 {
        return format!("{seconds:.2} s");
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A limit of time in whole units where it is one: `6 hours`, `90 minutes`.
pub fn time_limit(seconds: f64) -> String {
    match seconds {
        3600.0 => "1 hour".to_owned(),
        hours if hours > 0.0 && hours % 3600.0 == 0.0 => format!("{:.0} hours", hours / 3600.0),
        minutes if minutes > 60.0 && minutes % 60.0 == 0.0 => format!("{:.0} minutes", minutes / 60.0),
        other => duration(other),
    }
}

/// A moment on a time axis with as many decimals as the distance between its neighbours asks for.
pub fn clock(seconds: f64, step_s: f64) -> String {
    let decimals = if step_s >= 1.0 { 0 } else { (-step_s.log10()).ceil().clamp(1.0, 4.0) as usize };
    let sign = if seconds < 0.0 { "−" } else { "" };
    let scale = 10f64.powi(decimals as i32);
    let seconds = (seconds.abs() * scale).round() / scale;
    let minutes = (seconds / 60.0).floor();
    let width = if decimals == 0 { 2 } else { 3 + decimals };
    let rest = seconds - minutes * 60.0;
    if minutes < 60.0 {
        return format!("{sign}{minutes:.0}:{rest:0width$.decimals$}");
    }
    let hours = (minutes / 60.0).floor();
    format!("{sign}{hours:.0}:{:02.0}:{rest:0width$.decimals$}", minutes - hours * 60.0)
}

/// Size of a file with binary prefixes: `812 B`, `3.4 MiB`.
pub fn size(bytes: u64) -> String {
    const PREFIXES: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = PREFIXES[0];
    for prefix in &PREFIXES[1..] {
        if value < 1023.95 {
            break;
        }
        value /= 1024.0;
        unit = prefix;
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// A frequency: `440 Hz`, `12.3 kHz`.
pub fn frequency(hz: f64) -> String {
    if hz < 999.5 { format!("{hz:.0} Hz") } else { format!("{} kHz", trimmed(hz / 1000.0, 2)) }
}

/// A sample rate keeps all its digits: `44.1 kHz`, `22.05 kHz`.
pub fn sample_rate(hz: u32) -> String {
    if hz < 1000 { format!("{hz} Hz") } else { format!("{} kHz", trimmed(f64::from(hz) / 1000.0, 3)) }
}

/// A level with a true minus sign: `−12.4 dBFS`; `none` where there is no level at all.
pub fn level(value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) => format!("{} {unit}", signed(value, 1)),
        None => "none (silence)".to_owned(),
    }
}

/// A number with a true minus sign.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    if value < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) { format!("−{text}") } else { text }
}

/// A whole number in groups of three.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `mono`, `stereo`, `6 channels`.
pub fn channels(count: u32) -> String {
    match count {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        many => format!("{many} channels"),
    }
}

/// A difference of decibels: as small as it is, but never shorter than two digits.
pub fn difference_db(value: f64) -> String {
    if value == 0.0 {
        "0 dB".to_owned()
    } else if value < 0.000_01 {
        "< 0.00001 dB".to_owned()
    } else if value < 0.001 {
        format!("{value:.5} dB")
    } else if value < 1.0 {
        format!("{value:.3} dB")
    } else {
        format!("{value:.1} dB")
    }
}

/// An RFC 3339 moment in UTC as `22 Nov 2025, 10:41 UTC`; anything else stays as it is.
pub fn date_time(rfc3339: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts = || {
        let year = rfc3339.get(0..4)?;
        let month = rfc3339.get(5..7)?.parse::<usize>().ok()?;
        let day = rfc3339.get(8..10)?.parse::<u8>().ok()?;
        let time = rfc3339.get(11..16)?;
        Some(format!("{day} {} {year}, {time} UTC", MONTHS.get(month.checked_sub(1)?)?))
    };
    parts().unwrap_or_else(|| rfc3339.to_owned())
}

fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration(0.5), "0.50 s");
        assert_eq!(duration(12.34), "12.3 s");
        assert_eq!(duration(59.97), "1:00");
        assert_eq!(duration(245.2), "4:05");
        assert_eq!(duration(3729.0), "1:02:09");
        assert_eq!(duration(f64::NAN), "–");
    }

    #[test]
    fn limits_of_time() {
        assert_eq!(time_limit(21_600.0), "6 hours");
        assert_eq!(time_limit(5_400.0), "90 minutes");
        assert_eq!(time_limit(90.0), "1:30");
    }

    #[test]
    fn clocks_follow_the_step() {
        assert_eq!(clock(65.0, 5.0), "1:05");
        assert_eq!(clock(65.25, 0.05), "1:05.25");
        assert_eq!(clock(0.3, 0.1), "0:00.3");
        assert_eq!(clock(3725.0, 60.0), "1:02:05");
        assert_eq!(clock(59.9999, 0.1), "1:00.0");
    }

    #[test]
    fn sizes() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1024), "1.0 KiB");
        assert_eq!(size(52_920_044), "50.5 MiB");
        assert_eq!(size(u64::MAX), "16384 PiB");
    }

    #[test]
    fn frequencies_and_rates() {
        assert_eq!(frequency(440.2), "440 Hz");
        assert_eq!(frequency(15_625.0), "15.62 kHz");
        assert_eq!(frequency(16_000.0), "16 kHz");
        assert_eq!(sample_rate(44_100), "44.1 kHz");
        assert_eq!(sample_rate(11_025), "11.025 kHz");
    }

    #[test]
    fn signs_and_groups() {
        assert_eq!(signed(-3.01, 1), "−3.0");
        assert_eq!(signed(-0.01, 1), "0.0");
        assert_eq!(level(None, "dBFS"), "none (silence)");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(difference_db(0.0078125), "0.008 dB");
        assert_eq!(difference_db(0.000_01), "0.00001 dB");
        assert_eq!(difference_db(0.000_004), "< 0.00001 dB");
        assert_eq!(difference_db(0.0), "0 dB");
    }

    #[test]
    fn dates() {
        assert_eq!(date_time("2025-11-22T10:41:07.123Z"), "22 Nov 2025, 10:41 UTC");
        assert_eq!(date_time("not a date"), "not a date");
    }
}
