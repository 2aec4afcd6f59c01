use alloc::{vec, vec::Vec};

use super::*;
use crate::math;

const RATE_HZ: u32 = 48_000;

/// Two seconds of a stereo sine that is met at 45 degrees: its samples stay 3 dB below its true peak.
fn sine(amplitude: f64) -> [Vec<f32>; 2] {
    let phase = |n: usize| core::f64::consts::TAU * (n as f64 + 0.5) / 4.0;
    let channel: Vec<f32> = (0..96_000).map(|n| (amplitude * math::sin(phase(n))) as f32).collect();
    [channel.clone(), channel]
}

fn measured(normalization: &Normalization, sound: &[Vec<f32>]) -> Measured {
    let mut meter = NormalizationMeter::prepare(normalization, RATE_HZ, sound.len()).expect("rate");
    meter.push(sound).expect("finite");
    meter.finish()
}

#[test]
fn the_result_has_the_level() {
    for (target, tolerance) in [
        (Target::PeakDbfs(-3.0), 1e-5),
        (Target::TruePeakDbtp(-1.0), 1e-5),
        (Target::RmsDbfs(-20.0), 1e-5),
        (Target::LoudnessLufs(-23.0), 1e-3),
        (Target::LoudnessLufs(-60.0), 1e-3),
    ] {
        let normalization = Normalization { target, ceiling: None };
        let mut sound = sine(0.02);
        let gain = normalization.apply_to(&mut sound, RATE_HZ).expect("normalized");
        assert_eq!(gain.short_db, 0.0);
        // A second time, there is nothing to do.
        let again = normalization.gain(measured(&normalization, &sound)).expect("gain");
        assert!(again.gain_db.abs() < tolerance, "{target:?}: {again:?}");
    }
}

#[test]
fn levels_are_those_of_the_sine() {
    let with = |target| measured(&Normalization { target, ceiling: None }, &sine(1.0)).level_db.expect("level");
    assert!((with(Target::PeakDbfs(0.0)) + 3.0103).abs() < 1e-3);
    assert!((with(Target::RmsDbfs(0.0)) + 3.0103).abs() < 1e-3);
    assert!(with(Target::TruePeakDbtp(0.0)).abs() < 0.2);
}

#[test]
fn a_ceiling_keeps_the_gain_down() {
    let loud = Normalization { target: Target::LoudnessLufs(10.0), ceiling: Some(Ceiling::TruePeakDbtp(-1.0)) };
    let mut sound = sine(0.1);
    let gain = loud.apply_to(&mut sound, RATE_HZ).expect("normalized");
    assert!(gain.short_db > 0.5, "{gain:?}");
    assert!((measured(&loud, &sound).peak_db.expect("peak") + 1.0).abs() < 1e-4);
    // Far below, it does not matter.
    let quiet = Normalization { target: Target::LoudnessLufs(-30.0), ..loud };
    assert_eq!(quiet.apply_to(&mut sound, RATE_HZ).expect("normalized").short_db, 0.0);
    // Samples and the sound between them differ by 3 dB here.
    let samples = Normalization { ceiling: Some(Ceiling::PeakDbfs(-1.0)), ..loud };
    let between = loud.gain(measured(&loud, &sound)).expect("gain").gain_db;
    assert!((samples.gain(measured(&samples, &sound)).expect("gain").gain_db - between - 3.01).abs() < 0.2);
}

#[test]
fn refuses_silence_and_what_is_no_level() {
    let to = |target| Normalization { target, ceiling: None };
    for target in [Target::PeakDbfs(0.0), Target::TruePeakDbtp(0.0), Target::RmsDbfs(0.0), Target::LoudnessLufs(-23.0)]
    {
        let mut silence = [vec![0.0; 48_000]];
        assert_eq!(to(target).apply_to(&mut silence, RATE_HZ), Err(NormalizeError::Silence));
        assert_eq!(to(target).apply_to::<Vec<f32>>(&mut [], RATE_HZ), Err(NormalizeError::Silence));
    }
    for level in [f64::NAN, f64::INFINITY, 21.0, -121.0] {
        let refused = to(Target::PeakDbfs(level)).apply_to(&mut sine(0.1), RATE_HZ);
        assert!(matches!(refused, Err(NormalizeError::Level { .. })), "{level}");
        let ceiling = Some(Ceiling::PeakDbfs(level));
        let refused = Normalization { ceiling, ..to(Target::PeakDbfs(0.0)) }.apply_to(&mut sine(0.1), RATE_HZ);
        assert!(matches!(refused, Err(NormalizeError::Level { .. })), "{level}");
    }
    let mut bad = [vec![0.1, f32::NAN]];
    let refused = to(Target::PeakDbfs(0.0)).apply_to(&mut bad, RATE_HZ);
    assert!(matches!(refused, Err(NormalizeError::NotFinite(NotFinite { offset_frames: 1, channel: 0 }))));
    assert_eq!(bad[0][0], 0.1);
    let refused = to(Target::PeakDbfs(0.0)).apply_to(&mut [vec![1e-9f32]], RATE_HZ);
    assert!(matches!(refused, Err(NormalizeError::Gain { .. })));
    let refused = to(Target::LoudnessLufs(-23.0)).apply_to(&mut sine(0.1), 100);
    assert!(matches!(refused, Err(NormalizeError::Rate(RateTooLow { actual_hz: 100 }))));
}
