/// Numbers that look thrown and are the same on every run: splitmix64.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of `least` to `most`.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = most.saturating_sub(least).unsigned_abs() + 1;
        least + i64::try_from(self.throw() % span).unwrap_or_default()
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, times: i64) -> bool {
        self.between(1, 100) <= times
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let last = i64::try_from(of.len()).unwrap_or(1) - 1;
        let place = usize::try_from(self.between(0, last.max(0))).unwrap_or_default();
        of.get(place).copied().unwrap_or(otherwise)
    }
}
