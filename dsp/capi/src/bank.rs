//! Bands of power spectra.

use dsp::filterbank::{BandNorm, BankParameters, FilterBank, MelParameters, MelScale};

use crate::boundary::{Caller, Failure, Kind, das_status, enter, expect, quietly};

/// A frequency scale on which bands lie at equal distances.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_band_scale {
    /// Mel, linear to 1 kHz, logarithmic above (Slaney 1998; librosa's default).
    MelSlaney = 0,
    /// Mel, 2595 log10(1 + f / 700 Hz) (O'Shaughnessy 1987, the HTK book).
    MelHtk = 1,
    /// Bark, critical bands (Traunmueller 1990).
    Bark = 2,
    /// Equivalent rectangular bandwidths (Glasberg and Moore 1990).
    Erb = 3,
    /// Octaves: n bands per octave over r octaves are n r - 1. min_hz must be above 0.
    Octave = 4,
}

/// What the triangles of bands are scaled to.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_band_norm {
    /// Area 1 in hertz: a flat power density stays flat (Slaney; librosa's default).
    Area = 0,
    /// Peak 1: neighbours add up to 1, and the bands to the power between the first and the last centre (HTK).
    Peak = 1,
}

/// Which bands to make of which bins. Fill it with das_bank_parameters_init().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_bank_parameters {
    /// Cells of the power spectra that come in, 2 to 4194305: the bins of das_spectra_shape.
    pub bins: u64,
    /// Hertz from one cell to the next, above 0, up to 1e6.
    pub bin_width_hz: f64,
    /// Lower edge of the first band; default 0.
    pub min_hz: f64,
    /// Upper edge of the last band, at most the frequency of the last cell; default that.
    pub max_hz: f64,
    /// Number of bands, 1 to 4096; default 40.
    pub bands: u32,
    /// A das_band_scale; default DAS_BAND_SCALE_MEL_SLANEY.
    pub scale: u32,
    /// A das_band_norm; default DAS_BAND_NORM_AREA.
    pub norm: u32,
}

/// Triangular bands of power spectra. It never changes.
pub struct das_bank(());

impl Kind for das_bank {
    type Value = FilterBank;
    const TAG: [u8; 8] = *b"das.bank";
}

/// Most cells of a spectrum that bands are made of: weights take memory for each.
const MAX_BINS: usize = (1 << 22) + 1;
const MAX_BIN_WIDTH_HZ: f64 = 1e6;

/// Number of cells of a spectrum, within limits.
pub(crate) fn spectrum(bins: u64, bin_width_hz: f64) -> Result<usize, Failure> {
    let found = usize::try_from(bins).ok().filter(|bins| (2..=MAX_BINS).contains(bins));
    let bins = found.ok_or_else(|| Failure::argument(format!("{bins} cells; 2 to {MAX_BINS} are possible")))?;
    // NaN is not above anything.
    if bin_width_hz > 0.0 && bin_width_hz <= MAX_BIN_WIDTH_HZ {
        return Ok(bins);
    }
    Err(Failure::argument(format!("cells every {bin_width_hz} Hz; above 0, up to {MAX_BIN_WIDTH_HZ} is possible")))
}

/// The bank of a structure.
pub(crate) fn bank(caller: &Caller, given: *const das_bank_parameters) -> Result<FilterBank, Failure> {
    let given = caller.read(given, "parameters")?.ok_or_else(|| Failure::null("parameters"))?;
    let das_bank_parameters { bins, bin_width_hz, min_hz, max_hz, bands, scale, norm } = given;
    let norm = match norm {
        0 => BandNorm::Area,
        1 => BandNorm::Peak,
        _ => return Err(Failure::argument(format!("there is no band norm {norm}"))),
    };
    let (bins, bands) = (spectrum(bins, bin_width_hz)?, bands as usize);
    let bank = BankParameters { bins, bin_width_hz, bands, min_hz, max_hz, norm };
    Ok(match scale {
        0 => FilterBank::mel(MelParameters { bank, scale: MelScale::Slaney })?,
        1 => FilterBank::mel(MelParameters { bank, scale: MelScale::Htk })?,
        2 => FilterBank::bark(bank)?,
        3 => FilterBank::erb(bank)?,
        4 => FilterBank::octave(bank)?,
        _ => return Err(Failure::argument(format!("there is no band scale {scale}"))),
    })
}

/// Writes the parameters of 40 mel bands over spectra of `bins` cells every `bin_width_hz` hertz to *parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_bank_parameters_init(
    bins: u64,
    bin_width_hz: f64,
    parameters: *mut das_bank_parameters,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let out = caller.out(parameters, "parameters")?;
        let BankParameters { min_hz, max_hz, bands, .. } =
            BankParameters::new(spectrum(bins, bin_width_hz)?, bin_width_hz, 40);
        let (scale, norm) = (das_band_scale::MelSlaney as u32, das_band_norm::Area as u32);
        out.set(das_bank_parameters { bins, bin_width_hz, min_hz, max_hz, bands: bands as u32, scale, norm });
        Ok(())
    })
}

/// Plans the bands. One that is so narrow that no cell lies in it is DAS_STATUS_INVALID_ARGUMENT: fewer bands or longer windows are
/// needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_bank_new(parameters: *const das_bank_parameters, bank: *mut *mut das_bank) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(bank, "bank")?;
        slot.fill(self::bank(&caller, parameters)?);
        Ok(())
    })
}

/// Writes the frequency at which each band is highest to `centers_hz`; `bands` must be their number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_bank_read_centers(
    bank: *const das_bank,
    centers_hz: *mut f64,
    bands: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let bank = caller.get(bank, "bank")?;
        expect("the list of centres", bank.bands(), bands)?;
        caller.slice_mut(centers_hz, bands, "centers_hz")?.copy_from_slice(bank.centers_hz());
        Ok(())
    })
}

/// Writes one value per band to `values`: the sum of its weights times the powers of the cells, of one spectrum as
/// das_spectra_read() and das_stft_read() write it. The unit is that of the powers, with DAS_BAND_NORM_AREA that of powers per
/// hertz. `bins` and `bands` must be those of the parameters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_bank_apply(
    bank: *const das_bank,
    power: *const f32,
    bins: usize,
    values: *mut f32,
    bands: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let bank = caller.get(bank, "bank")?;
        expect("a spectrum of this bank", bank.bins(), bins)?;
        expect("the result of this bank", bank.bands(), bands)?;
        let (power, values) = (caller.slice(power, bins, "power")?, caller.slice_mut(values, bands, "values")?);
        bank.apply(power, values);
        Ok(())
    })
}

/// Gives a bank back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_bank_free(bank: *mut das_bank) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(bank, "bank")
    });
}
