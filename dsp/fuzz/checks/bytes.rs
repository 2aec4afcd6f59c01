//! Numbers out of a fuzzer's bytes; zeros when they are used up.

use dsp::window::Window;

/// The rest of the bytes.
pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let length = self.0.len().min(N);
        let mut taken = [0; N];
        taken[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        taken
    }

    /// Any byte.
    pub fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    /// Any number of 16 bits.
    pub fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    /// Any number of 32 bits.
    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    /// Any single-precision number, not-a-number and infinities included.
    pub fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    /// Any double-precision number.
    pub fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }

    /// One of a few.
    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.u8()) % choices.len()]
    }

    /// Any window, with any parameter.
    pub fn window(&mut self) -> Window {
        let beta = if self.u8() == 0 { self.f64() } else { f64::from(self.u8()) / 8.0 };
        self.of(&Window::all(beta))
    }

    /// Samples: the rest as 16-bit sound, or bit by bit as single-precision numbers.
    pub fn samples(&mut self, any_bits: bool) -> Vec<f32> {
        if any_bits {
            let (words, _) = self.0.as_chunks::<4>();
            return words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        }
        let (words, _) = self.0.as_chunks::<2>();
        words.iter().map(|&word| f32::from(i16::from_le_bytes(word)) / 32_768.0).collect()
    }
}
