use events::Sequence;
use serde::{Deserialize, Serialize};

/// The entries that speak of a customer, in order: the difference to the one before, seven bits a
/// byte. One to three bytes an entry, where a number would take eight.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    last: Sequence,
    bytes: Vec<u8>,
}

impl Positions {
    /// Adds an entry; one that is not after the last is there already.
    pub fn push(&mut self, sequence: Sequence) {
        let Some(mut step) = sequence.0.checked_sub(self.last.0).filter(|it| *it > 0) else {
            return;
        };
        self.last = sequence;
        loop {
            let low = u8::try_from(step & 0x7f).unwrap_or_default();
            step >>= 7;
            if step == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    /// The last entry; 0 if there is none.
    pub fn last(&self) -> Sequence {
        self.last
    }

    /// All of them, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Sequence> + '_ {
        let mut bytes = self.bytes.iter();
        let mut at = 0_u64;
        std::iter::from_fn(move || {
            let (mut step, mut shift) = (0_u64, 0_u32);
            loop {
                let byte = bytes.next()?;
                step |= u64::from(byte & 0x7f).checked_shl(shift)?;
                if byte & 0x80 == 0 {
                    at += step;
                    return Some(Sequence(at));
                }
                shift += 7;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_pushed_in_order_is_read_in_order(steps in prop::collection::vec(1..u64::from(u32::MAX) * 8, 0..50)) {
            let mut positions = Positions::default();
            let mut at = 0;
            let expected: Vec<_> = steps.iter().map(|step| { at += step; Sequence(at) }).collect();
            for sequence in &expected {
                positions.push(*sequence);
                positions.push(*sequence);
            }
            prop_assert_eq!(positions.iter().collect::<Vec<_>>(), expected);
        }
    }
}
