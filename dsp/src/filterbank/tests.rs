use alloc::{vec, vec::Vec};

use proptest::prelude::*;

use super::*;

const SCALES: [Scale; 5] =
    [Scale::Mel(MelScale::Slaney), Scale::Mel(MelScale::Htk), Scale::Bark, Scale::Erb, Scale::Octave];

fn made(scale: Scale, bank: BankParameters) -> Result<FilterBank, FilterBankError> {
    match scale {
        Scale::Mel(scale) => FilterBank::mel(MelParameters { bank, scale }),
        Scale::Bark => FilterBank::bark(bank),
        Scale::Erb => FilterBank::erb(bank),
        Scale::Octave => FilterBank::octave(bank),
    }
}

/// 2049 bins of 7.8125 Hz, bands from 200 Hz to 16 kHz.
fn parameters(bands: usize, norm: BandNorm) -> BankParameters {
    BankParameters { min_hz: 200.0, norm, ..BankParameters::new(2049, 32_000.0 / 4096.0, bands) }
}

#[test]
fn scales_of_the_literature() {
    for (scale, hz, place, tolerance) in [
        (Scale::Mel(MelScale::Slaney), 200.0, 3.0, 1e-12),
        (Scale::Mel(MelScale::Slaney), 1000.0, 15.0, 1e-12),
        (Scale::Mel(MelScale::Slaney), 6400.0, 42.0, 1e-12),
        // 1000 Hz are 1000 mel, as near as the rounded 2595 comes.
        (Scale::Mel(MelScale::Htk), 0.0, 0.0, 1e-12),
        (Scale::Mel(MelScale::Htk), 1000.0, 1000.0, 0.02),
        // Zwicker (1961): the edges of the critical bands are whole numbers of Bark. Traunmueller claims 0.05 from
        // 200 Hz to 6.7 kHz, and his corrections keep to it beyond.
        (Scale::Bark, 200.0, 2.0, 0.07),
        (Scale::Bark, 510.0, 5.0, 0.05),
        (Scale::Bark, 1080.0, 9.0, 0.05),
        (Scale::Bark, 2000.0, 13.0, 0.05),
        (Scale::Bark, 4400.0, 18.0, 0.05),
        (Scale::Bark, 9500.0, 22.0, 0.1),
        (Scale::Bark, 15_500.0, 24.0, 0.1),
        // Moore: 1 kHz lies at 15.6 ERB, and the ERB there is 132.6 Hz wide.
        (Scale::Erb, 0.0, 0.0, 1e-12),
        (Scale::Erb, 1000.0, 15.62, 0.01),
        (Scale::Octave, 440.0, 8.781_359_7, 1e-6),
    ] {
        let found = scale.from_hz(hz);
        assert!((found - place).abs() <= tolerance, "{scale:?} {hz}: {found}");
    }
    let erb_hz = 1.0 / (Scale::Erb.from_hz(1000.5) - Scale::Erb.from_hz(999.5));
    // The rounded 21.4 of the publication stands for 21.366.
    assert!((erb_hz / 132.64 - 1.0).abs() < 0.004, "{erb_hz}");
}

proptest! {
    #[test]
    fn scales_grow_and_can_be_undone(hz in 0.001f64..100_000.0, factor in 1.0001f64..2.0) {
        for scale in SCALES {
            prop_assert!((scale.to_hz(scale.from_hz(hz)) / hz - 1.0).abs() < 1e-9, "{:?}", scale);
            prop_assert!(scale.from_hz(hz * factor) > scale.from_hz(hz), "{:?}", scale);
        }
    }
}

/// Flat in, flat out: with unit area every band of a flat spectrum has the same level, as well as its bins sample it.
#[test]
fn a_flat_density_stays_flat() {
    for scale in SCALES {
        let bank = made(scale, parameters(20, BandNorm::Area)).expect("possible");
        let mut bands = vec![0.0; 20];
        bank.apply(&vec![7.8125; 2049], &mut bands);
        for (band, level) in bands.iter().enumerate() {
            assert!((level - 1.0).abs() < 0.03, "{scale:?} band {band}: {level}");
        }
    }
}

/// With unit peak the triangles add up to 1 at every bin between the first and the last centre.
#[test]
fn unit_peaks_add_up_to_one() {
    for scale in SCALES {
        let bank = made(scale, parameters(31, BandNorm::Peak)).expect("possible");
        let mut sums = vec![0.0f32; bank.bins()];
        for band in 0..bank.bands() {
            let (first, weights) = bank.weights(band);
            assert!(weights.iter().all(|&w| w > 0.0 && w <= 1.0));
            for (sum, w) in sums[first..].iter_mut().zip(weights) {
                *sum += w;
            }
        }
        let centers = bank.centers_hz();
        assert!(centers.is_sorted() && centers.len() == 31);
        for (bin, sum) in sums.iter().enumerate() {
            let hz = bin as f64 * 7.8125;
            if hz > centers[0] && hz < centers[30] {
                assert!((sum - 1.0).abs() < 1e-6, "{scale:?} bin {bin}: {sum}");
            } else if !(200.0..=16_000.0).contains(&hz) {
                assert_eq!(*sum, 0.0);
            }
        }
        // Equal distances on the scale, the outer corners included.
        let places: Vec<f64> = [200.0].iter().chain(centers).chain(&[16_000.0]).map(|&hz| scale.from_hz(hz)).collect();
        for pair in places.windows(2) {
            assert!((pair[1] - pair[0] - (places[32] - places[0]) / 32.0).abs() < 1e-9);
        }
    }
}

/// The sparse application is the matrix product, written out; what does not fit is zero.
#[test]
fn application_is_the_matrix_product() {
    let bank = made(Scale::Erb, parameters(40, BandNorm::Area)).expect("possible");
    let power: Vec<f32> = (0..2049u32).map(|k| (k * 7919 % 1000) as f32).collect();
    let mut bands = vec![f32::NAN; 42];
    bank.apply(&power, &mut bands);
    for (band, value) in bands[..40].iter().enumerate() {
        let (first, weights) = bank.weights(band);
        let exact: f64 = weights.iter().zip(&power[first..]).map(|(&w, &p)| f64::from(w) * f64::from(p)).sum();
        assert!((f64::from(*value) / exact - 1.0).abs() < 1e-5);
    }
    assert_eq!(bands[40..], [0.0, 0.0]);
    assert_eq!(bank.weights(40), (0, &[][..]));
    let mut short = vec![f32::NAN; 3];
    bank.apply(&power[..10], &mut short);
    assert!(short.iter().all(|s| s.is_finite()));
}

#[test]
fn impossible_banks_are_refused() {
    let base = parameters(20, BandNorm::Peak);
    for scale in SCALES {
        for bins in [0, 1] {
            let wrong = made(scale, BankParameters { bins, ..base });
            assert!(matches!(wrong, Err(FilterBankError::Bins { .. })));
        }
        for bin_width_hz in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let wrong = made(scale, BankParameters { bin_width_hz, ..base });
            assert!(matches!(wrong, Err(FilterBankError::Bins { .. })));
        }
        for bands in [0, MAX_BANDS + 1, usize::MAX] {
            assert_eq!(made(scale, BankParameters { bands, ..base }), Err(FilterBankError::Bands { bands }));
        }
        for (min_hz, max_hz) in
            [(-1.0, 8000.0), (8000.0, 8000.0), (9000.0, 8000.0), (0.1, 16_001.0), (f64::NAN, 8000.0), (1.0, f64::NAN)]
        {
            let wrong = made(scale, BankParameters { min_hz, max_hz, ..base });
            assert!(matches!(wrong, Err(FilterBankError::Range { .. })), "{min_hz} {max_hz}");
        }
    }
    let no_logarithm = FilterBank::octave(BankParameters { min_hz: 0.0, ..base });
    assert!(matches!(no_logarithm, Err(FilterBankError::Range { .. })));
    let crowded = FilterBank::octave(BankParameters { min_hz: 20.0, bands: 240, ..base });
    assert!(matches!(crowded, Err(FilterBankError::EmptyBand { bin_width_hz: 7.8125, .. })), "{crowded:?}");
}

/// Far above all sound the scales are flat, and corners on them no longer apart.
#[test]
fn absurd_frequencies_do_not_panic() {
    for exponent in [3, 6, 9, 12, 15, 100, 300] {
        for bands in [1, 7, 100] {
            let whole = BankParameters::new(5_000, 10f64.powi(exponent), bands);
            for min_hz in [whole.bin_width_hz, whole.max_hz / 2.0, whole.max_hz * (1.0 - 1e-12)] {
                for scale in SCALES {
                    if let Ok(bank) = made(scale, BankParameters { min_hz, ..whole }) {
                        assert_eq!(bank.bands(), bands);
                    }
                }
            }
        }
    }
}
