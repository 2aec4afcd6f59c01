//! Sound without its DC offset.

use dsp::filter::remove_mean;

use crate::{
    boundary::{Caller, Failure, das_status, enter},
    sound::{das_sound, edited},
};

/// Makes a new sound whose channels have a mean of 0: that of each is subtracted, nothing else changes. The means go to `means`,
/// one per channel, unless that is NULL; `count` must be the number of channels, or 0 with NULL. For a stream, see
/// DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_remove_dc(
    sound: *const das_sound,
    removed: *mut *mut das_sound,
    means: *mut f64,
    count: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(removed, "removed")?);
        let room = caller.slice_mut(means, count, "means")?;
        if count > 0 && count != sound.channels().len() {
            return Err(Failure::argument(format!("the sound has {} channels, not {count}", sound.channels().len())));
        }
        let (made, found) = edited(sound, |channels| {
            Ok(channels.iter_mut().map(|channel| remove_mean(channel)).collect::<Vec<f64>>())
        })?;
        room.iter_mut().zip(found).for_each(|(out, mean)| *out = mean);
        slot.fill(made);
        Ok(())
    })
}
